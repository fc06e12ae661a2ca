import { Interactions, type Split, type SplitKind, split } from "@kith/data";

const KINDS: SplitKind[] = [
  "random",
  "leave-one-out",
  "user-temporal",
  "global-temporal",
  "held-out-users",
];

/** Users u0 … u39 with 1 … 20 rows each, at times that run through all users. */
const many = () =>
  Interactions.from(
    Array.from({ length: 40 }, (_, u) =>
      Array.from(
        { length: 1 + (u % 20) },
        (_, k) => [`u${u}`, `i${(u * 7 + k * 3) % 50}`, u * 100 + k, k * 40 + u] as const,
      ),
    ).flat(),
  );
const rowsOf = (data: Interactions | undefined) =>
  data ? [...data.rows()].map((row) => JSON.stringify(row)) : [];
const values = (data: Interactions | undefined) => [...(data?.value ?? [])];
const partsOf = ({ train, validation, test, foldIn }: Split) => [
  train,
  validation,
  test,
  foldIn?.validation,
  foldIn?.test,
];

describe.each(KINDS)("split by %s", (by) => {
  test.each([{ test: 0.2 }, { test: 0.1, validation: 0.1 }, { test: 0.5, validation: 0.3 }])(
    "puts every row in exactly one part: %p",
    (shares) => {
      const data = many();
      const parts = partsOf(split(data, { by, ...shares }));
      expect(parts.flatMap(rowsOf).sort()).toEqual(rowsOf(data).sort());
      for (const part of parts) {
        if (part === undefined) continue;
        expect(part.length).toBeGreaterThan(0);
        expect(part.users).toBe(data.users);
        expect(part.items).toBe(data.items);
      }
    },
  );

  test("is the same for the same seed, and its hash tells parameters and data apart", () => {
    const options = { by, validation: 0.1, seed: 7 };
    const one = split(many(), options);
    const two = split(many(), options);
    expect(two.hash).toBe(one.hash);
    expect(partsOf(two).map((part) => part?.hash())).toEqual(
      partsOf(one).map((part) => part?.hash()),
    );
    expect(one.hash).toMatch(/^[0-9a-f]{16}$/);
    expect([one.kind, one.seed]).toEqual([by, 7]);
    const others = [
      split(many(), { ...options, seed: 8 }),
      split(many(), { ...options, test: 0.3 }),
      split(
        many().select((row) => row > 0),
        options,
      ),
    ].map(({ hash }) => hash);
    expect(new Set([one.hash, ...others]).size).toBe(4);
  });
});

describe("random", () => {
  test("takes about the share asked for, and leaves every user a row in train", () => {
    const data = many();
    const { train, test } = split(data, { by: "random", test: 0.25 });
    expect(test.length / data.length).toBeCloseTo(0.25, 1);
    expect(train.summary().users).toBe(40);
  });

  test("differs by seed", () => {
    const [a, b] = [1, 2].map((seed) => split(many(), { by: "random", seed }).test.hash());
    expect(a).not.toBe(b);
  });

  test("is the default where there are no times", () => {
    expect(
      split(Interactions.from(Array.from({ length: 20 }, (_, i) => ["u", `i${i}`]))).kind,
    ).toBe("random");
  });
});

describe("leave-one-out", () => {
  const data = () =>
    Interactions.from([
      ["a", "w", 1, 30],
      ["a", "x", 2, 10],
      ["a", "y", 3, 20],
      ["b", "w", 4, 5],
      ["b", "x", 5, 5],
      ["c", "w", 6, 99],
    ]);

  test("takes the last row by time, of equal times the last row; one-row users stay", () => {
    const { train, test } = split(data(), { by: "leave-one-out" });
    expect(values(test)).toEqual([1, 5]);
    expect(values(train)).toEqual([2, 3, 4, 6]);
  });

  test("with validation takes the last two of users who have three", () => {
    const { train, validation, test } = split(data(), { by: "leave-one-out", validation: 0.1 });
    expect(values(test)).toEqual([1]);
    expect(values(validation)).toEqual([3]);
    expect(values(train)).toEqual([2, 4, 5, 6]);
  });

  test("without times takes one row at random of each user, by the seed", () => {
    const untimed = Interactions.from([...data().rows()].map(({ time: _, ...row }) => row));
    const taken = Array.from({ length: 20 }, (_, seed) =>
      values(split(untimed, { by: "leave-one-out", seed }).test),
    );
    expect(taken.every((test) => test.length === 2 && test[0] <= 3 && test[1] >= 4)).toBe(true);
    expect(new Set(taken.map(String)).size).toBeGreaterThan(2);
  });
});

