import { type ReadFeaturesOptions, readFeatures } from "@kith/data";

const utf8 = (text: string) => new TextEncoder().encode(text);
const read = (text: string, options?: ReadFeaturesOptions) => readFeatures(utf8(text), options);

const table = "brand\titem\tshop\n\t1\tx\nB\t2\tx\n日本\t3\t0\n";

describe("readFeatures", () => {
  test("takes all columns but the items' as fields; an empty text is not known", async () => {
    const { data, report } = await read(table, { name: "side.tsv" });
    expect(data.ids.ids()).toEqual(["1", "2", "3"]);
    expect(
      data.categorical("test").map(({ name, values, of }) => [name, values.ids(), [...of]]),
    ).toEqual([
      ["brand", ["B", "日本"], [-1, 0, 1]],
      ["shop", ["x", "0"], [0, 0, 1]],
    ]);
    expect(report).toEqual({
      rows: 3,
      badRows: [],
      badRowCount: 0,
      columns: { item: "item", fields: ["brand", "shop"] },
    });
  });

  test("takes the fields that are asked for, in that order, and texts that mean not known", async () => {
    const options = { fields: ["shop", "brand"], missing: ["0", "B"] };
    const { data } = await read(table, options);
    expect(
      data.categorical("test").map(({ name, values, of }) => [name, values.ids(), [...of]]),
    ).toEqual([
      ["shop", ["x"], [0, 0, -1]],
      ["brand", ["日本"], [-1, -1, 0]],
    ]);
    expect([...data.coverage().values()]).toEqual([2 / 3, 1 / 3]);
  });

  test("takes another item column, JSON lines, and tables without a header", async () => {
    const named = await read("sku,c\na,x\n", { itemColumn: "sku" });
    const json = await read('{"item": "a", "c": "x"}\n{"item": "b", "c": null}\n');
    const placed = await read("a,x\n", { itemColumn: "1", header: false });
    expect([...named.data.rows()]).toEqual([{ item: "a", c: "x" }]);
    expect([...json.data.rows()]).toEqual([{ item: "a", c: "x" }, { item: "b" }]);
    expect([...placed.data.rows()]).toEqual([{ item: "a", 2: "x" }]);
  });

  test("bad rows can be skipped and are counted", async () => {
    const { data, report } = await read("item,c\na\nb,x\n", { onBadRow: "skip" });
    expect(data.ids.ids()).toEqual(["b"]);
    expect([report.rows, report.badRowCount, report.badRows[0].line]).toEqual([1, 1, 2]);
  });

  test("rows with what is no number or vector are bad rows, by line and column", async () => {
    const text = "item,price,at\na,3,1 2\nb,x,1 2\nc,4,1 2 3\nd,5,1 y\ne,,3 4\n";
    const options = { name: "f.csv", numeric: ["price"], vector: { at: " " } };
    await expect(read(text, options)).rejects.toThrow(
      'f.csv, line 3, column "price": expected a finite number, got "x"',
    );
    for (const price of ["0x10", "Infinity", "1e999", "1 2"])
      await expect(read(`item,price\na,${price}\n`, { numeric: ["price"] })).rejects.toThrow(
        `line 2, column "price": expected a finite number, got "${price}"`,
      );
    const { data, report } = await read(text, { ...options, onBadRow: "skip" });
    expect(data.ids.ids()).toEqual(["a", "e"]);
    expect(report).toMatchObject({ rows: 2, badRowCount: 3 });
    expect(report.badRows.map(({ line }) => line)).toEqual([3, 4, 5]);
    expect(report.badRows[1].reason).toBe(
      'column "at": expected 2 numbers, as in the rows before, got 3',
    );
    await expect(read(text, { ...options, onBadRow: "skip", maxBadRows: 2 })).rejects.toThrow(
      "f.csv: more than 2 bad rows; the first is line 3",
    );
    await expect(
      read("item,price\na,x\n", { numeric: ["price"], onBadRow: "skip" }),
    ).rejects.toThrow("none of the 1 rows could be read");
  });

  test.each<[string, string, ReadFeaturesOptions, string]>([
    ["an empty file", "", {}, "f.csv is empty"],
    ["no items", "sku,c\na,x\n", {}, 'no column looks like the items; the columns are "sku", "c"'],
    [
      "an item twice",
      "item,c\na,x\na,y\n",
      {},
      'f.csv, line 3, column "item": item "a" is there twice',
    ],
    ["an empty item", "item,c\n,x\n", {}, 'f.csv, line 2, column "item": the item is empty'],
    ["no fields", "item\na\n", {}, 'f.csv: there is no field beside the items, "item"'],
    ["no fields asked for", "item,c\na,x\n", { fields: [] }, "there is no field beside the items"],
    [
      "a field that is not there",
      "item,c\na,x\n",
      { fields: ["c", "d"] },
      'f.csv: there is no column "d"; the columns are "item", "c"',
    ],
    ["the items as a field", "item,c\na,x\n", { fields: ["item"] }, "it is no field"],
    ["a field twice", "item,c\na,x\n", { fields: ["c", "c"] }, 'field "c" is asked for twice'],
  ])("%s is refused", async (_, text, options, message) => {
    const failure = read(text, { name: "f.csv", ...options });
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toMatchObject({ name: "FormatError" });
  });

  test("options are checked by name", async () => {
    await expect(read("", { missing: "0" as never })).rejects.toThrow(
      'readFeatures: option "missing" must be a list of strings, got "0"',
    );
    await expect(read("", { titleColumn: "x" } as never)).rejects.toThrow("is unknown");
  });
});
