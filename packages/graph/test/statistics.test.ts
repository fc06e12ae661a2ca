import { bipartite, degreeStatistics, fromEdges } from "@kith/graph";
import { f32, interactions, u32 } from "./support.ts";

test("degrees are counted by hand in a star of three with a node apart", () => {
  const star = fromEdges(
    { source: u32(0, 0, 0), target: u32(1, 2, 3), weight: f32(9, 9, 9) },
    { nodes: 5 },
  );
  expect(degreeStatistics(star)).toEqual({
    nodes: 5,
    entries: 6,
    min: 0,
    median: 1,
    mean: 6 / 5,
    max: 3,
    isolated: 1,
    histogram: u32(1, 3, 0, 1),
  });
});

test("the median of an even number of nodes lies between the two in the middle", () => {
  const graph = fromEdges(
    { source: u32(0, 0, 0), target: u32(1, 2, 3) },
    { nodes: 4, directed: true },
  );
  expect(degreeStatistics(graph)).toMatchObject({ min: 0, median: 0, max: 3, isolated: 3 });
  const pair = fromEdges(
    { source: u32(0, 0, 1), target: u32(0, 1, 0) },
    { nodes: 2, directed: true },
  );
  expect(degreeStatistics(pair).median).toBe(1.5);
});

test("a graph without nodes has zeros, one user with one item has ones", () => {
  const none = fromEdges({ source: u32(), target: u32() }, { nodes: 0 });
  expect(degreeStatistics(none)).toMatchObject({ nodes: 0, min: 0, median: 0, mean: 0, max: 0 });
  const one = degreeStatistics(bipartite(interactions([[0, 0]], 1, 1)));
  expect(one).toMatchObject({ nodes: 2, entries: 2, min: 1, median: 1, mean: 1, max: 1 });
});
