import { type Csr, jsKernels, KithError, OptionError, Rng, useBackend } from "@kith/core-tensors";
import { fromEdges } from "@kith/graph";
import { type MostVisited, mostVisited } from "@kith/sampling";
import { surprise } from "./support.ts";

afterAll(() => useBackend({ threads: 1 }));

/** Users 0 … 2 and items 3 … 7: item 3 is of users 0 and 1, 4 of 0, 5 of 0 and 1, 6 of 2, 7 of nobody. */
const pairs = [
  [0, 3],
  [0, 4],
  [0, 5],
  [1, 3],
  [1, 5],
  [2, 6],
];
const graph = fromEdges(
  {
    source: Uint32Array.from(pairs, ([user]) => user),
    target: Uint32Array.from(pairs, ([, item]) => item),
  },
  { nodes: 8 },
);
const items = [3, 8] as const;

/** Of each item the items visited, with their visits. */
const lists = ({ offsets, nodes, visits }: MostVisited) =>
  Array.from({ length: offsets.length - 1 }, (_, item) =>
    Array.from({ length: offsets[item + 1] - offsets[item] }, (_, n) => [
      nodes[offsets[item] + n],
      visits[offsets[item] + n],
    ]),
  );

test("counts what walks visit, most often visited first, without the item itself", () => {
  const walks = 20_000;
  const found = lists(mostVisited(graph, items, { walks, walkLength: 3, keep: 10 }, new Rng(1)));
  // From item 4 walks go to user 0, and from there to one of items 3, 4 and 5.
  const ofFour = new Float64Array(3);
  for (const [item, visits] of found[1]) ofFour[item] = visits;
  const away = ofFour[0] + ofFour[2];
  expect(surprise([ofFour[0], ofFour[2], walks - away], [1 / 3, 1 / 3, 1 / 3])).toBeLessThan(5);
  // From item 3 by user 0 to 4 or 5 (or back), by user 1 to 5: 1/6 and 1/6 + 1/4.
  const ofThree = Object.fromEntries(found[0]);
  const rest = walks - ofThree[1] - ofThree[2];
  expect(surprise([ofThree[1], ofThree[2], rest], [1 / 6, 5 / 12, 5 / 12])).toBeLessThan(5);
  expect(found[0].map(([item]) => item)).toEqual([2, 1]);
  for (const list of found) {
    const visits = list.map(([, count]) => count);
    expect(visits).toEqual([...visits].sort((a, b) => b - a));
  }
});

/** The same by the plainest loops, over the walks that the reference kernel makes of the stream. */
function plainly(
  { offsets, indices }: Csr,
  [begin, end]: readonly [number, number],
  { walks, walkLength, keep }: { walks: number; walkLength: number; keep: number },
  rng: Rng,
): number[][][] {
  const starts = Uint32Array.from({ length: (end - begin) * walks }, (_, w) =>
    Math.floor(begin + w / walks),
  );
  const tokens = new Uint32Array(starts.length * walkLength);
  const lengths = new Uint32Array(starts.length);
  const rules = { length: walkLength, restart: 0, p: 1, q: 1 };
  const unweighted = { offsets, entries: indices, weighted: false };
  jsKernels.walks({ tokens, lengths }, unweighted, starts, rules, rng.key, begin * walks);
  return Array.from({ length: end - begin }, (_, item) => {
    const visits = new Map<number, number>();
    for (let w = item * walks; w < (item + 1) * walks; w++)
      for (let step = 0; step < lengths[w]; step++) {
        const node = tokens[w * walkLength + step];
        if (node < begin || node >= end || node === begin + item) continue;
        visits.set(node - begin, (visits.get(node - begin) ?? 0) + 1);
      }
    return [...visits].sort(([a, n], [b, m]) => m - n || a - b).slice(0, keep);
  });
}

test.each([
  ["", { walks: 40, walkLength: 7, keep: 10 }],
  [", cut off", { walks: 40, walkLength: 7, keep: 1 }],
  [", in more than one block", { walks: 100_000, walkLength: 4, keep: 2 }],
])("counts are those of a plain loop over the same walks%s", (_, options) => {
  const found = lists(mostVisited(graph, items, options, new Rng(9)));
  expect(found).toEqual(plainly(graph, items, options, new Rng(9)));
});

test("a walk that ends early counts no more than it visited", () => {
  const chain = fromEdges(
    { source: Uint32Array.of(0, 1, 2), target: Uint32Array.of(1, 2, 3) },
    { nodes: 5, directed: true },
  );
  const found = lists(mostVisited(chain, [1, 5], { walks: 10, walkLength: 20 }, new Rng(1)));
  const three = [2, 10];
  expect(found).toEqual([[[1, 10], three], [three], [], []]);
});

test("items that nobody has, or nobody else, have no list", () => {
  const found = lists(mostVisited(graph, items, { walks: 100 }, new Rng(1)));
  expect(found[3]).toEqual([]);
  expect(found[4]).toEqual([]);
});

test("keeps so many, and of equals the lower one first", () => {
  // One user with everything: all items are visited about equally often, and ties are certain with few walks.
  const star = fromEdges(
    { source: new Uint32Array(30), target: Uint32Array.from({ length: 30 }, (_, n) => n + 1) },
    { nodes: 31 },
  );
  const whole = lists(
    mostVisited(star, [1, 31], { walks: 60, walkLength: 3, keep: 30 }, new Rng(2)),
  );
  const few = lists(mostVisited(star, [1, 31], { walks: 60, walkLength: 3, keep: 4 }, new Rng(2)));
  expect(few).toEqual(whole.map((list) => list.slice(0, 4)));
  let ties = 0;
  for (const list of whole)
    for (let n = 1; n < list.length; n++)
      if (list[n][1] === list[n - 1][1]) {
        ties++;
        expect(list[n][0]).toBeGreaterThan(list[n - 1][0]);
      }
  expect(ties).toBeGreaterThan(50);
});

test("steps follow the weights of edges", () => {
  const weighted = fromEdges(
    {
      source: Uint32Array.of(0, 0, 0),
      target: Uint32Array.of(1, 2, 3),
      weight: Float32Array.of(1, 1, 8),
    },
    { nodes: 4 },
  );
  const [ofOne] = lists(mostVisited(weighted, [1, 4], { walks: 5000, walkLength: 3 }, new Rng(4)));
  const counts = Object.fromEntries(ofOne);
  expect(
    surprise([counts[1], counts[2], 5000 - counts[1] - counts[2]], [0.1, 0.8, 0.1]),
  ).toBeLessThan(5);
});

test("is the same for the same stream whatever the number of threads", async () => {
  const run = () => mostVisited(graph, items, { walks: 5000, walkLength: 6 }, new Rng(7));
  const one = run();
  const { threads } = await useBackend({ threads: 2 });
  expect(threads).toBe(2);
  expect(run()).toEqual(one);
  await useBackend({ threads: 1 });
  expect(mostVisited(graph, items, { walks: 5000, walkLength: 6 }, new Rng(8))).not.toEqual(one);
});

test("refuses impossible options, and a graph without edges", () => {
  const run =
    (options: object, of = graph) =>
    () =>
      mostVisited(of, items, options, new Rng(1));
  for (const options of [{ walks: 0 }, { walkLength: 0 }, { keep: 1.5 }, { walk: 3 }])
    expect(run(options)).toThrow(OptionError);
  const none = fromEdges({ source: new Uint32Array(0), target: new Uint32Array(0) }, { nodes: 8 });
  expect(run({}, none)).toThrow(KithError);
});
