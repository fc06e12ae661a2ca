import { KithError, OptionError, Rng, SparseMatrix } from "@kith/core-tensors";
import { fromEdges } from "@kith/graph";
import { type NeighbourBlock, NeighbourSampler } from "@kith/sampling";
import { surprise } from "./support.ts";

/** Node 0 has neighbours 1 … 8, node 9 has 0 … 2, and node 10 has none. */
const csr = fromEdges(
  {
    source: Uint32Array.from([0, 0, 0, 0, 0, 0, 0, 0, 9, 9, 9]),
    target: Uint32Array.from([1, 2, 3, 4, 5, 6, 7, 8, 0, 1, 2]),
  },
  { nodes: 11, directed: true },
);
const graph = new SparseMatrix(csr);
afterAll(() => graph.dispose());

/** The neighbours of each target, as nodes. */
function neighbours({ sources, csr: { rows, offsets, indices } }: NeighbourBlock): number[][] {
  return Array.from({ length: rows }, (_, r) =>
    Array.from(indices.subarray(offsets[r], offsets[r + 1]), (place) => sources[place]),
  );
}

const targets = Uint32Array.of(9, 10, 0);

test("draws so many different neighbours, and all of them where there are no more", () => {
  const sampler = new NeighbourSampler(graph);
  for (let seed = 0; seed < 50; seed++) {
    const block = sampler.block(targets, 4, new Rng(seed));
    const [ofNine, ofNone, ofZero] = neighbours(block);
    expect([...ofNine].sort()).toEqual([0, 1, 2]);
    expect(ofNone).toEqual([]);
    expect(new Set(ofZero).size).toBe(4);
    expect(ofZero.every((node) => node >= 1 && node <= 8)).toBe(true);
    expect([...block.sources.subarray(0, 3)]).toEqual([...targets]);
    expect(new Set(block.sources).size).toBe(block.sources.length);
    expect(block.csr.columns).toBe(block.sources.length);
    const { values, offsets } = block.csr;
    for (const r of [0, 2]) {
      const row = values.subarray(offsets[r], offsets[r + 1]);
      expect(row.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1);
    }
  }
});

test("draws in order: as many as the fan-out, some again where there are fewer, itself where there are none", () => {
  const { draws, sources } = new NeighbourSampler(graph).block(targets, 4, new Rng(3));
  const nodes = Array.from(draws, (place) => sources[place]);
  expect(nodes).toHaveLength(12);
  expect([...new Set(nodes.slice(0, 4))].sort()).toEqual([0, 1, 2]);
  expect(nodes.slice(4, 8)).toEqual([10, 10, 10, 10]);
  expect(new Set(nodes.slice(8)).size).toBe(4);
});

test("with loops each target is its own neighbour beside those", () => {
  const block = new NeighbourSampler(graph, { selfLoops: true }).block(targets, 2, new Rng(1));
  const [ofNine, ofNone, ofZero] = neighbours(block);
  expect(ofNine[0]).toBe(9);
  expect(ofNine).toHaveLength(3);
  expect(ofNone).toEqual([10]);
  expect(ofZero[0]).toBe(0);
  const { values, offsets } = block.csr;
  expect([...values].map((weight) => weight.toFixed(4))).toEqual(
    [3, 3, 3, 1, 3, 3, 3].map((count) => (1 / count).toFixed(4)),
  );
  expect([...offsets]).toEqual([0, 3, 4, 7]);
});

test("a neighbour that is itself a target stands where the target does", () => {
  const block = new NeighbourSampler(graph).block(Uint32Array.of(9, 1, 0), 8, new Rng(1));
  expect([...block.sources.subarray(0, 3)]).toEqual([9, 1, 0]);
  expect(block.sources).toHaveLength(10); // 9, 1, 0, and 2 … 8
  const [ofNine] = neighbours(block);
  expect([...ofNine].sort()).toEqual([0, 1, 2]);
  expect(block.csr.indices.subarray(0, 3)).toContain(1);
});

test("of no targets it is an empty block", () => {
  const block = new NeighbourSampler(graph).block(new Uint32Array(0), 4, new Rng(1));
  expect(block.sources).toHaveLength(0);
  expect(block.draws).toHaveLength(0);
  expect([...block.csr.offsets]).toEqual([0]);
});

test("every neighbour is as likely as any other", () => {
  const sampler = new NeighbourSampler(graph);
  const counts = new Float64Array(9);
  for (let seed = 0; seed < 4000; seed++)
    for (const node of neighbours(sampler.block(Uint32Array.of(0), 3, new Rng(seed)))[0])
      counts[node]++;
  // Without replacement counts vary less than chance would have it; never more.
  expect(surprise(counts, [0, ...new Array<number>(8).fill(1 / 8)])).toBeLessThan(5);
});

test("every set of neighbours is as likely as any other, and in any order", () => {
  const sampler = new NeighbourSampler(graph);
  const counts = new Float64Array(6);
  const orders = ["0 1", "0 2", "1 0", "1 2", "2 0", "2 1"];
  for (let seed = 0; seed < 6000; seed++) {
    const { draws, sources } = sampler.block(Uint32Array.of(9), 2, new Rng(seed));
    counts[orders.indexOf(Array.from(draws, (place) => sources[place]).join(" "))]++;
  }
  expect(surprise(counts, new Array(6).fill(1 / 6))).toBeLessThan(5);
});

test("what is there again is as likely any of the neighbours", () => {
  const sampler = new NeighbourSampler(graph);
  const counts = new Float64Array(3);
  for (let seed = 0; seed < 3000; seed++) {
    const { draws, sources } = sampler.block(Uint32Array.of(9), 4, new Rng(seed));
    counts[sources[draws[3]]]++;
  }
  expect(surprise(counts, [1 / 3, 1 / 3, 1 / 3])).toBeLessThan(5);
});

test("the first of the draws is as likely any of them", () => {
  const sampler = new NeighbourSampler(graph);
  const counts = new Float64Array(9);
  for (let seed = 0; seed < 4000; seed++) {
    const { draws, sources } = sampler.block(Uint32Array.of(0), 8, new Rng(seed));
    counts[sources[draws[0]]]++;
  }
  expect(surprise(counts, [0, ...new Array<number>(8).fill(1 / 8)])).toBeLessThan(5);
});

test("is a function of nodes, fan-out and key", () => {
  const sampler = new NeighbourSampler(graph);
  const of = (seed: number) => neighbours(sampler.block(targets, 3, new Rng(seed)));
  expect(sampler.block(targets, 3, new Rng(1))).toEqual(sampler.block(targets, 3, new Rng(1)));
  const others = [2, 3, 4, 5].map((seed) => JSON.stringify(of(seed)));
  expect(new Set([JSON.stringify(of(1)), ...others]).size).toBeGreaterThan(1);
});

test("refuses what is no node, what is there twice, and an impossible fan-out", () => {
  const sampler = new NeighbourSampler(graph);
  const block = (nodes: number[], fanOut: number) => () =>
    sampler.block(Uint32Array.from(nodes), fanOut, new Rng(1));
  expect(block([11], 3)).toThrow(KithError);
  expect(block([11], 3)).toThrow("NeighbourSampler: expected nodes below 11, got 11");
  expect(block([1, 2, 1], 3)).toThrow("a node is listed twice");
  for (const fanOut of [0, -1, 1.5, Number.NaN]) {
    expect(block([1], fanOut)).toThrow(OptionError);
    expect(block([1], fanOut)).toThrow(`must be a whole number of at least 1, got ${fanOut}`);
  }
});
