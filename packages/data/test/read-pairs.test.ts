import { gzipSync } from "node:zlib";
import { type ReadItemPairsOptions, readItemPairs } from "@kith/data";

const utf8 = (text: string) => new TextEncoder().encode(text);
const read = (text: string, options?: ReadItemPairsOptions) => readItemPairs(utf8(text), options);
const rowsOf = async (text: string, options?: ReadItemPairsOptions) => [
  ...(await read(text, options)).data.rows(),
];

describe("readItemPairs", () => {
  test("reads both ends into one vocabulary, in order of first appearance", async () => {
    const { data, report } = await read("src\tdst\tweight\nb\ta\t2\nc\tb\t0.5\n", {
      name: "edges.tsv",
    });
    expect(data.items.ids()).toEqual(["b", "a", "c"]);
    expect(data.source).toEqual(Uint32Array.of(0, 2));
    expect(data.target).toEqual(Uint32Array.of(1, 0));
    expect(data.weight).toEqual(Float32Array.of(2, 0.5));
    expect(report).toEqual({
      rows: 2,
      badRows: [],
      badRowCount: 0,
      format: "tsv",
      columns: { source: "src", target: "dst", weight: "weight" },
    });
  });

  test("reads relations and labels by name", async () => {
    const text = "rel,item1,item2,label\nviewed,a,b,1\nbought,b,c,0\n";
    expect(await rowsOf(text)).toEqual([
      { source: "a", target: "b", label: 1, relation: "viewed" },
      { source: "b", target: "c", label: 0, relation: "bought" },
    ]);
    expect(await rowsOf(text, { relationColumn: false, labelColumn: false })).toEqual([
      { source: "a", target: "b" },
      { source: "b", target: "c" },
    ]);
  });

  test.each(["source,target", "src,dst", "a,b", "item_1,Item 2", "FROM,TO"])(
    "takes columns named %s",
    async (header) => {
      expect(await rowsOf(`${header}\nx,y\n`)).toEqual([{ source: "x", target: "y" }]);
    },
  );

  test.each(["weight", "score", "count"])("takes a weight named %s", async (name) => {
    expect(await rowsOf(`a,b,${name}\nx,y,2\n`)).toEqual([{ source: "x", target: "y", weight: 2 }]);
    expect(await rowsOf(`a,b,${name}\nx,y,?\n`, { weightColumn: false })).toEqual([
      { source: "x", target: "y" },
    ]);
  });

  test("takes columns by the caller's names, and none of them as something else", async () => {
    const text = "a,b,score,x,label\n1,0,p,q,r\n";
    const columns = { sourceColumn: "score", targetColumn: "x", relationColumn: "label" };
    expect(await rowsOf(text, { ...columns, weightColumn: "a", labelColumn: "b" })).toEqual([
      { source: "p", target: "q", weight: 1, label: 0, relation: "r" },
    ]);
    expect(await rowsOf(text, columns)).toEqual([{ source: "p", target: "q", relation: "r" }]);
  });

  test("goes by place without a header: source, target, and weight where there is a third", async () => {
    const header = { header: false };
    expect(await rowsOf("x y\n", { ...header, delimiter: " " })).toEqual([
      { source: "x", target: "y" },
    ]);
    expect(await rowsOf("x,y,3\n", header)).toEqual([{ source: "x", target: "y", weight: 3 }]);
    expect(await rowsOf("x,y,1\n", { ...header, labelColumn: "3" })).toEqual([
      { source: "x", target: "y", label: 1 },
    ]);
    const gatne = { relationColumn: "1", sourceColumn: "2", targetColumn: "3", labelColumn: "4" };
    expect(await rowsOf("r,x,y,1\n", { ...header, ...gatne })).toEqual([
      { source: "x", target: "y", label: 1, relation: "r" },
    ]);
  });

  test("reads a file whose header is of another kind than its rows, by skipping it", async () => {
    const text = "src\tdst\tweight\n12 7 1\n7 9 2\n";
    await expect(read(text, { name: "g.tsv" })).rejects.toThrow(
      "g.tsv, line 2: expected 3 columns, got 1",
    );
    const options = { name: "g.tsv", skipLines: 1, header: false, delimiter: " " };
    expect(await rowsOf(text, options)).toEqual([
      { source: "12", target: "7", weight: 1 },
      { source: "7", target: "9", weight: 2 },
    ]);
  });

  test("takes JSON lines, in which numbers stay numbers", async () => {
    const text =
      '{"source": 1, "target": 2, "weight": "0.5", "type": "x", "label": 0}\n{"source": 2, "target": 1, "weight": 3, "type": "y", "label": "1"}\n';
    expect(await rowsOf(text)).toEqual([
      { source: 1, target: 2, weight: 0.5, label: 0, relation: "x" },
      { source: 2, target: 1, weight: 3, label: 1, relation: "y" },
    ]);
    expect((await read(text)).report).toMatchObject({
      format: "jsonl",
      columns: { label: "label" },
    });
  });

  test("takes gzip, quotes and ids of any Unicode, and keeps self loops and repeated pairs", async () => {
    const text =
      'a,b\n"x, ""y""",日本語\n👩‍👧,👩‍👧\n👩‍👧,👩‍👧\nthis id is longer than sixteen bytes,é\n';
    const { data } = await readItemPairs(gzipSync(text), { name: "p.csv.gz" });
    expect([...data.rows()]).toEqual([
      { source: 'x, "y"', target: "日本語" },
      { source: "👩‍👧", target: "👩‍👧" },
      { source: "👩‍👧", target: "👩‍👧" },
      { source: "this id is longer than sixteen bytes", target: "é" },
    ]);
  });

  test("reads many rows over many blocks and chunks", async () => {
    const lines = Array.from({ length: 70_000 }, (_, i) => `i${i % 7919},i${(i * 31) % 997},${i}`);
    const { data } = await read(`a,b,weight\n${lines.join("\n")}\n`);
    expect(data.length).toBe(70_000);
    expect(data.items.size).toBe(7919);
    expect(data.weight?.every((weight, row) => weight === row)).toBe(true);
    for (const row of [0, 65_535, 65_536, 69_999]) {
      expect(data.items.id(data.source[row])).toBe(`i${row % 7919}`);
      expect(data.items.id(data.target[row])).toBe(`i${(row * 31) % 997}`);
    }
  });
});

