import { FormatError, OptionError, Rng } from "@kith/core-tensors";
import { ItemPairs, Vocabulary } from "@kith/data";
import { type PairGraphOptions, pairGraph } from "@kith/graph";
import { dense, f32, isSorted, randomPairs, u32 } from "./support.ts";

const nothing = { selfLoops: 0, zeroWeights: 0, duplicates: 0, isolated: 0 };

test("pairs are edges of both directions, which weigh 1 unless they say more", () => {
  const plain = pairGraph(
    ItemPairs.from([
      ["a", "b"],
      ["c", "a"],
    ]),
  );
  expect(dense(plain.graph)).toEqual([
    [0, 1, 1],
    [1, 0, 0],
    [1, 0, 0],
  ]);
  expect(plain.report).toEqual({ ...nothing, pairs: 2 });
  const weighted = pairGraph(ItemPairs.from([["ü", "日本", 0.5]]), { directed: true });
  expect(dense(weighted.graph)).toEqual([
    [0, 0.5],
    [0, 0],
  ]);
});

const again = ItemPairs.from([
  ["a", "b", 2],
  ["b", "a", 5],
  ["a", "b", 3],
]);

test.each([
  ["sum", 10],
  ["first", 2],
  ["last", 3],
  ["max", 5],
] as const)(
  "of a pair given again and again, %s is kept; the others are counted",
  (duplicates, kept) => {
    const { graph, report } = pairGraph(again, { duplicates });
    expect(dense(graph)).toEqual([
      [0, kept],
      [kept, 0],
    ]);
    expect(report).toEqual({ ...nothing, pairs: 3, duplicates: 2 });
  },
);

test("where edges have directions, the other order is another edge", () => {
  const { graph, report } = pairGraph(again, { directed: true });
  expect(dense(graph)).toEqual([
    [0, 5],
    [5, 0],
  ]);
  expect(report.duplicates).toBe(1);
});

const loops = ItemPairs.from([
  ["a", "a", 2],
  ["a", "b", 1],
  ["a", "a", 3],
  ["c", "c", 4],
]);

test("self loops are dropped and counted, and an item without another edge is isolated", () => {
  const { graph, report } = pairGraph(loops);
  expect(dense(graph)).toEqual([
    [0, 1, 0],
    [1, 0, 0],
    [0, 0, 0],
  ]);
  expect(report).toEqual({ pairs: 4, selfLoops: 3, zeroWeights: 0, duplicates: 0, isolated: 1 });
});

test("self loops that are kept are one entry each", () => {
  for (const directed of [true, false]) {
    const { graph, report } = pairGraph(loops, { selfLoops: "keep", directed });
    expect([graph.values[0], graph.values.at(-1)]).toEqual([5, 4]);
    expect(report).toEqual({ pairs: 4, selfLoops: 3, zeroWeights: 0, duplicates: 1, isolated: 0 });
  }
});

test("pairs of weight 0 are dropped and counted; their items stay, without edges", () => {
  const pairs = ItemPairs.from([
    ["a", "b", 0],
    ["a", "c", 1],
    ["c", "a", 0],
    ["b", "b", 0],
  ]);
  const { graph, report } = pairGraph(pairs, { duplicates: "last", selfLoops: "keep" });
  expect(dense(graph)).toEqual([
    [0, 0, 1],
    [0, 0, 0],
    [1, 0, 0],
  ]);
  expect(report).toEqual({ pairs: 4, selfLoops: 1, zeroWeights: 2, duplicates: 0, isolated: 1 });
});

test("an edge of one direction isolates neither of its ends", () => {
  const items = Vocabulary.from(["a", "b", "c"]);
  const pairs = ItemPairs.fromColumns({ items, source: u32(2), target: u32(0) });
  expect(pairGraph(pairs, { directed: true }).report.isolated).toBe(1);
});

