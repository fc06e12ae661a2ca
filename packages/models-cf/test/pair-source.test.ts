import { type FactorPairs, KithError, Rng } from "@kith/core-tensors";
import { ItemPairs, Sequences } from "@kith/data";
import { pairGraph } from "@kith/graph";
import { edgePairs, PAIRS, type PairSource, sequencePairs } from "../src/pair-source.ts";

const rows: [string, string, number][] = [
  ["a", "b", 1],
  ["a", "c", 0.5],
  ["b", "c", 4],
  ["c", "b", 1.5],
];
const { graph } = pairGraph(ItemPairs.from(rows)); // a b 1, a c ½, b c 5½: mean 7/3

/** "left>right" with the weights of its steps, of an epoch. */
function stepsOf(source: PairSource, epoch: number): Map<string, number[]> {
  const steps = new Map<string, number[]>();
  for (const { left, right, weights } of source.epoch(epoch))
    left.forEach((a, n) => {
      const key = `${"abc"[a]}>${"abc"[right[n]]}`;
      steps.set(key, [...(steps.get(key) ?? []), weights?.[n] ?? 1]);
    });
  return steps;
}

test("an edge comes in both directions, as often as its weight takes, in steps of at most 1", () => {
  const source = edgePairs(graph, true, new Rng(1));
  for (const epoch of [1, 2]) {
    const steps = stepsOf(source, epoch);
    expect([...steps.keys()].sort()).toEqual(["a>b", "a>c", "b>a", "b>c", "c>a", "c>b"]);
    for (const [edge, weight, times] of [
      ["ab", 3 / 7, 1],
      ["ac", 1.5 / 7, 1],
      ["bc", 16.5 / 7, 3],
    ] as const)
      for (const key of [`${edge[0]}>${edge[1]}`, `${edge[1]}>${edge[0]}`])
        expect(steps.get(key)).toEqual(Array(times).fill(Math.fround(weight / times)));
  }
  expect(source.count).toBe(10);
  expect(source.frequencies[0]).toBeCloseTo(4.5 / 7, 6);
  expect(source.frequencies[2]).toBeCloseTo(18 / 7, 6);
});

test("without weights each direction comes once", () => {
  const source = edgePairs(graph, false, new Rng(1));
  expect(source.count).toBe(6);
  expect([...stepsOf(source, 1).values()]).toEqual(Array(6).fill([1]));
  expect([...source.frequencies]).toEqual([2, 2, 2]);
});

test("equal weights are as none, whatever they are", () => {
  const equal = pairGraph(ItemPairs.from(rows.slice(0, 3).map(([a, b]) => [a, b, 0.1]))).graph;
  expect(edgePairs(equal, true, new Rng(1)).count).toBe(6);
});

test("every epoch has all pairs in another order, a function of the stream and its number", () => {
  const size = 400;
  const many = pairGraph(
    ItemPairs.from(
      Array.from({ length: size }, (_, n) => n).flatMap((n) =>
        Array.from({ length: 60 }, (_, d): [number, number] => [n, (n + 1 + d) % size]),
      ),
    ),
  ).graph;
  const keys = (source: PairSource, epoch: number) =>
    Array.from(source.epoch(epoch)).flatMap(({ left, right }: FactorPairs) =>
      Array.from(left, (a, n) => a * size + right[n]),
    );
  const source = edgePairs(many, false, new Rng(1));
  expect(source.count).toBe(2 * 60 * size);
  expect(source.count).toBeGreaterThan(PAIRS); // several chunks
  const [second, first] = [keys(source, 2), keys(source, 1)];
  const wanted = Array.from({ length: size }, (_, a) =>
    Array.from(many.indices.subarray(many.offsets[a], many.offsets[a + 1]), (b) => a * size + b),
  ).flat();
  expect([...first].sort((a, b) => a - b)).toEqual(wanted);
  expect([...second].sort((a, b) => a - b)).toEqual(wanted);
  expect(second).not.toEqual(first);
  const inPlace = first.filter((key, n) => key === wanted[n]).length;
  expect(inPlace).toBeLessThan(12); // 1 is expected
  expect(keys(edgePairs(many, false, new Rng(1)), 2)).toEqual(second);
  expect(keys(edgePairs(many, false, new Rng(2)), 1)).not.toEqual(first);
});

test("sequences give their window pairs, others in each epoch, and count what can be in one", async () => {
  const sequences = Sequences.from([["a", "b", "c", "b"], ["c"], ["a", "c"]]);
  const options = { items: 3, window: 2, signal: undefined };
  const source = await sequencePairs(sequences, options, new Rng(1));
  expect([...source.frequencies]).toEqual([2, 2, 2]); // the c that is alone does not count
  expect(source.count).toBe(2 * 3 + 2 * 2 * 0.5 + 2); // distance 1, 2 in half of the cases; the pair of two
  const counts = [1, 2, 3, 4, 5, 6].map((epoch) =>
    Array.from(source.epoch(epoch)).reduce((sum, { left }) => sum + left.length, 0),
  );
  expect(new Set(counts).size).toBeGreaterThan(1);
  expect(stepsOf(source, 3)).toEqual(stepsOf(source, 3));
});

test("weights that add up to more than a number holds are refused", () => {
  const values = Float32Array.from(graph.values, () => Number.POSITIVE_INFINITY);
  expect(() => edgePairs({ ...graph, values }, true, new Rng(1))).toThrow(KithError);
});
