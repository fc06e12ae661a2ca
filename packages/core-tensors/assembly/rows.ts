// Rows of embedding tables: gathering, scattering, dot products, lengths.
import { fma, sumLanes } from "./simd";

/** y[r] = x[ids[r]]. */
export function gatherRows(begin: usize, end: usize, scratch: usize, x: usize, ids: usize, dim: usize, y: usize): void {
  const bytes = dim << 2;
  for (let r = begin; r < end; r++) {
    const from = x + <usize>load<u32>(ids + (r << 2)) * bytes, to = y + r * bytes;
    let o: usize = 0; // for rows as short as these a loop is faster than memory.copy
    for (; o + 64 <= bytes; o += 64) {
      v128.store(to + o, v128.load(from + o)); v128.store(to + o, v128.load(from + o, 16), 16);
      v128.store(to + o, v128.load(from + o, 32), 32); v128.store(to + o, v128.load(from + o, 48), 48);
    }
    for (; o + 16 <= bytes; o += 16) v128.store(to + o, v128.load(from + o));
    for (; o < bytes; o += 4) f32.store(to + o, f32.load(from + o));
  }
}

/** y[ids[r]] += x[r] for all n rows, columns begin … end: the order of the sums does not depend on the split. */
export function scatterAddRows(begin: usize, end: usize, scratch: usize, n: usize, x: usize, ids: usize, dim: usize, y: usize): void {
  for (let r: usize = 0; r < n; r++) {
    const p = x + ((r * dim) << 2), q = y + ((<usize>load<u32>(ids + (r << 2)) * dim) << 2);
    let j = begin;
    for (; j + 4 <= end; j += 4) v128.store(q + (j << 2), f32x4.add(v128.load(q + (j << 2)), v128.load(p + (j << 2))));
    for (; j < end; j++) f32.store(q + (j << 2), f32.load(q + (j << 2)) + f32.load(p + (j << 2)));
  }
}

@inline export function dot(a: usize, b: usize, dim: usize): f32 {
  let j: usize = 0;
  let s0 = f32x4.splat(0), s1 = s0;
  for (; j + 8 <= dim; j += 8) {
    const o = j << 2;
    s0 = fma(v128.load(a + o), v128.load(b + o), s0);
    s1 = fma(v128.load(a + o, 16), v128.load(b + o, 16), s1);
  }
  let s = sumLanes(f32x4.add(s0, s1));
  for (; j < dim; j++) s += f32.load(a + (j << 2)) * f32.load(b + (j << 2));
  return s;
}

/** y[r] = a[r] · b[r]. */
export function rowDot(begin: usize, end: usize, scratch: usize, a: usize, b: usize, dim: usize, y: usize): void {
  const bytes = dim << 2;
  for (let r = begin; r < end; r++) f32.store(y + (r << 2), dot(a + r * bytes, b + r * bytes, dim));
}

/** y[r] += s[r] · x[r]. */
export function addScaledRows(begin: usize, end: usize, scratch: usize, s: usize, x: usize, dim: usize, y: usize): void {
  for (let r = begin; r < end; r++) {
    const factor = f32.load(s + (r << 2)), f = f32x4.splat(factor);
    const p = x + ((r * dim) << 2), q = y + ((r * dim) << 2);
    let j: usize = 0;
    for (; j + 4 <= dim; j += 4) v128.store(q + (j << 2), fma(f, v128.load(p + (j << 2)), v128.load(q + (j << 2))));
    for (; j < dim; j++) f32.store(q + (j << 2), f32.load(q + (j << 2)) + factor * f32.load(p + (j << 2)));
  }
}

/** y[r] = x[r] / max(‖x[r]‖, 1e-12), and the divisors. */
export function normalizeRows(begin: usize, end: usize, scratch: usize, x: usize, dim: usize, y: usize, norms: usize): void {
  for (let r = begin; r < end; r++) {
    const p = x + ((r * dim) << 2), q = y + ((r * dim) << 2);
    const norm = max(<f32>sqrt(dot(p, p, dim)), 1e-12);
    f32.store(norms + (r << 2), norm);
    const factor: f32 = 1 / norm, f = f32x4.splat(factor);
    let j: usize = 0;
    for (; j + 4 <= dim; j += 4) v128.store(q + (j << 2), f32x4.mul(v128.load(p + (j << 2)), f));
    for (; j < dim; j++) f32.store(q + (j << 2), f32.load(p + (j << 2)) * factor);
  }
}

/** dx[r] = (dy[r] − (y[r] · dy[r]) y[r]) / norms[r]. */
export function normalizeRowsBackward(begin: usize, end: usize, scratch: usize, y: usize, norms: usize, dy: usize, dim: usize, dx: usize): void {
  for (let r = begin; r < end; r++) {
    const o = (r * dim) << 2;
    const along = dot(y + o, dy + o, dim), norm = f32.load(norms + (r << 2)), factor: f32 = norm <= 1e-12 ? 0 : 1 / norm;
    const a = f32x4.splat(-along), f = f32x4.splat(factor);
    let j: usize = 0;
    for (; j + 4 <= dim; j += 4) {
      const p = o + (j << 2);
      v128.store(dx + p, f32x4.mul(fma(a, v128.load(y + p), v128.load(dy + p)), f));
    }
    for (; j < dim; j++) {
      const p = o + (j << 2);
      f32.store(dx + p, (f32.load(dy + p) - along * f32.load(y + p)) * factor);
    }
  }
}

/** y[r] = x[r] + b. */
export function addBias(begin: usize, end: usize, scratch: usize, x: usize, b: usize, dim: usize, y: usize): void {
  for (let r = begin; r < end; r++) {
    const o = (r * dim) << 2;
    let j: usize = 0;
    for (; j + 4 <= dim; j += 4) v128.store(y + o + (j << 2), f32x4.add(v128.load(x + o + (j << 2)), v128.load(b + (j << 2))));
    for (; j < dim; j++) f32.store(y + o + (j << 2), f32.load(x + o + (j << 2)) + f32.load(b + (j << 2)));
  }
}

/** y[j] = Σᵣ x[r, j] over n rows, columns begin … end: the order of the sums does not depend on the split. */
export function columnSums(begin: usize, end: usize, scratch: usize, n: usize, x: usize, dim: usize, y: usize): void {
  let j = begin;
  for (; j + 16 <= end; j += 16) {
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
    for (let r: usize = 0; r < n; r++) {
      const p = x + ((r * dim + j) << 2);
      s0 = f32x4.add(s0, v128.load(p)); s1 = f32x4.add(s1, v128.load(p, 16));
      s2 = f32x4.add(s2, v128.load(p, 32)); s3 = f32x4.add(s3, v128.load(p, 48));
    }
    const q = y + (j << 2);
    v128.store(q, s0); v128.store(q, s1, 16); v128.store(q, s2, 32); v128.store(q, s3, 48);
  }
  for (; j < end; j++) {
    let s: f32 = 0;
    for (let r: usize = 0; r < n; r++) s += f32.load(x + ((r * dim + j) << 2));
    f32.store(y + (j << 2), s);
  }
}

/** `width` columns of y become columns of x, both given from their first such column on. */
export function copyColumns(begin: usize, end: usize, scratch: usize, x: usize, xColumns: usize, y: usize, yColumns: usize, width: usize): void {
  for (let r = begin; r < end; r++) memory.copy(y + ((r * yColumns) << 2), x + ((r * xColumns) << 2), width << 2);
}
