import {
  filterSessions,
  Interactions,
  readInteractions,
  Sequences,
  sessionsFrom,
  splitSessions,
} from "@kith/data";

const lists = (sessions: Sequences): unknown[][] => [...sessions.lists()];
const u32 = (...values: number[]) => Uint32Array.from(values);
const timed = (rows: [string, string, number][]) =>
  Interactions.from(rows.map(([user, item, time]) => ({ user, item, time })));

describe("Sequences with times", () => {
  const sessions = () =>
    sessionsFrom(
      timed([
        ["s", "a", 1],
        ["s", "b", 2],
        ["t", "c", 3],
        ["s", "a", 4],
      ]),
    );

  test("keep them in every part", () => {
    const data = sessions();
    expect(data.times).toEqual(Float64Array.of(1, 2, 4, 3));
    const second = data.select(u32(1)).compact();
    expect([lists(second), second.times]).toEqual([[["c"]], Float64Array.of(3)]);
    expect(second.items.ids()).toEqual(["c"]);
    const some = data.keep((token) => data.values[token] !== 0);
    expect([lists(some), some.times]).toEqual([[["b"], ["c"]], Float64Array.of(2, 3)]);
    const { data: aligned, unknownItems, tokensLeftOut } = data.alignTo(second.items);
    expect([lists(aligned), unknownItems, tokensLeftOut]).toEqual([[[], ["c"]], 2, 3]);
    expect([...aligned.values, ...(aligned.times ?? [])]).toEqual([0, 3]);
    expect(lists(data.select(u32(1, 0, 1)))).toEqual([["c"], ["a", "b", "a"], ["c"]]);
    expect(() => data.select(u32(2))).toThrow("expected rows below 2, got 2");
  });

  test("have another hash than without, and refuse what cannot be", () => {
    const { items, offsets, values, times } = sessions();
    const without = Sequences.fromColumns({ items, offsets, values });
    expect(without.hash()).toBe(Sequences.fromColumns({ items, offsets, values }).hash());
    expect(without.hash()).not.toBe(sessions().hash());
    const refused = (more: object) => () =>
      Sequences.fromColumns({ items, offsets, values, times, ...more });
    expect(refused({ times: Float64Array.of(1, 2, 4) })).toThrow(
      'expected columns of one length, but "values" has 4 rows and "times" has 3',
    );
    expect(refused({ times: Float64Array.of(1, Number.NaN, 2, 3) })).toThrow(
      "time must be a finite number",
    );
    expect(refused({ times: Float64Array.of(1, 5, 4, 3) })).toThrow(
      "sequence 0 goes back in time, from 5 to 4",
    );
    expect(refused({ times: Float64Array.of(1, 1, 4, 0) })).not.toThrow();
  });
});

describe("sessionsFrom", () => {
  const events = timed([
    ["ann", "a", 100],
    ["bob", "x", 50],
    ["ann", "b", 110],
    ["ann", "c", 141],
    ["bob", "y", 50],
    ["ann", "d", 171],
    ["bob", "z", 10],
  ]);

  test("are one a user without a gap, in the order of their first events", () => {
    expect(lists(sessionsFrom(events))).toEqual([
      ["z", "x", "y"],
      ["a", "b", "c", "d"],
    ]);
  });

  test("are cut where more than the gap passes, not where just the gap does", () => {
    expect(lists(sessionsFrom(events, { gap: 30 }))).toEqual([
      ["z"],
      ["x", "y"],
      ["a", "b"],
      ["c", "d"],
    ]);
    expect(lists(sessionsFrom(events, { gap: 31 }))).toEqual([
      ["z"],
      ["x", "y"],
      ["a", "b", "c", "d"],
    ]);
  });

  test("go by rows without times, and then refuse a gap", () => {
    const plain = Interactions.from([
      ["t", "a"],
      ["s", "b"],
      ["t", "c"],
    ]);
    expect(lists(sessionsFrom(plain))).toEqual([["a", "c"], ["b"]]);
    expect(sessionsFrom(plain).times).toBeUndefined();
    expect(() => sessionsFrom(plain, { gap: 5 })).toThrow("a gap needs times");
  });

  test("take no data, and refuse options that cannot be", () => {
    expect(lists(sessionsFrom(Interactions.from([])))).toEqual([]);
    for (const gap of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, "30" as never])
      expect(() => sessionsFrom(events, { gap })).toThrow(
        /option "gap" must be a finite number above 0/,
      );
    expect(() => sessionsFrom(events, { gaps: 3 } as never)).toThrow(/"gaps" is unknown/);
  });
});

