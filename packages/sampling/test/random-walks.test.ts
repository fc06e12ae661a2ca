import {
  heap,
  jsKernels,
  KithError,
  OptionError,
  Rng,
  ShapeError,
  useBackend,
} from "@kith/core-tensors";
import { fromEdges } from "@kith/graph";
import { RandomWalks, type RandomWalksOptions } from "../src/index.ts";
import { surprise } from "./support.ts";

afterAll(() => useBackend({ threads: 1 }));

type Edge = readonly [a: number, b: number, weight?: number];

function graphOf(nodes: number, edges: readonly Edge[], directed = false) {
  return fromEdges(
    {
      source: Uint32Array.from(edges, ([a]) => a),
      target: Uint32Array.from(edges, ([, b]) => b),
      weight: Float32Array.from(edges, ([, , weight = 1]) => weight),
    },
    { nodes, directed },
  );
}

function randomEdges(nodes: number, count: number, seed: number, weighted = true): Edge[] {
  const rng = new Rng(seed);
  return Array.from({ length: count }, () => {
    const a = rng.below(nodes);
    return [a, (a + 1 + rng.below(nodes - 1)) % nodes, weighted ? 1 + rng.below(9) : 1];
  });
}

/** All walks as lists of nodes. */
function walksOf(walks: RandomWalks, tokensPerChunk = 1000): number[][] {
  return Array.from(walks.chunks(tokensPerChunk)).flatMap(({ tokens, offsets }) =>
    Array.from({ length: offsets.length - 1 }, (_, s) => [
      ...tokens.subarray(offsets[s], offsets[s + 1]),
    ]),
  );
}

function walk(
  graph: ReturnType<typeof graphOf>,
  options: RandomWalksOptions,
  seed = 1,
): number[][] {
  const walks = new RandomWalks(graph, options, new Rng(seed));
  const lists = walksOf(walks);
  walks.dispose();
  return lists;
}

test("every pass starts at each node with an edge once, in another order, and follows edges", () => {
  const edges = randomEdges(60, 150, 3);
  const graph = graphOf(70, edges); // ten nodes have no edge
  const isEdge = new Set(edges.flatMap(([a, b]) => [`${a} ${b}`, `${b} ${a}`]));
  const withEdges = [...graph.offsets.keys()].filter(
    (n) => graph.offsets[n] < graph.offsets[n + 1],
  );
  const walks = new RandomWalks(graph, { walksPerNode: 3, walkLength: 7 }, new Rng(1));
  expect(walks.isolated).toBe(70 - withEdges.length);
  expect(walks.sequences).toBe(3 * withEdges.length);
  expect(walks.tokens).toBe(3 * withEdges.length * 7);
  const lists = walksOf(walks);
  expect(lists).toHaveLength(walks.sequences);
  const starts = [0, 1, 2].map((pass) =>
    lists.slice(pass * withEdges.length, (pass + 1) * withEdges.length).map(([start]) => start),
  );
  for (const pass of starts) expect([...pass].sort((a, b) => a - b)).toEqual(withEdges);
  expect(starts[1]).not.toEqual(starts[0]);
  for (const list of lists) {
    expect(list).toHaveLength(7);
    for (let n = 1; n < list.length; n++) expect(isEdge).toContain(`${list[n - 1]} ${list[n]}`);
  }
  walks.dispose();
});

test("first-order steps follow the weights", () => {
  const weights = [1, 2, 3, 10, 0.5];
  const star = graphOf(
    6,
    weights.map((weight, n): Edge => [0, n + 1, weight]),
  );
  const counts = new Float64Array(6);
  for (const list of walk(star, { walksPerNode: 5000, walkLength: 2 }))
    if (list[0] === 0) counts[list[1]]++;
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  expect(surprise(counts, [0, ...weights.map((weight) => weight / total)])).toBeLessThan(5);
});

