import { Interactions, kCore } from "@kith/data";

describe("kCore", () => {
  test("peels until every user and every item has enough rows", () => {
    // i3 has one row; without it u3 has one; without that i2 has two, which is enough
    const data = Interactions.from([
      ["u1", "i1"],
      ["u1", "i2"],
      ["u2", "i1"],
      ["u2", "i2"],
      ["u3", "i2"],
      ["u3", "i3"],
    ]);
    const { data: core, report } = kCore(data, { user: 2, item: 2 });
    expect([...core.rows()].map(({ user, item }) => `${user} ${item}`)).toEqual([
      "u1 i1",
      "u1 i2",
      "u2 i1",
      "u2 i2",
    ]);
    expect(core.users.ids()).toEqual(["u1", "u2"]);
    expect(core.items.ids()).toEqual(["i1", "i2"]);
    expect(report).toEqual({ rounds: 2, rows: [6, 4], users: [3, 2], items: [3, 2] });
  });

  test("leaves alone what is a core already", () => {
    const data = Interactions.from([
      ["u", "i", 1, 2],
      ["u", "i", 3, 4],
    ]);
    const { data: core, report } = kCore(data, { user: 2, item: 2 });
    expect(core.hash()).toBe(data.hash());
    expect(report.rounds).toBe(0);
  });

  test("agrees with filtering over and over", () => {
    let rows = Array.from(
      { length: 3000 },
      (_, i) => [`u${(i * i * 7) % 409}`, `i${(i * 13 + ((i * i) % 11)) % 311}`] as const,
    );
    const data = Interactions.from(rows);
    for (let before = -1; before !== rows.length; ) {
      before = rows.length;
      const count = (side: 0 | 1, id: string) => rows.filter((row) => row[side] === id).length;
      const users = new Map(
        [...new Set(rows.map(([user]) => user))].map((id) => [id, count(0, id)]),
      );
      const items = new Map(
        [...new Set(rows.map(([, item]) => item))].map((id) => [id, count(1, id)]),
      );
      rows = rows.filter(
        ([user, item]) => (users.get(user) ?? 0) >= 8 && (items.get(item) ?? 0) >= 9,
      );
    }
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.length).toBeLessThan(3000);
    const core = kCore(data, { user: 8, item: 9 }).data;
    expect([...core.rows()].map(({ user, item }) => [user, item])).toEqual(rows);
  });

  test("says so when nothing is left", () => {
    expect(() => kCore(Interactions.from([["u", "i"]]))).toThrow(
      "kCore: nothing is left of 1 rows with at least 5 for each user and 5 for each item; ask for fewer",
    );
    expect(() => kCore(Interactions.from([["u", "i"]]), { users: 5 } as never)).toThrow(
      'option "users" is unknown; it takes user, item',
    );
  });
});
