import { FormatError, OptionError, Rng, ShapeError } from "@kith/core-tensors";
import { fromEdges } from "@kith/graph";
import { dense, f32, isSorted, permutation, randomPairs, u32 } from "./support.ts";

const edges = { source: u32(2, 0, 0, 2), target: u32(0, 1, 2, 2), weight: f32(5, 2, 3, 7) };

test("directed edges stand in their source's row, ascending", () => {
  const graph = fromEdges(
    { source: u32(1, 1, 1), target: u32(2, 0, 1), weight: f32(1, 2, 3) },
    { nodes: 3, directed: true },
  );
  expect(graph).toEqual({
    rows: 3,
    columns: 3,
    offsets: u32(0, 0, 3, 3),
    indices: u32(0, 1, 2),
    values: f32(2, 3, 1),
  });
});

test("undirected edges stand in both rows, self loops once, and both orders are the same edge", () => {
  expect(dense(fromEdges(edges, { nodes: 3 }))).toEqual([
    [0, 2, 8],
    [2, 0, 0],
    [8, 0, 7],
  ]);
});

test.each([
  ["sum", 10],
  ["first", 2],
  ["last", 3],
  ["max", 5],
] as const)("of an edge given again and again, %s is kept", (duplicates, kept) => {
  const again = { source: u32(0, 1, 0), target: u32(1, 0, 1), weight: f32(2, 5, 3) };
  expect(dense(fromEdges(again, { nodes: 2, duplicates }))).toEqual([
    [0, kept],
    [kept, 0],
  ]);
});

test("edges without weights weigh 1 each", () => {
  const graph = fromEdges({ source: u32(0, 0), target: u32(1, 1) }, { nodes: 2, directed: true });
  expect(dense(graph)).toEqual([
    [0, 2],
    [0, 0],
  ]);
});

test("no edges, no nodes, and rows between them that are empty", () => {
  const none = { source: u32(), target: u32() };
  expect(fromEdges(none, { nodes: 0 })).toMatchObject({ rows: 0, offsets: u32(0) });
  expect(fromEdges(none, { nodes: 2 })).toMatchObject({ rows: 2, offsets: u32(0, 0, 0) });
  const far = fromEdges({ source: u32(4), target: u32(0) }, { nodes: 6, directed: true });
  expect(far.offsets).toEqual(u32(0, 0, 0, 0, 0, 1, 1));
});

test("it equals a naive dense version, whatever the order and the names", () => {
  for (const directed of [true, false])
    for (const seed of [1, 2, 3, 4]) {
      const pairs = randomPairs(seed, 200, 13, 13);
      const rng = new Rng(seed);
      const weights = pairs.map(() => rng.below(100));
      const naive = Array.from({ length: 13 }, () => new Array<number>(13).fill(0));
      pairs.forEach(([a, b], e) => {
        naive[a][b] += weights[e];
        if (!directed && a !== b) naive[b][a] += weights[e];
      });
      const order = permutation(200, seed);
      const to = permutation(13, seed + 10);
      const graph = fromEdges(
        {
          source: u32(...order.map((e) => to[pairs[e][0]])),
          target: u32(...order.map((e) => to[pairs[e][1]])),
          weight: f32(...order.map((e) => weights[e])),
        },
        { nodes: 13, directed },
      );
      expect(isSorted(graph)).toBe(true);
      const matrix = dense(graph);
      naive.forEach((row, a) => {
        row.forEach((value, b) => {
          expect(matrix[to[a]][to[b]]).toBe(value);
        });
      });
    }
});

test("nodes whose numbers have four digits in the sort are put in order", () => {
  const ids = [2 ** 24 + 5, 5, 70_000, 2 ** 24, 300];
  const source = u32(...ids.flatMap((id) => ids.map(() => id)));
  const target = u32(...ids.flatMap(() => ids));
  const graph = fromEdges({ source, target }, { nodes: 2 ** 24 + 6, directed: true });
  const ascending = u32(5, 300, 70_000, 2 ** 24, 2 ** 24 + 5);
  for (const [n, id] of ascending.entries()) {
    expect(graph.offsets[id]).toBe(5 * n);
    expect(graph.indices.subarray(5 * n, 5 * n + 5)).toEqual(ascending);
  }
});

test("the columns are not changed", () => {
  const copy = structuredClone(edges);
  fromEdges(edges, { nodes: 3 });
  expect(edges).toEqual(copy);
});

test("edges that cannot be are refused with their number", () => {
  const two = { source: u32(0, 1), target: u32(1, 3) };
  expect(() => fromEdges(two, { nodes: 3 })).toThrow(
    "fromEdges: edge 1 is from 1 to 3, expected nodes below 3",
  );
  const nan = { source: u32(0), target: u32(1), weight: f32(Number.NaN) };
  expect(() => fromEdges(nan, { nodes: 2 })).toThrow(FormatError);
  expect(() => fromEdges({ source: u32(0), target: u32() }, { nodes: 2 })).toThrow(ShapeError);
  expect(() => fromEdges(two, {} as never)).toThrow(OptionError);
  expect(() => fromEdges(two, { nodes: 4, duplicates: "mean" as never })).toThrow(
    'option "duplicates" must be one of "sum", "first", "last", "max", got "mean"',
  );
});