test("no pairs make a graph of isolated items", () => {
  const items = Vocabulary.from(["a", "b"]);
  const none = ItemPairs.fromColumns({ items, source: u32(), target: u32(), weight: f32() });
  const { graph, report } = pairGraph(none);
  expect(dense(graph)).toEqual([
    [0, 0],
    [0, 0],
  ]);
  expect(report).toEqual({ ...nothing, pairs: 0, isolated: 2 });
  expect(pairGraph(ItemPairs.from([])).graph.rows).toBe(0);
});

test.each([-1, Number.NaN, Infinity])("a weight of %d is refused with its row and ids", (wrong) => {
  const weight = f32(1, 1);
  const items = Vocabulary.from(["tea", "ü"]);
  const pairs = ItemPairs.fromColumns({ items, source: u32(0, 1), target: u32(1, 0), weight });
  weight[1] = wrong; // the columns are kept, so they can be written into
  expect(() => pairGraph(pairs)).toThrow(
    `pairGraph: the weight of pair 1, "ü" and "tea", is ${wrong}; expected a finite number of at least 0`,
  );
  expect(() => pairGraph(pairs)).toThrow(FormatError);
});

test.each<PairGraphOptions>([
  {},
  { directed: true },
  { selfLoops: "keep", duplicates: "max" },
  { directed: true, selfLoops: "keep", duplicates: "first" },
  { duplicates: "last" },
])("%j equals the naive version on random pairs", (options) => {
  const { directed = false, duplicates = "sum", selfLoops = "drop" } = options;
  // so many nodes that their numbers have two digits in the sort
  for (const nodes of [13, 700]) {
    const rng = new Rng(nodes);
    const pairs = randomPairs(nodes, 9 * nodes, nodes, nodes);
    const weights = pairs.map(() => rng.below(5));
    const expected = new Map<string, number>();
    pairs.forEach(([a, b], row) => {
      const weight = weights[row];
      if (weight === 0 || (a === b && selfLoops === "drop")) return;
      for (const key of directed || a === b ? [`${a},${b}`] : [`${a},${b}`, `${b},${a}`]) {
        const before = expected.get(key);
        if (before === undefined || duplicates === "last") expected.set(key, weight);
        else if (duplicates === "sum") expected.set(key, before + weight);
        else if (duplicates === "max") expected.set(key, Math.max(before, weight));
      }
    });
    const { graph, report } = pairGraph(
      ItemPairs.fromColumns({
        items: Vocabulary.from(Array.from({ length: nodes }, (_, n) => n)),
        source: u32(...pairs.map(([a]) => a)),
        target: u32(...pairs.map(([, b]) => b)),
        weight: f32(...weights),
      }),
      options,
    );
    const got = new Map<string, number>();
    for (let a = 0; a < nodes; a++)
      for (let k = graph.offsets[a]; k < graph.offsets[a + 1]; k++)
        got.set(`${a},${graph.indices[k]}`, graph.values[k]);
    expect(new Map([...got].sort())).toEqual(new Map([...expected].sort()));
    expect(graph.indices.length).toBe(expected.size);
    expect(isSorted(graph)).toBe(true);
    const loopEntries = [...expected.keys()].filter((key) => new Set(key.split(",")).size === 1);
    const edges = directed ? expected.size : (expected.size + loopEntries.length) / 2;
    const kept = pairs.filter(
      ([a, b], row) => weights[row] > 0 && (a !== b || selfLoops === "keep"),
    );
    expect(report.duplicates).toBe(kept.length - edges);
  }
});

test("options that make no sense are refused by name", () => {
  expect(() => pairGraph(again, { duplicates: "mean" as never })).toThrow(
    'pairGraph: option "duplicates" must be one of "sum", "first", "last", "max", got "mean"',
  );
  expect(() => pairGraph(again, { selfLoops: true as never })).toThrow(OptionError);
  expect(() => pairGraph(again, { nodes: 5 } as never)).toThrow('option "nodes" is unknown');
});
