import { Interactions, Vocabulary } from "@kith/data";

const small = () =>
  Interactions.from([
    ["ann", "x", 1, 50],
    ["bob", "y", 2, 40],
    ["ann", "x", 3, 30],
    ["ann", "w", 4, 20],
    ["bob", "x", 5, 10],
  ]);

describe("Interactions", () => {
  test("are columns of dense indices, from tuples or objects", () => {
    const data = small();
    expect([...data.user]).toEqual([0, 1, 0, 0, 1]);
    expect([...data.item]).toEqual([0, 1, 0, 2, 0]);
    expect([...(data.value ?? [])]).toEqual([1, 2, 3, 4, 5]);
    expect([...(data.time ?? [])]).toEqual([50, 40, 30, 20, 10]);
    expect(Interactions.from([...data.rows()]).hash()).toBe(data.hash());
  });

  test("have no value and no time where none is given", () => {
    const data = Interactions.from([{ user: 7, item: "a" }]);
    expect(data.value).toBeUndefined();
    expect(data.time).toBeUndefined();
    expect([...data.rows()]).toEqual([{ user: 7, item: "a" }]);
  });

  test("may be empty", () => {
    const data = Interactions.from([]);
    expect(data.length).toBe(0);
    expect([...data.byUser().offsets]).toEqual([0]);
    expect(data.summary()).toMatchObject({ rows: 0, users: 0, density: 0, medianPerUser: 0 });
  });

  test("name the row that is wrong", () => {
    expect(() =>
      Interactions.from([
        ["a", "b"],
        ["", "b"],
      ]),
    ).toThrow("Interactions: row 1, user: Vocabulary: an id is empty");
    expect(() =>
      Interactions.from([
        ["a", "b", 1],
        ["a", "b"],
      ]),
    ).toThrow("row 1 has no value, unlike the rows before");
    expect(() =>
      Interactions.from([
        ["a", "b"],
        ["a", "b", 1],
      ]),
    ).toThrow("row 1 has a value, unlike the rows before");
    expect(() => Interactions.from([["a", "b", Number.NaN]])).toThrow(
      "row 0: value must be a finite number, got NaN",
    );
    expect(() => Interactions.from([["a", "b", 1e39]])).toThrow(
      "row 0: value must be a finite number, got 1e+39",
    );
    expect(() => Interactions.from([["a", "b", 1, Infinity]])).toThrow(
      "row 0: time must be a finite number",
    );
  });

  test("fromColumns refuses columns that do not fit each other", () => {
    const users = Vocabulary.from(["a"]);
    const items = Vocabulary.from(["x", "y"]);
    const columns = { users, items, user: Uint32Array.of(0, 0), item: Uint32Array.of(0, 1) };
    expect(Interactions.fromColumns(columns).length).toBe(2);
    expect(() => Interactions.fromColumns({ ...columns, item: Uint32Array.of(0) })).toThrow(
      '"user" has 2 rows and "item" has 1',
    );
    expect(() => Interactions.fromColumns({ ...columns, user: Uint32Array.of(0, 1) })).toThrow(
      "Interactions: row 1: user 1 is beyond the vocabulary of 1 ids",
    );
    expect(() =>
      Interactions.fromColumns({ ...columns, time: Float64Array.of(0, Number.NaN) }),
    ).toThrow("row 1: time must be a finite number");
  });

  test("byUser lists each user's distinct items in ascending order", () => {
    const data = small();
    expect([...data.byUser().offsets]).toEqual([0, 2, 4]);
    expect([...data.byUser().items]).toEqual([0, 2, 0, 1]);
    expect(data.byUser()).toBe(data.byUser());
    expect([...data.itemsOf(1)]).toEqual([0, 1]);
    expect(() => data.itemsOf(2)).toThrow("expected a user index below 2, got 2");
  });

  test("byUser agrees with sets on many rows with duplicates", () => {
    const rows = Array.from(
      { length: 5000 },
      (_, i) => [`u${(i * 31) % 97}`, `i${(i * i) % 61}`] as const,
    );
    const data = Interactions.from(rows);
    const expected = new Map<string, Set<number>>();
    for (const [user, item] of rows) {
      if (!expected.has(user)) expected.set(user, new Set());
      expected.get(user)?.add(data.items.indexOf(item));
    }
    for (const [user, items] of expected)
      expect([...data.itemsOf(data.users.indexOf(user))]).toEqual([...items].sort((a, b) => a - b));
  });

  test("select keeps the vocabularies, compact cuts them", () => {
    const data = small();
    const chosen = data.select(Uint32Array.of(3, 1));
    expect([...chosen.rows()].map(({ item }) => item)).toEqual(["w", "y"]);
    expect(chosen.items).toBe(data.items);
    const cut = data.select((row) => row === 4).compact();
    expect([...cut.rows()]).toEqual([{ user: "bob", item: "x", value: 5, time: 10 }]);
    expect(cut.users.ids()).toEqual(["bob"]);
    expect(cut.items.ids()).toEqual(["x"]);
    expect(() => data.select(Uint32Array.of(5))).toThrow("expected rows below 5, got 5");
  });

  test("alignTo re-indexes a ready-made test split and counts what is left out", () => {
    const train = small();
    const test = Interactions.from([
      ["bob", "w", 1],
      ["eve", "x", 2],
      ["ann", "new", 3],
      ["eve", "new", 4],
    ]);
    const { data, ...counts } = test.alignTo(train.users, train.items);
    expect(counts).toEqual({ unknownUsers: 1, unknownItems: 1, rowsLeftOut: 3 });
    expect([...data.rows()]).toEqual([{ user: "bob", item: "w", value: 1 }]);
    expect(data.users).toBe(train.users);
    expect([...data.item]).toEqual([train.items.indexOf("w")]);
  });

  test("deduplicate keeps the first or the last of equal pairs, and the order of rows", () => {
    const data = Interactions.from([
      ["a", "x", 1],
      ["b", "x", 2],
      ["a", "x", 3],
      ["a", "y", 4],
      ["a", "x", 5],
    ]);
    const first = data.deduplicate({ keep: "first" });
    expect([...(first.data.value ?? [])]).toEqual([1, 2, 4]);
    expect(first.removed).toBe(2);
    expect([...(data.deduplicate({ keep: "last" }).data.value ?? [])]).toEqual([2, 4, 5]);
  });

  test("hash covers rows, their order, values, times and ids", () => {
    const hash = small().hash();
    expect(small().hash()).toBe(hash);
    expect(hash).toBe("4135202b82e71d0c"); // never changes: results are compared by it across versions
    const rows = [...small().rows()];
    const variants = [
      rows.slice(1),
      rows.toReversed(),
      rows.map(({ user, item, time = 0 }) => ({ user, item, time })),
      rows.map((row) => ({ ...row, time: (row.time ?? 0) + 1 })),
      rows.map((row) => ({ ...row, user: `${row.user}!` })),
    ].map((variant) => Interactions.from(variant).hash());
    expect(new Set([hash, ...variants]).size).toBe(6);
  });

  test("summary describes them", () => {
    expect(small().summary()).toEqual({
      rows: 5,
      users: 2,
      items: 3,
      density: 4 / 6,
      duplicates: 1,
      minPerUser: 2,
      medianPerUser: 2.5,
      maxPerUser: 3,
      minPerItem: 1,
      medianPerItem: 1,
      maxPerItem: 3,
      valueRange: [1, 5],
      timeRange: [10, 50],
    });
  });
});

