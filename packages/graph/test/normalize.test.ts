import { OptionError, ShapeError } from "@kith/core-tensors";
import { bipartite, degrees, fromEdges, normalize } from "@kith/graph";
import { dense, f32, interactions, permutation, randomPairs, u32 } from "./support.ts";

// 0 – 1 with weight 4, 1 – 2 with weight 5, node 3 alone
const path = fromEdges({ source: u32(0, 1), target: u32(1, 2), weight: f32(4, 5) }, { nodes: 4 });

test("degrees are sums of weights", () => {
  expect([...degrees(path)]).toEqual([4, 9, 5, 0]);
});

test("the symmetric kind divides by the roots of both ends' degrees, worked out by hand", () => {
  const a = 4 / Math.sqrt(4 * 9);
  const b = 5 / Math.sqrt(9 * 5);
  const expected = [
    [0, a, 0, 0],
    [a, 0, b, 0],
    [0, b, 0, 0],
    [0, 0, 0, 0],
  ];
  expect(dense(normalize(path, "symmetric"))).toEqual(expected.map((row) => row.map(Math.fround)));
});

test("the row kind makes transition probabilities; rows without edges stay 0", () => {
  const expected = [
    [0, 1, 0, 0],
    [4 / 9, 0, 5 / 9, 0],
    [0, 1, 0, 0],
    [0, 0, 0, 0],
  ];
  expect(dense(normalize(path, "row"))).toEqual(expected.map((row) => row.map(Math.fround)));
});

test("none is the matrix itself, and the others leave it as it was", () => {
  expect(normalize(path, "none")).toBe(path);
  const before = path.values.slice();
  normalize(path, "symmetric");
  expect(path.values).toEqual(before);
});

test("the symmetric kind stays symmetric, has no self loops and eigenvalues up to 1", () => {
  const graph = normalize(
    bipartite(interactions(randomPairs(5, 200, 12, 15), 12, 15)),
    "symmetric",
  );
  const matrix = dense(graph);
  let x = matrix.map((_, n) => 1 + (n % 3));
  let length = 0;
  for (let step = 0; step < 300; step++) {
    x = matrix.map((row, a) => row.reduce((sum, value, b) => sum + value * x[b], 0) + x[a]);
    length = Math.hypot(...x);
    x = x.map((value) => value / length);
  }
  expect(length).toBeCloseTo(2, 5); // of Ã + I
  matrix.forEach((row, a) => {
    expect(row[a]).toBe(0);
    row.forEach((value, b) => {
      expect(matrix[b][a]).toBe(value);
    });
  });
});

test("renaming nodes renames the weights and nothing else", () => {
  const to = permutation(12, 7);
  const edges = randomPairs(8, 30, 12, 12);
  const made = (name: (n: number) => number) =>
    fromEdges(
      {
        source: u32(...edges.map(([a]) => name(a))),
        target: u32(...edges.map(([, b]) => name(b))),
      },
      { nodes: 12 },
    );
  for (const kind of ["symmetric", "row"] as const) {
    const [a, b] = [made((n) => n), made((n) => to[n])].map((g) => dense(normalize(g, kind)));
    a.forEach((row, i) => {
      row.forEach((value, j) => {
        expect(b[to[i]][to[j]]).toBe(value);
      });
    });
  }
});

test("what cannot be normalised is refused by name", () => {
  const oblong = { rows: 1, columns: 2, offsets: u32(0, 1), indices: u32(1), values: f32(1) };
  expect(() => normalize(oblong, "symmetric")).toThrow(ShapeError);
  expect(() => normalize(oblong, "sideways" as never)).toThrow(
    'normalize: option "kind" must be "symmetric", "row" or "none", got "sideways"',
  );
  const negative = { ...oblong, values: f32(-1) };
  expect(() => normalize(negative, "row")).toThrow(OptionError);
});
