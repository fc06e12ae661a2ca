import { heap } from "@kith/core-tensors";
import { WalkableGraph } from "../src/walkable-graph.ts";

/** Rows of [neighbour, weight]. */
function csr(rows: readonly (readonly (readonly [to: number, weight: number])[])[]) {
  const offsets = new Uint32Array(rows.length + 1);
  rows.forEach((row, r) => {
    offsets[r + 1] = offsets[r] + row.length;
  });
  return {
    rows: rows.length,
    columns: rows.length,
    offsets,
    indices: Uint32Array.from(rows.flat(), ([to]) => to),
    values: Float32Array.from(rows.flat(), ([, weight]) => weight),
  };
}

test("a graph whose rows have equal weights each takes one word an edge", () => {
  const before = heap().allocated;
  const graph = new WalkableGraph(
    csr([
      [
        [1, 2],
        [2, 2],
      ],
      [[0, 7]],
      [[0, 0.5]],
      [],
    ]),
  );
  const { offsets, entries, weighted } = graph.view();
  expect(weighted).toBe(false);
  expect([...offsets]).toEqual([0, 2, 3, 4, 4]);
  expect([...entries]).toEqual([1, 2, 0, 0]);
  expect([...graph.starts]).toEqual([0, 1, 2]);
  expect(graph.hasDeadEnds).toBe(false); // nothing leads to the node without edges
  graph.dispose();
  expect(heap().allocated).toBe(before);
});

test("else each row is an alias table that gives every neighbour its share, beside the weights", () => {
  const rows = [
    [
      [1, 1],
      [2, 2],
      [3, 5],
    ],
    [[0, 3]],
    [
      [0, 1],
      [3, 1],
    ],
    [],
  ] as const;
  const graph = new WalkableGraph(csr(rows));
  const { offsets, entries, weighted } = graph.view();
  expect(weighted).toBe(true);
  expect(graph.hasDeadEnds).toBe(true); // node 3
  const weights = new Float32Array(entries.buffer, entries.byteOffset, entries.length);
  rows.forEach((row, r) => {
    const shares = new Float64Array(4);
    for (let k = offsets[r]; k < offsets[r + 1]; k++) {
      const [to, threshold, alias] = entries.subarray(4 * k, 4 * k + 3);
      shares[to] += threshold / 2 ** 32 / row.length;
      shares[alias] += (1 - threshold / 2 ** 32) / row.length;
    }
    const total = row.reduce((sum, [, weight]) => sum + weight, 0);
    row.forEach(([to, weight], n) => {
      expect(entries[4 * (offsets[r] + n)]).toBe(to);
      expect(weights[4 * (offsets[r] + n) + 3]).toBe(weight);
      expect(shares[to]).toBeCloseTo(weight / total, 8);
    });
  });
  graph.dispose();
});

test("edges of weight 0 are left out, and what leads nowhere without them is a dead end", () => {
  const graph = new WalkableGraph(
    csr([
      [
        [1, 0],
        [2, 4],
      ],
      [[0, 1]],
      [[1, 0]],
    ]),
  );
  expect([...graph.view().offsets]).toEqual([0, 1, 2, 2]);
  expect([...graph.view().entries]).toEqual([2, 0]);
  expect([...graph.starts]).toEqual([0, 1]);
  expect(graph.hasDeadEnds).toBe(true);
  graph.dispose();
});
