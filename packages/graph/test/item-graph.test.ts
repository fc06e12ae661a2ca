import { OptionError } from "@kith/core-tensors";
import { type ItemGraphOptions, itemGraph, itemGraphSteps } from "@kith/graph";
import { dense, interactions, isSorted, permutation, randomPairs } from "./support.ts";

type Pairs = readonly (readonly [number, number])[];

// user 0 has items 0 1 2, user 1 has 0 1, user 2 has 0; item 3 has nobody
const small: Pairs = [
  [0, 0],
  [0, 1],
  [0, 2],
  [1, 1],
  [1, 0],
  [2, 0],
  [0, 1],
];

/** By definition, over all pairs of items. */
function naive(pairs: Pairs, users: number, items: number, options: ItemGraphOptions): number[][] {
  const { weight = "count", shrinkage = 0, neighbours = 0 } = options;
  const has = (u: number, i: number) => pairs.some(([a, b]) => a === u && b === i);
  const usersOf = Array.from({ length: items }, (_, i) =>
    Array.from({ length: users }, (_, u) => u).filter((u) => has(u, i)),
  );
  return usersOf.map((mine, i) => {
    const row = usersOf.map((theirs, j) => {
      const c = i === j ? 0 : mine.filter((u) => theirs.includes(u)).length;
      if (c === 0 || weight === "count") return c;
      const [n, m] = [mine.length, theirs.length];
      const baskets = new Set(pairs.map(([u]) => u)).size;
      if (weight === "pmi") return Math.max(0, Math.fround(Math.log((c * baskets) / (n * m))));
      return Math.fround(c / ((weight === "cosine" ? Math.sqrt(n * m) : n + m - c) + shrinkage));
    });
    if (neighbours === 0) return row;
    const best = row.map((_, j) => j).sort((a, b) => row[b] - row[a] || a - b);
    return row.map((value, j) => (best.indexOf(j) < neighbours ? value : 0));
  });
}

test("counts, cosines and Jaccard indices are those worked out by hand", () => {
  const data = interactions(small, 3, 4);
  expect(dense(itemGraph(data))).toEqual([
    [0, 2, 1, 0],
    [2, 0, 1, 0],
    [1, 1, 0, 0],
    [0, 0, 0, 0],
  ]);
  const cosine = dense(itemGraph(data, { weight: "cosine" }));
  expect(cosine[0]).toEqual([0, 2 / Math.sqrt(6), 1 / Math.sqrt(3), 0].map(Math.fround));
  const jaccard = dense(itemGraph(data, { weight: "jaccard", shrinkage: 1 }));
  expect(jaccard[0]).toEqual([0, 2 / 4, 1 / 4, 0]);
});

test("pmi is how much more often items are together than by chance; what is not above chance is no edge", () => {
  // of users 0, 1, 2 one more has nothing; items 0 and 1: c = 2, n = 3, m = 2; items 1 and 2: c = 1, n = 2, m = 1
  const pmi = itemGraph(interactions(small, 4, 4), { weight: "pmi" });
  expect(dense(pmi)).toEqual(
    [
      [0, 0, 0, 0], // ln(2 · 3 / (3 · 2)) = 0
      [0, 0, Math.log(3 / 2), 0],
      [0, Math.log(3 / 2), 0, 0],
      [0, 0, 0, 0],
    ].map((row) => row.map(Math.fround)),
  );
  expect(pmi.indices.length).toBe(2);
});

test("of equally strong neighbours the lower items are kept", () => {
  const data = interactions(
    [0, 1, 2, 3, 4].map((item) => [0, item] as const),
    1,
    5,
  );
  expect(dense(itemGraph(data, { neighbours: 2 }))).toEqual([
    [0, 1, 1, 0, 0],
    [1, 0, 1, 0, 0],
    [1, 1, 0, 0, 0],
    [1, 1, 0, 0, 0],
    [1, 1, 0, 0, 0],
  ]);
});

