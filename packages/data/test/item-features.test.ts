import { ItemFeatures, Vocabulary } from "@kith/data";

const small = () =>
  ItemFeatures.from([
    { item: "tea", brand: "Ü", price: null },
    { item: "rum", price: "high", brand: undefined },
    { item: "milk", brand: "Ü", shop: 7 },
  ]);

describe("ItemFeatures", () => {
  test("are fields of indices, −1 where nothing is known", () => {
    const features = small();
    expect(features.items.ids()).toEqual(["tea", "rum", "milk"]);
    expect(features.fields.map(({ name, values, of }) => [name, values.ids(), [...of]])).toEqual([
      ["brand", ["Ü"], [0, -1, 0]],
      ["price", ["high"], [-1, 0, -1]],
      ["shop", [7], [-1, -1, 0]],
    ]);
    expect([...features.rows()]).toEqual([
      { item: "tea", brand: "Ü" },
      { item: "rum", price: "high" },
      { item: "milk", brand: "Ü", shop: 7 },
    ]);
  });

  test("coverage is each field's share of the items", () => {
    expect([...small().coverage()]).toEqual([
      ["brand", 2 / 3],
      ["price", 1 / 3],
      ["shop", 1 / 3],
    ]);
    const unknown = ItemFeatures.from([{ item: 1, brand: null }]);
    expect([...unknown.coverage()]).toEqual([["brand", 0]]);
    expect([...ItemFeatures.from([]).coverage()]).toEqual([]);
  });

  test("refuse an item twice and ids that cannot be, by row", () => {
    expect(() => ItemFeatures.from([{ item: 1 }, { item: 2 }, { item: 1 }])).toThrow(
      "ItemFeatures: row 2: item 1 is there twice",
    );
    expect(() => ItemFeatures.from([{ item: "a", brand: "" }])).toThrow(
      "ItemFeatures: row 0, brand: Vocabulary: an id is empty",
    );
    expect(() =>
      ItemFeatures.from([
        { item: "a", x: 1 },
        { item: "b", x: "1" },
      ]),
    ).toThrow("row 1, x: Vocabulary: ids are all numbers or all strings");
    expect(() => ItemFeatures.from([{ item: "a", x: Number.NaN }])).toThrow("NaN cannot be an id");
    expect(() => ItemFeatures.from({} as never)).toThrow("expected a list of rows, got object");
  });

  test("fromColumns keeps arrays that fit and refuses others", () => {
    const items = Vocabulary.from(["a", "b"]);
    const brand = { name: "brand", values: Vocabulary.from(["x"]), of: Int32Array.of(0, -1) };
    expect(ItemFeatures.fromColumns({ items, fields: [brand] }).fields[0].of).toBe(brand.of);
    const refused =
      (...fields: (typeof brand)[]) =>
      () =>
        ItemFeatures.fromColumns({ items, fields });
    expect(refused(brand, brand)).toThrow('there are two fields named "brand"');
    expect(refused({ ...brand, of: Int32Array.of(0) })).toThrow(
      'field "brand" has 1 entries, expected one for each of 2 items',
    );
    for (const wrong of [-2, 1])
      expect(refused({ ...brand, of: Int32Array.of(0, wrong) })).toThrow(
        `field "brand", item 1: ${wrong} is neither −1 nor within the vocabulary of 1 values`,
      );
  });

  test("a field may be called anything", () => {
    const rows = [JSON.parse('{"item": 1, "__proto__": "x", "toString": "y"}')];
    const features = ItemFeatures.from(rows);
    expect([...features.coverage().keys()]).toEqual(["__proto__", "toString"]);
    expect(Object.entries([...features.rows()][0])).toContainEqual(["__proto__", "x"]);
  });

  test("hash tells features apart", () => {
    const hash = small().hash();
    expect(hash).toBe("29ad9b1b776b2c38"); // never changes: results are compared by it across versions
    const rows = [...small().rows()];
    const others = [
      rows.toReversed(),
      rows.map(({ brand, ...rest }) => ({ ...rest, label: brand })),
      rows.map((row) => ({ ...row, brand: "Ü" })),
      rows.map((row) => ({ ...row, shop: 8 })),
    ].map((variant) => ItemFeatures.from(variant).hash());
    expect(new Set([hash, ...others]).size).toBe(5);
  });
});
