/**
 * Replaces the lower triangle of a symmetric positive definite A by L, A = L Lᵀ: plain loops in float64, for matrices of hundreds of rows.
 * @param a [n, n]; NaN is what comes out where A is not positive definite
 */
export function choleskyFactor(a: Float64Array, n: number): void {
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = a[i * n + j];
      for (let k = 0; k < j; k++) sum -= a[i * n + k] * a[j * n + k];
      a[i * n + j] = i === j ? Math.sqrt(sum) : sum / a[j * n + j];
    }
}

/**
 * The x of A x = b, A symmetric and positive definite.
 * @param a [n, n]; overwritten
 * @param b [n]
 */
export function choleskySolve(a: Float64Array, b: Float64Array): Float64Array {
  const n = b.length;
  choleskyFactor(a, n);
  const x = b.slice();
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] -= a[i * n + k] * x[k];
    x[i] /= a[i * n + i];
  }
  for (let i = n; i-- > 0; ) {
    for (let k = i + 1; k < n; k++) x[i] -= a[k * n + i] * x[k];
    x[i] /= a[i * n + i];
  }
  return x;
}

/**
 * Replaces a symmetric positive definite A by its inverse: with A = L Lᵀ, A⁻¹ = L⁻ᵀ L⁻¹.
 * @param a [n, n], both triangles
 */
export function choleskyInvert(a: Float64Array, n: number): void {
  choleskyFactor(a, n);
  for (let j = 0; j < n; j++) {
    a[j * n + j] = 1 / a[j * n + j];
    for (let i = j + 1; i < n; i++) {
      let sum = 0;
      for (let k = j; k < i; k++) sum -= a[i * n + k] * a[k * n + j];
      a[i * n + j] = sum / a[i * n + i];
    }
  }
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      let sum = 0;
      for (let k = i; k < n; k++) sum += a[k * n + i] * a[k * n + j];
      a[j * n + i] = a[i * n + j] = sum;
    }
}