describe("Interactions of several types", () => {
  const rows = [
    { user: "ann", item: "tea", type: "view" },
    { user: "bob", item: "milk", type: "purchase" },
    { user: "ann", item: "tea", type: "purchase" },
  ];
  const data = Interactions.from(rows);

  test("keep the type of each row, whatever is chosen of them", () => {
    expect([...(data.types ?? [])]).toEqual(["view", "purchase"]);
    expect([...data.rows()]).toEqual(rows);
    expect([...data.select((row) => row > 0).rows()]).toEqual(rows.slice(1));
    expect([...data.compact().rows()]).toEqual(rows);
    expect([...data.alignTo(data.users, Vocabulary.from(["milk"])).data.rows()]).toEqual([rows[1]]);
    expect(data.summary().rowsPerType).toEqual({ view: 1, purchase: 2 });
  });

  test("ofTypes takes the rows of some types", () => {
    expect([...data.ofTypes(["purchase"]).rows()]).toEqual(rows.slice(1));
    expect(data.ofTypes(["view", "purchase"]).length).toBe(3);
    expect(data.ofTypes([]).length).toBe(0);
    expect(() => data.ofTypes(["like"])).toThrow(
      'there is no type "like"; the types are "view", "purchase"',
    );
    expect(() => small().ofTypes(["view"])).toThrow("these interactions have no types");
  });

  test("the hash covers types", () => {
    const hashes = [
      rows,
      rows.map((row) => ({ ...row, type: "view" })),
      rows.map((row) => ({ ...row, type: row.type === "view" ? "purchase" : "view" })),
      rows.map(({ user, item }) => ({ user, item })),
    ].map((each) => Interactions.from(each).hash());
    expect(new Set(hashes).size).toBe(4);
  });

  test("a type is given in all rows or in none, and with its vocabulary", () => {
    expect(() => Interactions.from([rows[0], { user: "ann", item: "tea" }])).toThrow(
      "row 1 has no type, unlike the rows before",
    );
    expect(() => Interactions.from([{ ...rows[0], type: "" }])).toThrow("row 0, type");
    expect(() => Interactions.fromColumns({ ...data, types: undefined })).toThrow(
      'expected a column "type" and its vocabulary "types", or neither',
    );
    const type = Uint32Array.of(0, 2, 1);
    expect(() => Interactions.fromColumns({ ...data, type })).toThrow(
      "row 1: type 2 is beyond the vocabulary of 2 ids",
    );
  });
});

test("what is no list of rows is refused in a sentence", () => {
  expect(() => Interactions.from(null as never)).toThrow(
    "Interactions.from: expected a list of rows, got null",
  );
});