describe("filterSessions", () => {
  test("drops repeats, short sessions and rare items to the fixpoint", () => {
    const data = Sequences.from([
      ["a", "a", "b", "b", "a"],
      ["a", "b", "rare"],
      ["odd", "odd", "a"], // too short once "odd" goes
      ["b"],
      [],
    ]);
    const { data: kept, report } = filterSessions(data, { minSupport: 2 });
    expect(lists(kept)).toEqual([
      ["a", "b", "a"],
      ["a", "b"],
    ]);
    expect(report.sessions).toEqual([5, 2]);
    expect(report.clicks).toEqual([12, 5]);
    expect(report.items).toEqual([4, 2]);
    expect(report.rounds).toBe(3); // repeats; rare items; what they made too short
  });

  test.each([1, 2, 3, 4])("leaves nothing that has too few, with support %i", (minSupport) => {
    let state = 7;
    const draw = (n: number) => {
      state = (state * 48271) % 2147483647;
      return state % n;
    };
    const random = Array.from({ length: 60 }, () =>
      Array.from({ length: draw(7) }, () => `i${draw(20) * draw(3)}`),
    );
    const { data, report } = filterSessions(Sequences.from(random), {
      minSupport,
      minLength: 3,
      maxLength: 4,
    });
    const counts = new Map<unknown, number>();
    for (const session of data.lists()) {
      expect(session.length).toBeGreaterThanOrEqual(3);
      expect(session.length).toBeLessThanOrEqual(4);
      session.forEach((item, n) => {
        expect(item).not.toBe(session[n - 1]);
        counts.set(item, (counts.get(item) ?? 0) + 1);
      });
    }
    expect([...counts.values()].every((count) => count >= minSupport)).toBe(true);
    expect(counts.size).toBe(data.items.size);
    expect(report.rounds).toBeGreaterThan(0);
    const again = filterSessions(data, { minSupport, minLength: 3, maxLength: 4 });
    expect([again.data.hash(), again.report.rounds]).toEqual([data.hash(), 0]);
  });

  test("keeps repeats and the last clicks where it is told to", () => {
    const data = Sequences.from([["a", "b", "b", "c"], ["b"]]);
    const all = { minLength: 1, minSupport: 1 };
    expect(lists(filterSessions(data, { ...all, repeats: true }).data)).toEqual(lists(data));
    expect(lists(filterSessions(data, { ...all, maxLength: 2 }).data)).toEqual([["b", "c"], ["b"]]);
    expect(lists(filterSessions(data, { ...all, minLength: 2 }).data)).toEqual([["a", "b", "c"]]);
  });

  test("says so when nothing is left, and names bad options", () => {
    const data = Sequences.from([["a", "b"]]);
    expect(() => filterSessions(data)).toThrow(
      "nothing is left of 1 sessions with at least 2 clicks for each session and 5 for each item",
    );
    expect(() => filterSessions(data, { minLength: -1 })).toThrow(/"minLength" must be/);
    expect(() => filterSessions(data, { support: 5 } as never)).toThrow(/"support" is unknown/);
  });
});

describe("splitSessions", () => {
  const day = 86_400;
  const events = timed([
    ["s1", "a", 0],
    ["s1", "b", 1],
    ["s2", "b", day],
    ["s2", "a", 2 * day], // ends just within the last day but one
    ["s3", "a", 2 * day + 1],
    ["s3", "new", 2 * day + 2],
    ["s3", "b", 2 * day + 3],
    ["s4", "a", 3 * day],
    ["s4", "new", 3 * day],
  ]);

  test("by days goes by a session's last click", () => {
    const { train, test, validation, kind, dropped } = splitSessions(sessionsFrom(events));
    expect([kind, validation]).toEqual(["days", undefined]);
    expect(lists(train)).toEqual([
      ["a", "b"],
      ["b", "a"],
    ]);
    expect(lists(test)).toEqual([["a", "b"]]);
    expect(test.items).toBe(train.items);
    expect(dropped).toEqual({ clicks: 2, sessions: 1 });
    const latest = Math.max(...(train.times ?? []));
    expect(Math.min(...(test.times ?? []))).toBeGreaterThan(latest);
  });

  test("by days makes a validation part of the days before", () => {
    const { train, validation, test } = splitSessions(sessionsFrom(events), {
      validationDays: 1.5,
    });
    expect([lists(train), lists(validation as Sequences), lists(test)]).toEqual([
      [["a", "b"]],
      [["b", "a"]],
      [["a", "b"]],
    ]);
  });

  test("by share takes the last sessions", () => {
    const data = Sequences.from(Array.from({ length: 20 }, (_, n) => ["a", `b${n % 2}`]));
    const { train, validation, test, kind } = splitSessions(data, { test: 0.2, validation: 0.1 });
    expect([kind, train.sequences, validation?.sequences, test.sequences]).toEqual([
      "share",
      14,
      2,
      4,
    ]);
    const hash = splitSessions(data).hash;
    expect(splitSessions(data, { test: 0.1 }).hash).toBe(hash);
    expect(splitSessions(data, { test: 0.2 }).hash).not.toBe(hash);
  });

  test("refuses what it cannot do", () => {
    const plain = Sequences.from([["a", "b"]]);
    expect(() => splitSessions(plain, { by: "days" })).toThrow("a split by days needs times");
    expect(() => splitSessions(plain)).toThrow("no session would be in test");
    expect(() => splitSessions(sessionsFrom(events), { testDays: 9 })).toThrow(
      "no session would be in train",
    );
    expect(() => splitSessions(plain, { testDays: 2 })).toThrow(
      /"testDays" is not for a split by share/,
    );
    expect(() => splitSessions(sessionsFrom(events), { test: 0.2 })).toThrow(
      /"test" is not for a split by days/,
    );
    expect(() => splitSessions(plain, { test: 0.6, validation: 0.5 })).toThrow(/must leave/);
    expect(() => splitSessions(plain, { by: "weeks" as never })).toThrow(/"by" must be one of/);
  });
});

test("a log of events becomes sessions to train on and to ask for", async () => {
  const log = ["session_id,item,time"];
  for (let s = 0; s < 30; s++)
    for (let n = 0; n < 4; n++)
      log.push(`${s},i${(s + n * n) % 5},${new Date(s * 3_600_000 + n * 1000).toISOString()}`);
  const { data, report } = await readInteractions(new TextEncoder().encode(log.join("\n")));
  expect(report.columns.user).toBe("session_id");
  const { data: sessions } = filterSessions(sessionsFrom(data), { minSupport: 2 });
  const { train, test } = splitSessions(sessions, { testDays: 0.5 });
  expect([train.sequences, test.sequences]).toEqual([18, 12]);
});
