import { Interactions, leakCheck, split } from "@kith/data";

const train = () =>
  Interactions.from([
    ["a", "x", 1, 10],
    ["a", "y", 1, 50],
    ["b", "x", 1, 20],
    ["b", "z", 1, 60],
  ]);

describe("leakCheck", () => {
  test("finds nothing where the past predicts the future", () => {
    const test = Interactions.from([
      ["a", "z", 1, 60],
      ["b", "y", 1, 70],
    ]);
    expect(leakCheck({ train: train(), test })).toEqual([]);
  });

  test("finds pairs that are in both, whatever indices the test split has", () => {
    const test = Interactions.from([
      ["b", "z", 1, 70],
      ["a", "y", 1, 80],
      ["a", "z", 1, 80],
      ["nobody", "y", 1, 80],
    ]);
    expect(leakCheck({ train: train(), test })).toEqual([
      {
        kind: "pair-in-both",
        from: "train",
        into: "test",
        rows: 2,
        share: 2 / 3,
        sentence:
          "2 of 3 rows (67 %) of test repeat a user and item of train: what is asked for has been seen.",
      },
    ]);
  });

  test("finds the future of others and of the same user", () => {
    const test = Interactions.from([["a", "z", 1, 55]]);
    expect(leakCheck({ train: train(), test })).toMatchObject([
      { kind: "future", rows: 1, share: 0.25 },
    ]);
    const early = Interactions.from([["a", "z", 1, 30]]);
    expect(leakCheck({ train: train(), test: early })).toMatchObject([
      { kind: "future", rows: 2, share: 0.5 },
      { kind: "own-future", rows: 1, share: 0.25 },
    ]);
  });

  test("looks at validation from both sides", () => {
    const validation = Interactions.from([["a", "x", 1, 65]]);
    const test = Interactions.from([["a", "x", 1, 64]]);
    expect(
      leakCheck({ train: train(), validation, test }).map(({ kind, from, into }) => [
        kind,
        from,
        into,
      ]),
    ).toEqual([
      ["pair-in-both", "train", "validation"],
      ["pair-in-both", "train", "test"],
      ["pair-in-both", "validation", "test"],
      ["future", "validation", "test"],
      ["own-future", "validation", "test"],
    ]);
  });

  test("a split that lets the future into training says so; the global temporal one does not", () => {
    const data = Interactions.from(
      Array.from(
        { length: 200 },
        (_, i) => [`u${i % 10}`, `i${Math.floor(i / 10)}`, 1, i] as const,
      ),
    );
    const warned = (by: "random" | "leave-one-out" | "user-temporal" | "global-temporal") =>
      split(data, { by }).warnings.filter((warning) => /later than/.test(warning)).length;
    expect(warned("random")).toBe(2);
    expect(warned("leave-one-out")).toBe(0); // here all users' last rows are the last of all
    expect(warned("global-temporal")).toBe(0);
    const shifted = Interactions.from(
      [...data.rows()].map((row) => ({
        ...row,
        time: (row.time ?? 0) + 100 * Number(String(row.user).slice(1)),
      })),
    );
    expect(split(shifted, { by: "leave-one-out" }).warnings.slice(0, 1)).toEqual([
      expect.stringMatching(
        /rows \(\d+ %\) of train are later than the earliest of test: the model learns from a future it would not know; a global temporal split avoids that\.$/,
      ),
    ]);
  });
});
