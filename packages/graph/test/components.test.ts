import { components, fromEdges } from "@kith/graph";
import { permutation, randomPairs, u32 } from "./support.ts";

test("components are numbered by their lowest nodes, nodes without edges are their own", () => {
  const graph = fromEdges({ source: u32(5, 1, 4), target: u32(0, 3, 1) }, { nodes: 7 });
  expect(components(graph)).toEqual({
    count: 4,
    labels: u32(0, 1, 2, 1, 1, 0, 3),
    sizes: u32(2, 3, 1, 1),
  });
});

test("edges connect whatever their direction, and self loops connect nothing", () => {
  const graph = fromEdges(
    { source: u32(2, 2, 1), target: u32(0, 1, 1) },
    { nodes: 4, directed: true },
  );
  expect(components(graph).labels).toEqual(u32(0, 0, 0, 1));
});

test("no nodes have no components; a long path is one", () => {
  expect(components(fromEdges({ source: u32(), target: u32() }, { nodes: 0 }))).toEqual({
    count: 0,
    labels: u32(),
    sizes: u32(),
  });
  const ends = Uint32Array.from({ length: 99_999 }, (_, n) => n);
  const path = fromEdges({ source: ends, target: ends.map((n) => n + 1) }, { nodes: 100_000 });
  expect(components(path).sizes).toEqual(u32(100_000));
});

test("they are those of a naive search, under any names", () => {
  for (const seed of [1, 2, 3]) {
    const edges = randomPairs(seed, 25, 30, 30);
    const to = permutation(30, seed);
    const labels = Array.from({ length: 30 }, (_, n) => n);
    for (let round = 0; round < 30; round++)
      for (const [a, b] of edges) labels[a] = labels[b] = Math.min(labels[a], labels[b]);
    const { labels: found, sizes } = components(
      fromEdges(
        { source: u32(...edges.map(([a]) => to[a])), target: u32(...edges.map(([, b]) => to[b])) },
        { nodes: 30 },
      ),
    );
    for (let a = 0; a < 30; a++) {
      expect(sizes[found[to[a]]]).toBe(labels.filter((label) => label === labels[a]).length);
      for (let b = 0; b < 30; b++)
        expect(found[to[a]] === found[to[b]]).toBe(labels[a] === labels[b]);
    }
  }
});

test("a matrix that is not square has no components", () => {
  const oblong = {
    rows: 1,
    columns: 2,
    offsets: u32(0, 0),
    indices: u32(),
    values: new Float32Array(),
  };
  expect(() => components(oblong)).toThrow("components: expected a square matrix, got [1, 2]");
});
