import type { Rng } from "@kith/core-tensors";

/** A random orthogonal matrix [n, n], row-major: rows of normal numbers made orthogonal one after the other (Gram–Schmidt, twice for its rounding). */
export function orthogonal(n: number, rng: Rng): Float32Array {
  const rows = Array.from({ length: n }, () =>
    Float64Array.from({ length: n }, () => rng.normal()),
  );
  rows.forEach((row, i) => {
    for (let pass = 0; pass < 2; pass++)
      for (let j = 0; j < i; j++) {
        const overlap = dot(row, rows[j]);
        for (let k = 0; k < n; k++) row[k] -= overlap * rows[j][k];
      }
    const length = Math.sqrt(dot(row, row));
    for (let k = 0; k < n; k++) row[k] /= length;
  });
  const matrix = new Float32Array(n * n);
  rows.forEach((row, i) => {
    matrix.set(row, i * n);
  });
  return matrix;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k];
  return sum;
}
