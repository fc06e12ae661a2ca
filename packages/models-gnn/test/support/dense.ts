import type { Interactions } from "@kith/data";
import { type Checkpoint, decodeSafeTensors } from "@kith/recommender";

/** D^-½ A D^-½ of the bipartite graph, as the plainest dense matrix. */
export function denseAdjacency(data: Interactions): number[][] {
  const nodes = data.users.size + data.items.size;
  const a = Array.from({ length: nodes }, () => new Array<number>(nodes).fill(0));
  for (let row = 0; row < data.length; row++) {
    const [u, i] = [data.user[row], data.users.size + data.item[row]];
    a[u][i] = a[i][u] = 1;
  }
  const degree = a.map((row) => row.reduce((sum, x) => sum + x, 0));
  return a.map((row, u) => row.map((x, i) => (x === 0 ? 0 : x / Math.sqrt(degree[u] * degree[i]))));
}

export function multiply(a: number[][], x: number[][]): number[][] {
  return a.map((row) =>
    x[0].map((_, j) => row.reduce((sum, weight, k) => sum + weight * x[k][j], 0)),
  );
}

/** 1/(K+1) Σₖ Ãᵏ E⁽⁰⁾, by the book. */
export function meanOfLayers(data: Interactions, e0: number[][], layers: number): number[][] {
  const a = denseAdjacency(data);
  const sum = e0.map((row) => [...row]);
  let e = e0;
  for (let k = 0; k < layers; k++) {
    e = multiply(a, e);
    e.forEach((row, n) => {
      row.forEach((x, j) => {
        sum[n][j] += x;
      });
    });
  }
  return sum.map((row) => row.map((x) => x / (layers + 1)));
}

/** Flat numbers as rows of `columns`. */
export function rowsOf(flat: ArrayLike<number>, columns: number): number[][] {
  return Array.from({ length: flat.length / columns }, (_, r) =>
    Array.from({ length: columns }, (_, j) => flat[r * columns + j]),
  );
}

/** The parameters that a checkpoint holds. */
export function parameters(checkpoint: Checkpoint): Float32Array {
  return decodeSafeTensors(checkpoint.file).tensors["parameter.e0"].data as Float32Array;
}

/** The largest difference of two lists. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  return Array.from(a).reduce((most, x, n) => Math.max(most, Math.abs(x - b[n])), 0);
}
