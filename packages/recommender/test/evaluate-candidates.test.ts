import { KithError, OptionError } from "@kith/core-tensors";
import { Interactions, split } from "@kith/data";
import { type CandidateRow, drawCandidates, evaluate, evaluateCandidates } from "../src/index.ts";
import { Table } from "./support/table.ts";
import { halves } from "./support/toy.ts";

const items = ["a", "b", "c", "d", "e"];
const train = Interactions.from(
  ["u", "v", "w"].flatMap((user) => items.map((item): [string, string] => [user, item])),
);
const graded = Table.of(train, [
  [5, 4, 3, 2, 1],
  [1, 1, 1, 1, 1],
  [3, 1, 2, 3, 3],
]);
const metrics = ["hit-rate@1", "hit-rate@2", "ndcg@3", "mrr@3"];

test("a held-out item is ranked among its own candidates and no others", async () => {
  const rows: CandidateRow[] = [
    { user: "u", item: "c", candidates: ["d", "e"] }, // first: a and b are no candidates
    { user: "u", item: "c", candidates: ["a", "e"] }, // second
    { user: "u", item: "e", candidates: ["a", "b", "c", "d"] }, // fifth
  ];
  const found = await evaluateCandidates(graded, rows, { metrics });
  expect(found.protocol).toBe("candidates");
  expect([...found.perUser["hit-rate@1"]]).toEqual([1, 0, 0]);
  expect([...found.perUser["hit-rate@2"]]).toEqual([1, 1, 0]);
  expect([...found.perUser["mrr@3"]]).toEqual([1, 0.5, 0]);
  expect(found.perUser["ndcg@3"][1]).toBeCloseTo(Math.LN2 / Math.log(3), 12); // ln 2 / ln (i + 2) at place i = 1
  expect(found.metrics["hit-rate@2"]).toBeCloseTo(2 / 3, 12);
  expect(found.users).toEqual(["u", "u", "u"]);
  expect(found.candidates).toEqual({ least: 2, most: 4 });
  expect(found.tieRate).toBe(0);
});

test.each([
  ["pessimistic", 0, 0],
  ["mean", 0, 1],
  ["optimistic", 1, 1],
] as const)("who gives all items one score is at hit-rate %s", async (ties, first, third) => {
  const rows = [{ user: "v", item: "b", candidates: ["a", "c", "d", "e"] }];
  const found = await evaluateCandidates(graded, rows, {
    metrics: ["hit-rate@1", "hit-rate@3"],
    ties,
  });
  expect(Object.values(found.metrics)).toEqual([first, third]);
  expect(found).toMatchObject({ ties, tieRate: 1 });
});

test("ties count against the model unless told", async () => {
  const rows = [{ user: "v", item: "b", candidates: ["a"] }];
  const found = await evaluateCandidates(graded, rows, { metrics: ["hit-rate@1"] });
  expect(found).toMatchObject({ metrics: { "hit-rate@1": 0 }, ties: "pessimistic" });
});

test("random ties are fair, and the same for one seed", async () => {
  const rows = Array.from({ length: 2000 }, () => ({ user: "v", item: "b", candidates: ["a"] }));
  const options = { metrics: ["hit-rate@1"], ties: "random", seed: 5 } as const;
  const found = await evaluateCandidates(graded, rows, options);
  expect(found.metrics["hit-rate@1"]).toBeGreaterThan(0.45);
  expect(found.metrics["hit-rate@1"]).toBeLessThan(0.55);
  expect((await evaluateCandidates(graded, rows, options)).perUser).toEqual(found.perUser);
});

test("a held-out item among its own candidates stands once, and both are counted", async () => {
  const rows = [
    { user: "w", item: "c", candidates: ["c", "b"] }, // would tie with itself
    { user: "w", item: "c", candidates: ["a", "a", "b", "c"] },
  ];
  const found = await evaluateCandidates(graded, rows, { metrics: ["hit-rate@1", "hit-rate@2"] });
  expect([...found.perUser["hit-rate@1"]]).toEqual([1, 0]);
  expect([...found.perUser["hit-rate@2"]]).toEqual([1, 1]);
  expect(found).toMatchObject({ itemAmongCandidates: 2, repeatedCandidates: 1, tieRate: 0 });
});