describe("what is wrong with pairs is said with file, line and column", () => {
  test.each<[string, string, string]>([
    ["an empty file", "", "p.csv is empty"],
    ["a header only", "a,b\n", "p.csv has a header and no rows"],
    [
      "no header",
      "x,y\nz,w\n",
      'p.csv: no column looks like the sources; the columns are "x", "y". Pass sourceColumn and targetColumn, or header: false if the first line is data',
    ],
    ["no target", "a,y\nz,w\n", "no column looks like the targets"],
    ["an empty source", "a,b\n,w\n", 'p.csv, line 2, column "a": the source is empty'],
    ["an empty target", "a,b\nw,\n", 'p.csv, line 2, column "b": the target is empty'],
    ["an empty relation", "a,b,rel\nx,y,\n", 'line 2, column "rel": the relation is empty'],
    [
      "a negative weight",
      "a,b,weight\nx,y,1\nx,z,-0.5\n",
      'p.csv, line 3, column "weight": expected a finite number of at least 0, got "-0.5"',
    ],
    ["a weight that is NaN", "a,b,weight\nx,y,NaN\n", 'of at least 0, got "NaN"'],
    ["an infinite weight", "a,b,weight\nx,y,1e39\n", 'of at least 0, got "1e39"'],
    ["no weight", "a,b,weight\nx,y,\n", 'of at least 0, got ""'],
    ["a label of 2", "a,b,label\nx,y,2\n", 'line 2, column "label": expected 0 or 1, got "2"'],
    ["a label that is no number", "a,b,label\nx,y,yes\n", 'expected 0 or 1, got "yes"'],
    ["too few fields", "a,b,weight\nx,y\n", "p.csv, line 2: expected 3 columns, got 2"],
  ])("%s", async (_, text, message) => {
    const failure = read(text, { name: "p.csv" });
    await expect(failure).rejects.toThrow(message);
    await expect(failure).rejects.toMatchObject({ name: "FormatError" });
  });

  test.each<[string, string, string]>([
    ["a negative weight", '"target": 2, "weight": -1, "label": 0', "at least 0, got -1"],
    ["no weight", '"target": 2, "label": 0', "at least 0, got nothing"],
    ["a label that is true", '"target": 2, "weight": 1, "label": true', "0 or 1, got true"],
    ["no target", '"weight": 1, "label": 0', 'line 2, column "target": the target is empty'],
    [
      "an end of text",
      '"target": "2", "weight": 1, "label": 0',
      "the target is a string, but a number",
    ],
  ])("in JSONL: %s", async (_, members, message) => {
    const text = `{"source": 1, "target": 2, "weight": 1, "label": 0}\n{"source": 1, ${members}}\n`;
    await expect(read(text, { format: "jsonl" })).rejects.toThrow(message);
  });

  test("in the first line of JSONL too, ends are all numbers or all text", async () => {
    await expect(read('{"source": 1, "target": "2"}\n')).rejects.toThrow(
      "the target is a string, but a number before",
    );
  });

  test("bad rows can be skipped; they are counted and leave no trace", async () => {
    const { data, report } = await read(
      "a,b,weight,rel,label\nx,y,1,r,1\nbad,y,-1,worse,1\nx,bad,1,worse,7\n,y,1,worse,1\nx,z,1,r,0\n",
      { onBadRow: "skip" },
    );
    expect(data.items.ids()).toEqual(["x", "y", "z"]);
    expect(data.relations?.ids()).toEqual(["r"]);
    expect([report.rows, report.badRowCount]).toEqual([2, 3]);
    expect(report.badRows.map(({ line }) => line)).toEqual([3, 4, 5]);
  });

  test("columns and options that cannot be", async () => {
    await expect(read("a,b\nx,y\n", { weightColumn: "w" })).rejects.toThrow(
      'there is no column "w"; the columns are "a", "b"',
    );
    await expect(read("a,b\nx,y\n", { sourceColumn: "b", targetColumn: "b" })).rejects.toThrow(
      'the source and the target cannot both be column "b"',
    );
    await expect(read("a,b\nx,y\n", { sourceColumn: "b" })).rejects.toThrow(
      "no column looks like the targets",
    );
    await expect(read("", { userColumn: "a" } as never)).rejects.toThrow(
      'readItemPairs: option "userColumn" is unknown; it takes name, format',
    );
    await expect(read("", { sourceColumn: false } as never)).rejects.toThrow(
      'option "sourceColumn" must be a string that is not empty',
    );
  });
});
