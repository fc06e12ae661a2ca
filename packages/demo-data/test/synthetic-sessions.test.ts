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
