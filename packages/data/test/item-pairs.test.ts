import { type ItemPairRow, ItemPairs, Vocabulary } from "@kith/data";

const u32 = (...values: number[]) => Uint32Array.from(values);

const small = () =>
  ItemPairs.from([
    { source: "tea", target: "milk", weight: 2, relation: "bought", label: 1 },
    { source: "rum", target: "tea", weight: 0.5, relation: "viewed", label: 0 },
    { source: "milk", target: "milk", weight: 0, relation: "bought", label: 1 },
  ]);

describe("ItemPairs", () => {
  test("are columns of dense indices, both ends in one vocabulary in order of first appearance", () => {
    const pairs = small();
    expect(pairs.length).toBe(3);
    expect(pairs.items.ids()).toEqual(["tea", "milk", "rum"]);
    expect(pairs.source).toEqual(u32(0, 2, 1));
    expect(pairs.target).toEqual(u32(1, 0, 1));
    expect(pairs.weight).toEqual(Float32Array.of(2, 0.5, 0));
    expect(pairs.label).toEqual(Uint8Array.of(1, 0, 1));
    expect(pairs.relation).toEqual(u32(0, 1, 0));
    expect(pairs.relations?.ids()).toEqual(["bought", "viewed"]);
    expect(ItemPairs.from(pairs.rows()).hash()).toBe(pairs.hash());
  });

  test("may be tuples, with a weight or without", () => {
    const weighted = ItemPairs.from([
      [1, 2, 3],
      [2, 3, 4],
    ]);
    expect([...weighted.rows()]).toEqual([
      { source: 1, target: 2, weight: 3 },
      { source: 2, target: 3, weight: 4 },
    ]);
    const plain = ItemPairs.from([["ü", "日本"]]);
    expect(plain.weight ?? plain.label ?? plain.relation ?? plain.relations).toBeUndefined();
    expect([...plain.rows()]).toEqual([{ source: "ü", target: "日本" }]);
  });

  test("may be none", () => {
    const none = ItemPairs.from([]);
    expect([none.length, none.items.size, none.compact().length]).toEqual([0, 0, 0]);
  });

  test.each<[string, unknown[], string]>([
    ["an empty id", [["a", ""]], "row 0, target: Vocabulary: an id is empty"],
    ["no id", [{ source: "a" }], "row 0, target: Vocabulary: an id must be a string or a number"],
    ["numbers and strings", [[1, "a"]], "row 0, target: Vocabulary: ids are all numbers"],
    ["a negative weight", [["a", "b", -1]], "row 0: weight must be a finite number of at least 0"],
    ["a weight that is NaN", [["a", "b", NaN]], "row 0: weight must be a finite number, got NaN"],
    ["an infinite weight", [["a", "b", Infinity]], "row 0: weight must be a finite number"],
    ["a weight beyond 32 bits", [["a", "b", 1e39]], "row 0: weight must be a finite number"],
    ["a weight that is text", [["a", "b", "1"]], "row 0: weight must be a finite number, got 1"],
    [
      "a weight in some rows",
      [
        ["a", "b", 1],
        ["a", "b"],
      ],
      "row 1 has no weight, unlike the rows before",
    ],
    [
      "a label in some rows",
      [["a", "b"], { source: "a", target: "b", label: 1 }],
      "row 1 has a label, unlike the rows before",
    ],
    [
      "a label of 2",
      [{ source: "a", target: "b", label: 2 }],
      "row 0: label must be 0 or 1, got 2",
    ],
    [
      "an empty relation",
      [{ source: "a", target: "b", relation: "" }],
      "row 0, relation: Vocabulary: an id is empty",
    ],
  ])("from refuses %s", (_, rows, message) => {
    const making = () => ItemPairs.from(rows as ItemPairRow[]);
    expect(making).toThrow(`ItemPairs: ${message}`);
    expect(making).toThrow(expect.objectContaining({ name: "FormatError" }));
  });

  test("from refuses what is no list", () => {
    expect(() => ItemPairs.from(7 as never)).toThrow(
      "ItemPairs.from: expected a list of pairs, got number",
    );
  });

  test("fromColumns keeps arrays that fit each other and refuses others", () => {
    const items = Vocabulary.from(["a", "b"]);
    const columns = { items, source: u32(0, 1), target: u32(1, 1) };
    const pairs = ItemPairs.fromColumns(columns);
    expect(pairs.source).toBe(columns.source);
    const refused = (more: object) => () => ItemPairs.fromColumns({ ...columns, ...more });
    expect(refused({ target: u32(1) })).toThrow('"source" has 2 rows and "target" has 1');
    expect(refused({ weight: new Float32Array(3) })).toThrow('"weight" has 3');
    expect(refused({ target: u32(1, 2) })).toThrow(
      "ItemPairs: row 1: target 2 is beyond the vocabulary of 2 ids",
    );
    expect(refused({ weight: Float32Array.of(0, -0.5) })).toThrow(
      "row 1: weight must be a finite number of at least 0, got -0.5",
    );
    expect(refused({ weight: Float32Array.of(NaN, 1) })).toThrow("row 0: weight");
    expect(refused({ label: Uint8Array.of(1, 3) })).toThrow("row 1: label must be 0 or 1, got 3");
    expect(refused({ relation: u32(0, 0) })).toThrow('"relation" and its vocabulary "relations"');
    expect(refused({ relation: u32(0, 1), relations: Vocabulary.from(["x"]) })).toThrow(
      "row 1: relation 1 is beyond the vocabulary of 1 ids",
    );
  });

  test("select keeps the vocabularies, compact cuts them", () => {
    const pairs = small();
    const viewed = pairs.select((row) => pairs.relation?.[row] === 1);
    expect(viewed.items).toBe(pairs.items);
    expect(pairs.select(u32(2, 0)).weight).toEqual(Float32Array.of(0, 2));
    expect(() => pairs.select(u32(3))).toThrow("ItemPairs: expected rows below 3, got 3");
    const cut = viewed.compact();
    expect(cut.items.ids()).toEqual(["tea", "rum"]);
    expect(cut.relations?.ids()).toEqual(["viewed"]);
    expect([...cut.rows()]).toEqual([
      { source: "rum", target: "tea", weight: 0.5, label: 0, relation: "viewed" },
    ]);
  });

  test("hash tells pairs apart by every column and by their order", () => {
    const hash = small().hash();
    expect(hash).toBe("c8d9b4485b9356d6"); // never changes: results are compared by it across versions
    const rows = [...small().rows()];
    const variants = [
      rows.slice(1),
      rows.toReversed(),
      rows.map(({ source, target, ...rest }) => ({ source: target, target: source, ...rest })),
      rows.map(({ weight, ...rest }) => rest),
      rows.map((row) => ({ ...row, label: 1 })),
      rows.map((row) => ({ ...row, relation: `${row.relation}!` })),
    ].map((variant) => ItemPairs.from(variant).hash());
    expect(new Set([hash, ...variants]).size).toBe(7);
  });
});