test("whom and what the model does not know is counted and cannot make it look better", async () => {
  const rows = [
    { user: "nobody", item: "a", candidates: ["b"] },
    { user: "u", item: "new", candidates: ["a", "b"] },
    { user: "u", item: "b", candidates: ["new", "newer", "a"] },
  ];
  const found = await evaluateCandidates(graded, rows, { metrics: ["hit-rate@1", "hit-rate@2"] });
  expect(found).toMatchObject({ unknownUsers: 1, unknownItems: 1, unknownCandidates: 2 });
  expect([...found.perUser["hit-rate@2"]]).toEqual([0, 1]);
});

test("a score that is no number is at nobody's favour", async () => {
  const broken = Table.of(train, [
    [Number.NaN, 4, 3, 2, 1],
    [1, 1, 1, 1, 1],
    [1, 1, 1, 1, 1],
  ]);
  const rows = [
    { user: "u", item: "a", candidates: ["e"] },
    { user: "u", item: "b", candidates: ["a"] },
  ];
  const found = await evaluateCandidates(broken, rows, { metrics: ["hit-rate@1"] });
  expect([...found.perUser["hit-rate@1"]]).toEqual([0, 0]);
});

test("bad input is refused by name", async () => {
  const rows = [{ user: "u", item: "a", candidates: ["b"] }];
  const refuse = (given: unknown, options: object) =>
    expect(evaluateCandidates(graded, given as CandidateRow[], options)).rejects;
  await refuse(rows, { metrics: ["coverage@3"] }).toThrow(/coverage@3/);
  await refuse(rows, { metrics: ["hits@3"] }).toThrow(OptionError);
  await refuse(rows, { ties: "best" }).toThrow(/option "ties".*pessimistic/);
  await refuse(rows, { k: 3 }).toThrow(/option "k" is unknown/);
  await refuse([["u", "a", ["b"]]], {}).toThrow(/row 0/);
  await refuse(train, {}).toThrow(/array/);
  await refuse([{ ...rows[0], user: "x" }], {}).toThrow(/1 rows without one/);
});

test("drawn candidates are different items that the user has nowhere, the same for one seed", () => {
  const { train: known, test: held } = halves();
  const rows = drawCandidates(known, held, { count: 3 });
  expect(rows).toHaveLength(held.byUser().items.length);
  for (const { user, item, candidates } of rows) {
    expect(new Set(candidates).size).toBe(3);
    const own = [known, held].flatMap((part) =>
      Array.from(part.itemsOf(part.users.indexOf(user)), (i) => part.items.id(i)),
    );
    expect(own).toContain(item);
    expect(candidates.filter((candidate) => own.includes(candidate))).toEqual([]);
  }
  expect(drawCandidates(known, held, { count: 3 })).toEqual(rows);
  expect(drawCandidates(known, held, { count: 3, seed: 1 })).not.toEqual(rows);
  expect(() => drawCandidates(known, held, { count: 15 })).toThrow(KithError);
  expect(() => drawCandidates(known, held, { count: 0 })).toThrow(OptionError);
});

test("a leave-one-out split is measured by full ranking and among candidates", async () => {
  const rows = Array.from({ length: 8 }, (_, u) =>
    items.slice(0, 3 + (u % 2)).map((item): [string, string] => [`u${u}`, item]),
  ).flat();
  const parts = split(Interactions.from([...rows, ["x", "e"], ["x", "a"]]), {
    by: "leave-one-out",
  });
  expect(parts.test.length).toBe(9);
  const scores = parts.train.users.ids().map((_, u) => items.map((_, i) => (u * i) % 5));
  const model = Table.of(parts.train, scores);
  const full = await evaluate(model, parts.test, { metrics: ["hit-rate@2"] });
  const among = await evaluateCandidates(
    model,
    drawCandidates(parts.train, parts.test, { count: 1 }),
    {
      metrics: ["hit-rate@2"],
    },
  );
  expect(full.users).toHaveLength(9);
  expect(among.users).toEqual(full.users);
  expect(among.metrics["hit-rate@2"]).toBe(1); // of two items each is among the first two
  expect(among.protocol).not.toBe(full.protocol);
});
