import { readItems, readTable } from "@kith/data";

const utf8 = (text: string) => new TextEncoder().encode(text);

describe("readTable", () => {
  test("gives columns of strings, as they stand", async () => {
    const table = await readTable(utf8('id,title\n1,"A, B"\n\n2, 007 \n'));
    expect(table.length).toBe(2);
    expect([...table.columns]).toEqual([
      ["id", ["1", "2"]],
      ["title", ["A, B", " 007 "]],
    ]);
    expect(table.lines).toEqual([2, 4]);
  });

  test("takes JSONL: missing is empty, lists stay JSON", async () => {
    const table = await readTable(
      utf8('{"id": 1, "tags": ["x"]}\n{"id": 2, "more": 1, "tags": null}\n'),
    );
    expect([...table.columns]).toEqual([
      ["id", ["1", "2"]],
      ["tags", ['["x"]', ""]],
    ]);
  });

  test("takes tables without a header, and columns with awkward names", async () => {
    expect([...(await readTable(utf8("a,b\n"), { header: false })).columns.keys()]).toEqual([
      "1",
      "2",
    ]);
    expect((await readTable(utf8("__proto__,x\na,b\n"))).columns.get("__proto__")).toEqual(["a"]);
  });

  test("says what is wrong, and where", async () => {
    await expect(readTable(utf8("a,b\n1\n"), { name: "t.csv" })).rejects.toThrow(
      "t.csv, line 2: expected 2 columns, got 1",
    );
    await expect(readTable(utf8("a,a\n1,2\n"))).rejects.toThrow('there are two columns named "a"');
    await expect(readTable(Uint8Array.of(97, 10, 0xff, 10))).rejects.toThrow(
      'the data, line 2, column "a": this is not valid UTF-8',
    );
    const { badRows, badRowCount } = await readTable(utf8("a,b\n1\n1,2\n"), { onBadRow: "skip" });
    expect([badRowCount, badRows[0].line]).toEqual([1, 2]);
  });
});

describe("readItems", () => {
  test("gives a vocabulary with titles and other columns in its order", async () => {
    const items = await readItems(utf8("section\titem_id\tTitle\nlibs\tb\tBee\nweb\ta\tAy\n"), {
      name: "items.tsv",
    });
    expect(items.vocabulary.ids()).toEqual(["b", "a"]);
    expect(items.titles).toEqual(["Bee", "Ay"]);
    expect([...items.columns]).toEqual([
      ["section", ["libs", "web"]],
      ["Title", ["Bee", "Ay"]],
    ]);
  });

  test("takes RecBole's .item files", async () => {
    const items = await readItems(utf8("item_id:token\tmovie_title:token_seq\n1\tToy Story\n"), {
      name: "ml.item",
    });
    expect(items.titles).toEqual(["Toy Story"]);
  });

  test("has no titles where there are none, or where they are declined", async () => {
    expect((await readItems(utf8("item,x\na,b\n"))).titles).toBeUndefined();
    expect(
      (await readItems(utf8("item,title\na,b\n"), { titleColumn: false })).titles,
    ).toBeUndefined();
    expect((await readItems(utf8("item,x\na,b\n"), { titleColumn: "x" })).titles).toEqual(["b"]);
  });

  test("refuses an item that is empty or there twice", async () => {
    await expect(readItems(utf8("item,title\na,x\na,y\n"), { name: "i.csv" })).rejects.toThrow(
      'i.csv, line 3, column "item": item "a" is there twice',
    );
    await expect(readItems(utf8("item,title\n,x\n"))).rejects.toThrow("the item is empty");
  });
});
