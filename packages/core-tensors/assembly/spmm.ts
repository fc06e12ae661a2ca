// Sparse (CSR) times dense, a row of the result at a time, 32 columns of it in registers.
import { fma } from "./simd";

/** out = Σ over t in kb … ke of values[t] · x[columns[t]]; `out` is one row of `dim` floats. */
@inline function row(kb: usize, ke: usize, columns: usize, values: usize, x: usize, dim: usize, out: usize): void {
  const bytes = dim << 2;
  let j: usize = 0;
  for (; j + 32 <= dim; j += 32) {
    const zero = f32x4.splat(0);
    let s0 = zero, s1 = zero, s2 = zero, s3 = zero, s4 = zero, s5 = zero, s6 = zero, s7 = zero;
    const base = x + (j << 2);
    for (let k = kb; k < ke; k++) {
      const p = base + <usize>load<u32>(columns + (k << 2)) * bytes;
      const v = v128.load32_splat(values + (k << 2));
      s0 = fma(v, v128.load(p), s0); s1 = fma(v, v128.load(p, 16), s1);
      s2 = fma(v, v128.load(p, 32), s2); s3 = fma(v, v128.load(p, 48), s3);
      s4 = fma(v, v128.load(p, 64), s4); s5 = fma(v, v128.load(p, 80), s5);
      s6 = fma(v, v128.load(p, 96), s6); s7 = fma(v, v128.load(p, 112), s7);
    }
    const q = out + (j << 2);
    v128.store(q, s0); v128.store(q, s1, 16); v128.store(q, s2, 32); v128.store(q, s3, 48);
    v128.store(q, s4, 64); v128.store(q, s5, 80); v128.store(q, s6, 96); v128.store(q, s7, 112);
  }
  for (; j + 4 <= dim; j += 4) {
    let s = f32x4.splat(0);
    for (let k = kb; k < ke; k++)
      s = fma(v128.load32_splat(values + (k << 2)), v128.load(x + (j << 2) + <usize>load<u32>(columns + (k << 2)) * bytes), s);
    v128.store(out + (j << 2), s);
  }
  for (; j < dim; j++) {
    let s: f32 = 0;
    for (let k = kb; k < ke; k++)
      s += f32.load(values + (k << 2)) * f32.load(x + (j << 2) + <usize>load<u32>(columns + (k << 2)) * bytes);
    f32.store(out + (j << 2), s);
  }
}

/** y[i] = Σⱼ A[i, j] · x[j] for rows i in begin … end. */
export function spmm(begin: usize, end: usize, scratch: usize, offsets: usize, columns: usize, values: usize, x: usize, dim: usize, y: usize): void {
  for (let i = begin; i < end; i++)
    row(<usize>load<u32>(offsets + (i << 2)), <usize>load<u32>(offsets + (i << 2), 4), columns, values, x, dim, y + i * (dim << 2));
}

/** y[r] = Σⱼ A[rows[r], j] · x[j] for r in begin … end. */
export function spmmRows(begin: usize, end: usize, scratch: usize, offsets: usize, columns: usize, values: usize, x: usize, dim: usize, rows: usize, y: usize): void {
  for (let r = begin; r < end; r++) {
    const i = <usize>load<u32>(rows + (r << 2));
    row(<usize>load<u32>(offsets + (i << 2)), <usize>load<u32>(offsets + (i << 2), 4), columns, values, x, dim, y + r * (dim << 2));
  }
}

/**
 * y[i] = Σ A[i, j] · x[position[j]] over the j with position[j] ≥ 0: the product with a matrix of few non-zero rows,
 * held densely in x. The few entries of a row that count are first listed in `scratch`, then summed in registers.
 */
export function spmmFromRows(begin: usize, end: usize, scratch: usize, offsets: usize, columns: usize, values: usize, x: usize, dim: usize, position: usize, y: usize): void {
  const capacity: usize = 4096, listed = scratch, weights = scratch + (capacity << 2);
  const bytes = dim << 2;
  for (let i = begin; i < end; i++) {
    const out = y + i * bytes, ke = <usize>load<u32>(offsets + (i << 2), 4);
    let k = <usize>load<u32>(offsets + (i << 2));
    let count: usize = 0, flushed = false;
    for (; k < ke; k++) {
      const p = i32.load(position + (<usize>load<u32>(columns + (k << 2)) << 2));
      i32.store(listed + (count << 2), p);
      i32.store(weights + (count << 2), i32.load(values + (k << 2)));
      count += <usize>(p >= 0);
      if (count == capacity) {
        addRow(count, listed, weights, x, dim, out, flushed);
        flushed = true;
        count = 0;
      }
    }
    if (!flushed) row(0, count, listed, weights, x, dim, out);
    else if (count > 0) addRow(count, listed, weights, x, dim, out, true);
  }
}

function addRow(count: usize, listed: usize, weights: usize, x: usize, dim: usize, out: usize, accumulate: bool): void {
  const bytes = dim << 2;
  if (!accumulate) memory.fill(out, 0, bytes);
  for (let k: usize = 0; k < count; k++) {
    const p = x + <usize>load<u32>(listed + (k << 2)) * bytes, v = f32.load(weights + (k << 2));
    for (let j: usize = 0; j < bytes; j += 4) f32.store(out + j, f32.load(out + j) + v * f32.load(p + j));
  }
}