/** P(from → at → to) of node2vec by its definition. */
function secondOrder(
  edges: readonly Edge[],
  from: number,
  at: number,
  nodes: number,
  p: number,
  q: number,
) {
  const weight = (a: number, b: number) =>
    edges.reduce(
      (sum, [x, y, w = 1]) => sum + ((x === a && y === b) || (x === b && y === a) ? w : 0),
      0,
    );
  const bias = (to: number) => (to === from ? 1 / p : weight(to, from) > 0 ? 1 : 1 / q);
  const masses = Array.from({ length: nodes }, (_, to) => weight(at, to) * bias(to));
  const total = masses.reduce((sum, mass) => sum + mass, 0);
  return masses.map((mass) => mass / total);
}

test.each([
  ["with weights", true, 4, 0.25],
  ["with weights", true, 0.25, 3],
  ["without weights", false, 0.5, 2],
  ["without weights", false, 1, 0.2],
])(
  "second-order steps %s (%p) follow node2vec's definition at p = %p, q = %p",
  (_, weighted, p, q) => {
    const edges: Edge[] = [
      [0, 1, 1],
      [1, 2, 5],
      [0, 2, 2],
      [1, 3, 3],
      [3, 4, 1],
      [4, 1, 4],
      [2, 4, 1],
    ].map(([a, b, w]) => [a, b, weighted ? w : 1]);
    const graph = graphOf(5, edges);
    const counts = new Map<string, Float64Array>();
    for (const list of walk(graph, { walksPerNode: 400, walkLength: 50, p, q }, 7))
      for (let n = 2; n < list.length; n++) {
        const key = `${list[n - 2]} ${list[n - 1]}`;
        const of = counts.get(key) ?? new Float64Array(5);
        of[list[n]]++;
        counts.set(key, of);
      }
    expect(counts.size).toBe(edges.length * 2);
    for (const [key, of] of counts) {
      const [from, at] = key.split(" ").map(Number);
      expect([key, surprise(of, secondOrder(edges, from, at, 5, p, q)) < 5]).toEqual([key, true]);
    }
  },
);

test("with a restart of 0.5 half of the steps lead back to the start", () => {
  const oneWay = graphOf(
    40,
    Array.from({ length: 40 }, (_, n): Edge => [n, (n + 1) % 40]),
    true,
  );
  const counts = new Float64Array(2);
  for (const list of walk(oneWay, { restart: 0.5, walksPerNode: 50, walkLength: 10 }))
    for (let n = 1; n < list.length; n++) {
      counts[list[n] === list[0] ? 0 : 1]++;
    }
  expect(surprise(counts, [0.5, 0.5])).toBeLessThan(5);
});

test("walks end where no edge leads on, and the tokens are counted", () => {
  const chain = graphOf(
    5,
    [
      [0, 1],
      [1, 2],
      [2, 3],
    ],
    true,
  ); // 3 is a dead end, 4 alone
  const walks = new RandomWalks(chain, { walksPerNode: 2, walkLength: 10 }, new Rng(1));
  expect(walks.isolated).toBe(2);
  expect(walks.sequences).toBe(6);
  expect(walks.tokens).toBe(2 * (4 + 3 + 2));
  expect(walksOf(walks).sort().map(String)).toEqual([
    "0,1,2,3",
    "0,1,2,3",
    "1,2,3",
    "1,2,3",
    "2,3",
    "2,3",
  ]);
  walks.dispose();
  expect(walk(chain, { walksPerNode: 1, walkLength: 1 }).sort()).toEqual([[0], [1], [2]]);
});

test("edges of weight 0 are never taken, and a node that has no others is isolated", () => {
  const graph = graphOf(4, [
    [0, 1, 1],
    [0, 2, 0],
    [2, 3, 0],
    [1, 3, 2],
  ]);
  const lists = walk(graph, { walksPerNode: 50, walkLength: 6 });
  expect(new Set(lists.flat())).toEqual(new Set([0, 1, 3]));
});

