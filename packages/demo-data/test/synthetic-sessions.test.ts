import { syntheticSessions } from "@kith/demo-data";

const rowsOf = (clicks: Uint8Array) =>
  new TextDecoder()
    .decode(clicks)
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((line) => line.split("\t"));

describe("syntheticSessions", () => {
  test("are the same bytes for the same options, and say that they are synthetic", () => {
    const [a, b] = [syntheticSessions({ sessions: 500 }), syntheticSessions({ sessions: 500 })];
    expect(Buffer.compare(a.clicks, b.clicks)).toBe(0);
    expect(Buffer.compare(a.clicks, syntheticSessions({ sessions: 500, seed: 7 }).clicks)).not.toBe(
      0,
    );
    expect(a.description).toBe(
      "Synthetic: 500 sessions over 500 items in 25 planted intents, drift 0.05, seed 42. Nobody made these clicks.",
    );
  });

  test("have the structure that is planted", () => {
    const { clicks, intents } = syntheticSessions({ sessions: 4000 });
    const rows = rowsOf(clicks);
    const lengths = new Map<string, number>();
    const followers = new Map<string, Map<string, number>>();
    let [pairs, within] = [0, 0];
    rows.forEach(([session, item, time], n) => {
      lengths.set(session, (lengths.get(session) ?? 0) + 1);
      const [before, last, earlier] = rows[n - 1] ?? [];
      if (before !== session) return;
      pairs++;
      expect(Number(time)).toBeGreaterThan(Number(earlier));
      if (intents.get(item) === intents.get(last)) within++;
      const own = followers.get(last) ?? new Map<string, number>();
      followers.set(last, own.set(item, (own.get(item) ?? 0) + 1));
    });
    expect(within / pairs).toBeGreaterThan(0.8); // the others drift, are noise, or come back
    const all = [...lengths.values()];
    expect(Math.min(...all)).toBe(2);
    expect(Math.max(...all)).toBeLessThanOrEqual(30);
    expect(all.reduce((sum, n) => sum + n, 0) / all.length).toBeCloseTo(5, 0);
    // An item's three most frequent followers take far more than three of the twenty items of its intent would.
    let [top, total] = [0, 0];
    for (const own of followers.values()) {
      const counts = [...own.values()].sort((a, b) => b - a);
      top += counts.slice(0, 3).reduce((sum, n) => sum + n, 0);
      total += counts.reduce((sum, n) => sum + n, 0);
    }
    expect(top / total).toBeGreaterThan(0.5);
    expect(new Set(rows.map(([, item]) => item)).size).toBeLessThanOrEqual(500);
    expect(intents.size).toBe(500);
  });

  test("drift away from their intents as often as they are told to", () => {
    const share = (drift: number) => {
      const { clicks, intents } = syntheticSessions({ sessions: 2000, drift });
      const rows = rowsOf(clicks);
      let [pairs, within] = [0, 0];
      rows.forEach(([session, item], n) => {
        const [before, last] = rows[n - 1] ?? [];
        if (before !== session) return;
        pairs++;
        if (intents.get(item) === intents.get(last)) within++;
      });
      return within / pairs;
    };
    const [never, sometimes, always] = [share(0), share(0.2), share(1)];
    expect(never).toBeGreaterThan(0.88); // one in twenty is noise, and so is what it is followed from
    expect(sometimes).toBeLessThan(never - 0.1);
    expect(always).toBeLessThan(0.2);
  });

  test("have items that are more popular than others of their intent", () => {
    const { clicks, intents } = syntheticSessions({ sessions: 4000 });
    const counts = new Map([...intents.keys()].map((item) => [item, 0]));
    for (const [, item] of rowsOf(clicks)) counts.set(item, (counts.get(item) ?? 0) + 1);
    for (let intent = 0; intent < 25; intent++) {
      const own = [...counts].filter(([item]) => intents.get(item) === intent);
      const total = own.reduce((sum, [, n]) => sum + n, 0);
      const half = own.slice(0, own.length / 2).reduce((sum, [, n]) => sum + n, 0);
      expect(half / total).toBeGreaterThan(0.55);
    }
  });

  test("may be one, of one item", () => {
    const { clicks, intents } = syntheticSessions({ sessions: 1, items: 1, intents: 1 });
    expect(new Set(rowsOf(clicks).map(([session, item]) => `${session} ${item}`))).toEqual(
      new Set(["0 intent0-item0"]),
    );
    expect([...intents]).toEqual([["intent0-item0", 0]]);
  });

  test("come in order of their first clicks", () => {
    const firsts = new Map<string, number>();
    for (const [session, , time] of rowsOf(syntheticSessions({ sessions: 300 }).clicks))
      if (!firsts.has(session)) firsts.set(session, Number(time));
    const times = [...firsts.values()];
    expect(times).toHaveLength(300);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  test("refuse what cannot be", () => {
    expect(() => syntheticSessions({ sessions: 0 })).toThrow(/"sessions" must be a whole number/);
    expect(() => syntheticSessions({ drift: 2 })).toThrow(/"drift" must be a number from 0 to 1/);
    expect(() => syntheticSessions({ items: 3 })).toThrow(/at least as many as intents, 25, got 3/);
    expect(() => syntheticSessions({ seed: Number.NaN })).toThrow(/"seed" must be a finite/);
    expect(() => syntheticSessions({ users: 3 } as never)).toThrow(/"users" is unknown/);
  });
});
