import { choleskySolve } from "../cholesky.ts";
import type { Kernels } from "./kernels.ts";

/** The reference of the kernel `als`. */
export const als: Kernels["als"] = (losses, x, a, y, gram, penalties, dim, steps) => {
  const { offsets, indices, values } = a;
  const rowOf = (table: Float32Array, row: number) =>
    table.subarray(row * dim, (row + 1) * dim) as unknown as Float64Array; // read as numbers, whatever their width
  for (let i = 0; i < losses.length; i++) {
    const entries = Array.from({ length: offsets[i + 1] - offsets[i] }, (_, n) => ({
      v: values[offsets[i] + n],
      y: rowOf(y, indices[offsets[i] + n]),
    }));
    const row = rowOf(x, i);
    if (entries.length === 0) {
      row.fill(0);
      losses[i] = 0;
      continue;
    }
    /** A p. */
    const times = (p: Float64Array): Float64Array => {
      const q = p.map((value, d) => penalties[i] * value + dot(rowOf(gram, d), p));
      for (const { v, y } of entries) addTo(q, v * dot(y, p), y);
      return q;
    };
    const b = new Float64Array(dim);
    for (const { v, y } of entries) addTo(b, 1 + v, y);
    const solution =
      steps === 0
        ? choleskySolve(matrixOf(times, dim), b)
        : conjugateGradient(times, b, Float64Array.from(row), steps);
    row.set(solution);
    losses[i] = entries.reduce((sum, { v }) => sum + 1 + v, 0) - 2 * dot(b, solution);
    losses[i] += dot(solution, times(solution));
  }
};

function conjugateGradient(
  times: (p: Float64Array) => Float64Array,
  b: Float64Array,
  x: Float64Array,
  steps: number,
): Float64Array {
  const r = b.slice();
  addTo(r, -1, times(x));
  const p = r.slice();
  let rr = dot(r, r);
  for (let step = 0; step < steps && rr > 1e-20; step++) {
    const q = times(p);
    const alpha = rr / dot(p, q);
    addTo(x, alpha, p);
    addTo(r, -alpha, q);
    const next = dot(r, r);
    for (let d = 0; d < p.length; d++) p[d] = r[d] + (next / rr) * p[d];
    rr = next;
  }
  return x;
}

/** The matrix [n, n] of a linear map. */
function matrixOf(times: (p: Float64Array) => Float64Array, n: number): Float64Array {
  const a = new Float64Array(n * n);
  for (let d = 0; d < n; d++) a.set(times(new Float64Array(n).fill(1, d, d + 1)), d * n);
  return a;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let d = 0; d < a.length; d++) sum += a[d] * b[d];
  return sum;
}

function addTo(y: Float64Array, alpha: number, x: Float64Array): void {
  for (let d = 0; d < y.length; d++) y[d] += alpha * x[d];
}
