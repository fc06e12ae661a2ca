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
const bytes = (text: string) => new TextEncoder().encode(text);

/** Whole numbers below n, the same each time. */
const draws = (seed: number) => {
  let state = seed;
  return (n: number): number => {
    state = (state * 48271) % 2147483647;
    return state % n;
  };
};

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
      "sequence 0: time must be a finite number, got NaN",
    );
    expect(refused({ times: Float64Array.of(1, 2, 3, Number.POSITIVE_INFINITY) })).toThrow(
      "sequence 1: time must be a finite number, got Infinity",
    );
    expect(refused({ times: Float64Array.of(1, 5, 4, 3) })).toThrow(
      "sequence 0 goes back in time, from 5 to 4",
    );
    expect(refused({ times: Float64Array.of(1, 1, 4, 0) })).not.toThrow();
  });
});

describe("Sequences.fromInteractions and Sequences.from", () => {
  test("have the times of the data, if it has any", () => {
    const data = timed([
      ["ann", "x", 50],
      ["bob", "y", 40],
      ["ann", "w", 20],
    ]);
    expect(Sequences.fromInteractions(data).times).toEqual(Float64Array.of(20, 50, 40));
    expect(Sequences.fromInteractions(Interactions.from([["ann", "x"]])).times).toBeUndefined();
    expect(Sequences.from([["a"]]).times).toBeUndefined();
  });

  test("are chosen, compacted and aligned when there are none, or no tokens", () => {
    const none = Sequences.from([]);
    expect(lists(none.select(() => true).compact())).toEqual([]);
    const { data, unknownItems, tokensLeftOut } = none.alignTo(Sequences.from([["a"]]).items);
    expect([lists(data), unknownItems, tokensLeftOut]).toEqual([[], 0, 0]);
    const some = Sequences.from([[], ["b", "a"], ["c"]]);
    expect(lists(some.select((s) => s !== 1))).toEqual([[], ["c"]]);
    expect(lists(some.select(u32()))).toEqual([]);
    const compact = some.select((s) => s !== 1).compact();
    expect([compact.items.ids(), [...compact.values]]).toEqual([["c"], [0]]);
    expect(lists(some.alignTo(some.items).data)).toEqual(lists(some));
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

  test("that begin at the same time are in the order of their rows, not of their users", () => {
    const tied = timed([
      ["ann", "late", 100],
      ["bob", "first", 5],
      ["ann", "second", 5],
    ]);
    expect(lists(sessionsFrom(tied, { gap: 10 }))).toEqual([["first"], ["second"], ["late"]]);
    const plain = Interactions.from([
      ["s", "a"],
      ["t", "b"],
      ["s", "c"],
    ]);
    expect(lists(sessionsFrom(plain.select(u32(1, 0, 2))))).toEqual([["b"], ["a", "c"]]);
  });

  test("of one event, and of users without any, are what there is", () => {
    const one = sessionsFrom(timed([["s", "a", 7]]), { gap: 1 });
    expect([lists(one), one.times]).toEqual([[["a"]], Float64Array.of(7)]);
    expect(lists(sessionsFrom(events.select((row) => row === 1)))).toEqual([["x"]]);
  });

  test.each([1, 2, 3])("are what a plain program makes of the events, with seed %i", (seed) => {
    const draw = draws(seed);
    const rows = Array.from({ length: 300 }, (_, row): [string, string, number] => [
      `u${draw(12)}`,
      `${row}`,
      draw(200),
    ]);
    const gap = 5 + draw(10);
    const plain: (typeof rows)[] = [];
    const byTime = rows.toSorted((a, b) => a[2] - b[2] || Number(a[1]) - Number(b[1]));
    for (const user of new Set(rows.map(([user]) => user))) {
      let last = Number.NEGATIVE_INFINITY;
      for (const row of byTime.filter(([of]) => of === user)) {
        if (row[2] - last > gap) plain.push([]);
        plain[plain.length - 1].push(row);
        last = row[2];
      }
    }
    plain.sort(([a], [b]) => byTime.indexOf(a) - byTime.indexOf(b));
    const sessions = sessionsFrom(timed(rows), { gap });
    expect(lists(sessions)).toEqual(plain.map((session) => session.map(([, item]) => item)));
    expect([...(sessions.times ?? [])]).toEqual(plain.flat().map(([, , time]) => time));
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
    expect(report.repeats).toBe(3); // a, b and odd
  });

  test.each([1, 2, 3, 4])("leaves nothing that has too few, with support %i", (minSupport) => {
    const draw = draws(7);
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

  test("merges what meets where an item goes from between, and keeps the time of the first", () => {
    const data = sessionsFrom(
      timed([
        ["s", "a", 1],
        ["s", "a", 2],
        ["s", "rare", 3],
        ["s", "a", 4],
        ["s", "b", 5],
        ["t", "a", 6],
        ["t", "b", 7],
      ]),
    );
    const { data: kept, report } = filterSessions(data, { minSupport: 2 });
    expect(lists(kept)).toEqual([
      ["a", "b"],
      ["a", "b"],
    ]);
    expect(kept.times).toEqual(Float64Array.of(1, 5, 6, 7));
    expect([report.repeats, report.clicks]).toEqual([2, [7, 4]]);
    const all = filterSessions(data, { minSupport: 2, repeats: true });
    expect(lists(all.data)[0]).toEqual(["a", "a", "a", "b"]);
    expect(all.report.repeats).toBe(0);
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
    expect(() => filterSessions(Sequences.from([]))).toThrow("nothing is left of 0 sessions");
    expect(() => filterSessions(data, { minLength: -1 })).toThrow(/"minLength" must be/);
    expect(() => filterSessions(data, { minSupport: 1.5 })).toThrow(/"minSupport" must be/);
    expect(() => filterSessions(data, { maxLength: "3" as never })).toThrow(/"maxLength" must be/);
    expect(() => filterSessions(data, { repeats: 1 as never })).toThrow(/"repeats" must be true/);
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

  test.each([1, 2, 3])("by days leaks nothing, with seed %i", (seed) => {
    const draw = draws(seed);
    const rows = Array.from({ length: 2000 }, (): [string, string, number] => {
      const session = draw(300);
      return [`s${session}`, `i${draw(40)}`, session * 3000 + draw(2 * day)];
    });
    const all = sessionsFrom(timed(rows));
    const latest = Math.max(...(all.times ?? []));
    const split = splitSessions(all, { testDays: 2, validationDays: 1.5 });
    const lasts = (sessions: Sequences) =>
      Array.from(sessions.offsets.subarray(1), (end) => sessions.times?.[end - 1] ?? Number.NaN);
    const { train, validation = train, test, dropped } = split;
    const trainEnds = latest - 3.5 * day;
    expect(Math.max(...lasts(train))).toBeLessThanOrEqual(trainEnds);
    expect(Math.max(...(train.times ?? []))).toBeLessThanOrEqual(trainEnds);
    expect(Math.min(...lasts(validation))).toBeGreaterThan(trainEnds);
    expect(Math.max(...lasts(validation))).toBeLessThanOrEqual(latest - 2 * day);
    expect(Math.min(...lasts(test))).toBeGreaterThan(latest - 2 * day);
    for (const part of [validation, test]) {
      expect(part.items).toBe(train.items);
      for (const session of part.lists()) expect(session.length).toBeGreaterThanOrEqual(2);
    }
    expect(new Set(train.values).size).toBe(train.items.size);
    const counted = train.sequences + validation.sequences + test.sequences + dropped.sessions;
    expect(counted).toBe(all.sequences);
    expect(splitSessions(all, { testDays: 2, validationDays: 1.5 }).hash).toBe(split.hash);
    expect(splitSessions(all, { testDays: 2 }).hash).not.toBe(split.hash);
  });

  test("a session that ends just so many days before the latest click is for training", () => {
    const at = (last: number) =>
      splitSessions(
        sessionsFrom(
          timed([
            ["early", "a", 0],
            ["early", "b", 1],
            ["edge", "a", last - 1],
            ["edge", "b", last],
            ["late", "a", 9 * day],
            ["late", "b", 10 * day],
          ]),
        ),
      ).train.sequences;
    expect([at(9 * day), at(9 * day + 1)]).toEqual([2, 1]);
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
    expect(() => splitSessions(Sequences.from([]))).toThrow("no session would be in train");
    expect(() => splitSessions(sessionsFrom(timed([["s", "a", 1]])))).toThrow(
      "no session would be in train",
    );
    expect(() =>
      splitSessions(
        Sequences.from([
          ["a", "b"],
          ["c", "d"],
        ]),
        { test: 0.5 },
      ),
    ).toThrow("no session would be in test");
    expect(() => splitSessions(plain, { days: 2 } as never)).toThrow(/"days" is unknown/);
    expect(() => splitSessions(plain, { test: 0 })).toThrow(/"test" must be a number above 0/);
    for (const testDays of [0, -1, Number.NaN])
      expect(() => splitSessions(sessionsFrom(events), { testDays })).toThrow(/"testDays" must be/);
    expect(() => splitSessions(sessionsFrom(events), { validationDays: -1 })).toThrow(
      /"validationDays" must be a finite number of at least 0/,
    );
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

test.each(["session", "sessionid", "session_id", "SessionId"])(
  "a column %s holds the users where there is no column of users",
  async (name) => {
    const alone = await readInteractions(bytes(`${name},item,time\n1,a,3\n`));
    expect(alone.report.columns.user).toBe(name);
    const beside = await readInteractions(bytes(`${name},visitorid,item\n1,ann,a\n`));
    expect(beside.report.columns.user).toBe("visitorid");
  },
);

test("a log of events becomes sessions to train on and to ask for", async () => {
  const log = ["session_id,item,time"];
  for (let s = 0; s < 30; s++)
    for (let n = 0; n < 4; n++)
      log.push(`${s},i${(s + n * n) % 5},${new Date(s * 3_600_000 + n * 1000).toISOString()}`);
  const { data, report } = await readInteractions(bytes(log.join("\n")));
  expect(report.columns.user).toBe("session_id");
  const { data: sessions } = filterSessions(sessionsFrom(data), { minSupport: 2 });
  const { train, test } = splitSessions(sessions, { testDays: 0.5 });
  expect([train.sequences, test.sequences]).toEqual([18, 12]);
});