test("the walks are the same in chunks of any size, and each time they are asked for", () => {
  const graph = graphOf(50, randomEdges(50, 200, 4));
  const walks = new RandomWalks(graph, { walksPerNode: 2, walkLength: 8, q: 0.5 }, new Rng(6));
  const all = walksOf(walks);
  for (const tokensPerChunk of [1, 8, 100, 1e6]) {
    expect(walksOf(walks, tokensPerChunk)).toEqual(all);
    for (const { tokens } of walks.chunks(tokensPerChunk))
      expect(tokens.length).toBeLessThanOrEqual(Math.max(8, tokensPerChunk));
  }
  const other = new RandomWalks(graph, { walksPerNode: 2, walkLength: 8, q: 0.5 }, new Rng(7));
  expect(walksOf(other)).not.toEqual(all);
  for (const owner of [walks, other]) owner.dispose();
});

test("gives the same walks on 1 and 2 threads, and in plain JavaScript", async () => {
  const graphs = [true, false].map((weighted) => graphOf(600, randomEdges(600, 2500, 5, weighted)));
  const rules = [{}, { p: 0.5, q: 2 }, { p: 4, q: 0.5, restart: 0.1 }];
  const results: string[] = [];
  for (const backend of [{ threads: 1 }, { threads: 2 }, jsKernels]) {
    await useBackend(backend);
    const lists = graphs.flatMap((graph) =>
      rules.map((rule) => walk(graph, { walksPerNode: 1, walkLength: 20, ...rule }, 5)),
    );
    results.push(JSON.stringify(lists));
  }
  expect(results[1] === results[0]).toBe(true);
  expect(results[2] === results[0]).toBe(true);
});

test("frees its memory", () => {
  const graph = graphOf(50, randomEdges(50, 200, 4));
  walk(graph, {});
  const before = heap().allocated;
  const walks = new RandomWalks(graph, { walkLength: 5 }, new Rng(1));
  const [first] = walks.chunks(100);
  expect(first.tokens.length).toBe(100);
  walks.dispose();
  walks.dispose();
  expect(heap().allocated).toBe(before);
  expect(() => walksOf(walks)).toThrow(KithError);
});

test("refuses graphs that cannot be walked, and keeps no memory", () => {
  const before = heap().allocated;
  const make = (graph: ReturnType<typeof graphOf>) => () => new RandomWalks(graph, {}, new Rng(1));
  const edge = graphOf(2, [[0, 1, 2]]);
  expect(make(graphOf(3, []))).toThrow(/graph of 3 nodes has no edge with a weight above 0/);
  expect(make(graphOf(3, [[0, 1, 0]]))).toThrow(/no edge with a weight above 0/);
  expect(make(graphOf(2, [[0, 1, -1]]))).toThrow(/not negative, got -1 for an edge to node/);
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY])
    expect(make({ ...edge, values: Float32Array.of(value, 1) })).toThrow(KithError);
  expect(make({ ...edge, columns: 3 })).toThrow(ShapeError);
  expect(heap().allocated).toBe(before);
});

test.each([0, -1, Number.NaN, 2.5])("refuses chunks of %p tokens", (tokensPerChunk) => {
  const walks = new RandomWalks(graphOf(2, [[0, 1]]), {}, new Rng(1));
  expect(() => walksOf(walks, tokensPerChunk)).toThrow(KithError);
  walks.dispose();
});

test.each([
  [{ walkLength: 0 }, "walkLength"],
  [{ walksPerNode: 0 }, "walksPerNode"],
  [{ p: 0 }, "p"],
  [{ q: -1 }, "q"],
  [{ p: Number.NaN }, "p"],
  [{ restart: 1 }, "restart"],
  [{ length: 5 }, "length"],
])("refuses %j", (options, name) => {
  const make = () =>
    new RandomWalks(graphOf(2, [[0, 1]]), options as RandomWalksOptions, new Rng(1));
  expect(make).toThrow(OptionError);
  expect(make).toThrow(name);
});
