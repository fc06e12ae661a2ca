import { Features, Vocabulary } from "@kith/data";

const small = () =>
  Features.from([
    { item: "tea", brand: "Ü", price: null },
    { item: "rum", price: "high", brand: undefined },
    { item: "milk", brand: "Ü", shop: 7 },
  ]);

describe("Features", () => {
  test("are fields of indices, −1 where nothing is known", () => {
    const features = small();
    expect(features.ids.ids()).toEqual(["tea", "rum", "milk"]);
    expect(
      features.categorical("test").map(({ name, values, of }) => [name, values.ids(), [...of]]),
    ).toEqual([
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
    const unknown = Features.from([{ item: 1, brand: null }]);
    expect([...unknown.coverage()]).toEqual([["brand", 0]]);
    expect([...Features.from([]).coverage()]).toEqual([]);
  });

  test("refuse an item twice and ids that cannot be, by row", () => {
    expect(() => Features.from([{ item: 1 }, { item: 2 }, { item: 1 }])).toThrow(
      "Features: row 2: item 1 is there twice",
    );
    expect(() => Features.from([{ item: "a", brand: "" }])).toThrow(
      "Features: row 0, brand: Vocabulary: an id is empty",
    );
    expect(() =>
      Features.from([
        { item: "a", x: 1 },
        { item: "b", x: "1" },
      ]),
    ).toThrow("row 1, x: Vocabulary: ids are all numbers or all strings");
    expect(() => Features.from([{ item: "a", x: Number.NaN }])).toThrow("NaN cannot be an id");
    expect(() => Features.from({} as never)).toThrow("expected a list of rows, got object");
  });

  test("fromColumns keeps arrays that fit and refuses others", () => {
    const ids = Vocabulary.from(["a", "b"]);
    const brand = {
      kind: "categorical" as const,
      name: "brand",
      values: Vocabulary.from(["x"]),
      of: Int32Array.of(0, -1),
    };
    expect(Features.fromColumns({ ids, fields: [brand] }).fields[0].of).toBe(brand.of);
    const refused =
      (...fields: (typeof brand)[]) =>
      () =>
        Features.fromColumns({ ids, fields });
    expect(refused(brand, brand)).toThrow('there are two fields named "brand"');
    expect(refused({ ...brand, of: Int32Array.of(0) })).toThrow(
      'field "brand" has 1 entries, expected one for each of 2 nodes',
    );
    for (const wrong of [-2, 1])
      expect(refused({ ...brand, of: Int32Array.of(0, wrong) })).toThrow(
        `field "brand", node 1: ${wrong} is neither −1 nor within the vocabulary of 1 values`,
      );
  });

  test("a field may be called anything", () => {
    const rows = [JSON.parse('{"item": 1, "__proto__": "x", "toString": "y"}')];
    const features = Features.from(rows);
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
    ].map((variant) => Features.from(variant).hash());
    expect(new Set([hash, ...others]).size).toBe(5);
  });
});

describe("fields of other kinds", () => {
  const rows = [
    { user: 1, age: 30, likes: ["tea", "rum"], text: [1, 2] },
    { user: 2, age: null, likes: [], text: undefined },
  ];
  const users = () => Features.from(rows, { id: "user", kinds: { age: "numeric" } });

  test("are numbers, sets and vectors", () => {
    const [age, likes, text] = users().fields;
    expect([...age.of]).toEqual([30, Number.NaN]);
    expect(likes).toMatchObject({ kind: "multi-hot", offsets: Uint32Array.of(0, 2, 2) });
    expect(text).toMatchObject({ kind: "vector", width: 2 });
    expect([...users().coverage().values()]).toEqual([0.5, 0.5, 0.5]);
    expect([...users().rows("user")]).toEqual([
      { user: 1, age: 30, likes: ["tea", "rum"], text: Float32Array.of(1, 2) },
      { user: 2 },
    ]);
    expect(users().hash()).not.toBe(Features.from(rows, { id: "user" }).hash());
  });

  test("are refused where they do not fit, by row", () => {
    const from = (values: unknown[], kind?: "numeric" | "vector") => () =>
      Features.from(
        values.map((x, item) => ({ item, x }) as never),
        { kinds: kind ? { x: kind } : {} },
      );
    expect(from([1, Number.NaN], "numeric")).toThrow("row 1, x: expected a finite number, got NaN");
    expect(from([[1, 2], [1]])).toThrow("row 1, x: expected a vector of 2 numbers");
    expect(from([["a"], "b"])).toThrow("row 1, x: expected a value of kind multi-hot");
    expect(() => users().categorical("Eges")).toThrow(
      'Eges: field "age" is numeric, expected categories',
    );
  });
});