describe("temporal", () => {
  test("user-temporal takes each user's last rows", () => {
    const data = Interactions.from([
      ...[5, 3, 1, 2, 4].map((t) => ["a", `i${t}`, t, t] as const),
      ...[10, 30, 20, 40, 50].map((t) => ["b", `i${t}`, t, t] as const),
    ]);
    const { train, validation, test } = split(data, {
      by: "user-temporal",
      test: 0.4,
      validation: 0.2,
    });
    expect(values(test)).toEqual([5, 4, 40, 50]);
    expect(values(validation)).toEqual([3, 30]);
    expect(values(train)).toEqual([1, 2, 10, 20]);
  });

  test("global-temporal is the default with times, and cuts all at one time", () => {
    const { kind, train, validation, test } = split(many(), { validation: 0.1 });
    expect(kind).toBe("global-temporal");
    const [first, last] = [Math.min, Math.max];
    expect(last(...(train.time ?? []))).toBeLessThanOrEqual(first(...(validation?.time ?? [])));
    expect(last(...(validation?.time ?? []))).toBeLessThanOrEqual(first(...(test.time ?? [])));
  });

  test("orders any finite times, and equal ones by row", () => {
    const times = [0, -0, 1e300, -1e300, 5, -2.5, 5, 1e-310, -1e-310, 0, 2 ** 40, 5];
    const data = Interactions.from(times.map((time, row) => ["u", `i${row}`, row, time]));
    const order = times.map((_, row) => row).sort((a, b) => times[a] - times[b] || a - b);
    for (let n = 1; n < times.length; n++) {
      const { test } = split(data, { by: "global-temporal", test: n / times.length });
      expect(values(test)).toEqual(order.slice(-n).sort((a, b) => a - b));
    }
  });

  test("reports users and items that training has not seen", () => {
    const data = Interactions.from([
      ["a", "x", 1, 1],
      ["a", "y", 1, 2],
      ["b", "x", 1, 3],
      ["c", "x", 1, 4],
      ["c", "z", 1, 5],
    ]);
    const { unseen, warnings } = split(data, { test: 0.4 });
    expect(unseen).toEqual({ users: 1, items: 1, rowsOfUsers: 2, rowsOfItems: 1 });
    expect(warnings).toEqual([
      "2 of 2 rows (100 %) of test are of 1 user without a row in train.",
      "1 of 2 rows (50 %) of test are of 1 item without a row in train: no model that goes by ids can find them.",
    ]);
  });

  test("needs times", () => {
    const data = Interactions.from([
      ["a", "x"],
      ["a", "y"],
    ]);
    for (const by of ["user-temporal", "global-temporal"] as const)
      expect(() => split(data, { by })).toThrow(
        'split: a temporal split needs times, and this data has none; take by: "random" or read the file with its timeColumn',
      );
  });
});

describe("held-out-users", () => {
  test("have no row in train, and four fifths of theirs to fold in", () => {
    const data = many();
    const { train, validation, test, foldIn } = split(data, {
      by: "held-out-users",
      test: 0.2,
      validation: 0.2,
    });
    const usersOf = (part: Interactions | undefined) => new Set(part?.user);
    const groups = [usersOf(train), usersOf(validation), usersOf(test)];
    expect(groups[0].size + groups[1].size + groups[2].size).toBe(40);
    expect(new Set(groups.flatMap((group) => [...group])).size).toBe(40);
    expect(usersOf(foldIn?.test)).toEqual(groups[2]);
    expect(usersOf(foldIn?.validation)).toEqual(groups[1]);
    for (const user of groups[2]) {
      const asked = test.select((row) => test.user[row] === user);
      const known = foldIn?.test.select((row) => foldIn.test.user[row] === user);
      const all = asked.length + (known?.length ?? 0);
      expect(asked.length).toBe(Math.max(1, Math.round(all * 0.2)));
      expect(Math.min(...(asked.time ?? []))).toBeGreaterThan(Math.max(...(known?.time ?? [])));
    }
  });

  test("need enough users with two rows", () => {
    const data = Interactions.from([
      ["a", "x"],
      ["a", "y"],
      ["b", "x"],
    ]);
    expect(() => split(data, { by: "held-out-users" })).toThrow("only 1 have at least 2 rows");
  });
});

test("what cannot be divided is refused", () => {
  const data = many();
  expect(() => split(Interactions.from([]))).toThrow("split: there are no rows to divide");
  expect(() => split(data, { test: 0.6, validation: 0.4 })).toThrow(
    'option "validation" and "test" must leave something to train on',
  );
  expect(() => split(data, { test: 20 })).toThrow(
    'option "test" must be a number above 0 and below 1, got 20',
  );
  expect(() => split(data, { by: "chronological" as never })).toThrow(
    'option "by" must be one of "random"',
  );
  expect(() => split(data, { ratio: 0.2 } as never)).toThrow(
    'option "ratio" is unknown; it takes by, test, validation, seed',
  );
  expect(() =>
    split(
      Interactions.from([
        ["a", "x"],
        ["b", "x"],
      ]),
      { by: "random" },
    ),
  ).toThrow("no row would be in test");
});