test("one user, one item, and nobody at all", () => {
  expect(dense(itemGraph(interactions([[0, 0]], 1, 1)))).toEqual([[0]]);
  expect(dense(itemGraph(interactions([], 0, 2), { weight: "cosine", neighbours: 5 }))).toEqual([
    [0, 0],
    [0, 0],
  ]);
  expect(itemGraph(interactions([], 0, 0)).rows).toBe(0);
});

test.each<ItemGraphOptions>([
  {},
  { weight: "cosine" },
  { weight: "cosine", shrinkage: 3, neighbours: 4 },
  { weight: "jaccard", shrinkage: 0.5, neighbours: 1 },
  { weight: "count", neighbours: 7 },
  { weight: "pmi" },
  { weight: "pmi", neighbours: 3 },
])("%j equals the naive version on random data", (options) => {
  for (const seed of [1, 2, 3]) {
    const pairs = randomPairs(seed, 150, 14, 19);
    const graph = itemGraph(interactions(pairs, 14, 19), options);
    expect(dense(graph)).toEqual(naive(pairs, 14, 19, options));
    expect(isSorted(graph)).toBe(true);
    for (let item = 0; item < 19; item++)
      expect(graph.offsets[item + 1] - graph.offsets[item]).toBeLessThanOrEqual(
        options.neighbours ?? 18,
      );
  }
});

test("with all edges it is symmetric to the bit, and grows past its first allocation", () => {
  const matrix = dense(
    itemGraph(interactions(randomPairs(4, 4000, 40, 120), 40, 120), {
      weight: "cosine",
      shrinkage: 1,
    }),
  );
  expect(matrix).toEqual(matrix.map((_, j) => matrix.map((row) => row[j])));
});

test("renaming users and items renames the nodes and nothing else", () => {
  const [users, items] = [permutation(14, 5), permutation(11, 6)];
  const pairs = randomPairs(7, 70, 14, 11);
  const renamed = pairs.map(([u, i]) => [users[u], items[i]] as const);
  const options = { weight: "jaccard" } as const;
  const a = dense(itemGraph(interactions(pairs, 14, 11), options));
  const b = dense(itemGraph(interactions(renamed, 14, 11), options));
  a.forEach((row, i) => {
    row.forEach((value, j) => {
      expect(b[items[i]][items[j]]).toBe(value);
    });
  });
});

test("the steps report ascending shares of the work and end in the same graph", () => {
  const pairs = Array.from({ length: 300 * 100 }, (_, n) => [n % 300, n % 100] as const);
  const all = Array.from({ length: 300 * 100 }, (_, n) => [Math.floor(n / 100), n % 100] as const);
  for (const data of [interactions(pairs, 300, 100), interactions(all, 300, 100)]) {
    const shares: number[] = [];
    const steps = itemGraphSteps(data, { neighbours: 3 });
    let step = steps.next();
    for (; !step.done; step = steps.next()) shares.push(step.value);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
    expect(shares.every((share) => share > 0 && share <= 1)).toBe(true);
    expect(step.value).toEqual(itemGraph(data, { neighbours: 3 }));
    if (data.byUser().items.length === 30_000) expect(shares.length).toBeGreaterThan(0);
  }
});

test("options that make no sense are refused by name, before any work", () => {
  const data = interactions(small, 3, 4);
  expect(() => itemGraph(data, { weight: "dice" as never })).toThrow(
    'itemGraph: option "weight" must be one of "count", "cosine", "jaccard", "pmi", got "dice"',
  );
  expect(() => itemGraph(data, { neighbours: -1 })).toThrow(OptionError);
  expect(() => itemGraph(data, { k: 5 } as never)).toThrow('option "k" is unknown');
  expect(() => itemGraphSteps(data, { shrinkage: 2 })).toThrow(
    'option "shrinkage" must be 0 when weight is "count"',
  );
  expect(() => itemGraph(data, { weight: "pmi", shrinkage: 2 })).toThrow(
    'must be 0 when weight is "pmi"; it shrinks "cosine" and "jaccard"',
  );
});
