// Rows of weighted least squares: one side's factors while the other's stay (Hu, Koren and Volinsky, ICDM 2008).
import { fma, fma64, sumLanes, sumLanes64 } from "./simd";

/** Entries of a row whose weights are in scratch memory at a time. */
const ENTRIES: usize = 4096;

@inline function dot(a: usize, b: usize, bytes: usize): f32 {
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
  let o: usize = 0;
  for (; o + 64 <= bytes; o += 64) {
    s0 = fma(v128.load(a + o), v128.load(b + o), s0); s1 = fma(v128.load(a + o, 16), v128.load(b + o, 16), s1);
    s2 = fma(v128.load(a + o, 32), v128.load(b + o, 32), s2); s3 = fma(v128.load(a + o, 48), v128.load(b + o, 48), s3);
  }
  for (; o < bytes; o += 16) s0 = fma(v128.load(a + o), v128.load(b + o), s0);
  return sumLanes(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
}

/** y += α x. */
@inline function addTo(y: usize, alpha: f32, x: usize, bytes: usize): void {
  const a = f32x4.splat(alpha);
  for (let o: usize = 0; o < bytes; o += 16) v128.store(y + o, fma(a, v128.load(x + o), v128.load(y + o)));
}

/** y = α x. */
@inline function scaleTo(y: usize, alpha: f32, x: usize, bytes: usize): void {
  const a = f32x4.splat(alpha);
  for (let o: usize = 0; o < bytes; o += 16) v128.store(y + o, f32x4.mul(a, v128.load(x + o)));
}

/** out += Σ over t < count of weights[t] · x[columns[t]], 32 numbers of `out` in registers. */
function addRows(count: usize, columns: usize, weights: usize, x: usize, bytes: usize, out: usize): void {
  let j: usize = 0;
  for (; j + 128 <= bytes; j += 128) {
    const q = out + j, base = x + j;
    let s0 = v128.load(q), s1 = v128.load(q, 16), s2 = v128.load(q, 32), s3 = v128.load(q, 48);
    let s4 = v128.load(q, 64), s5 = v128.load(q, 80), s6 = v128.load(q, 96), s7 = v128.load(q, 112);
    for (let t: usize = 0; t < count; t++) {
      const p = base + <usize>load<u32>(columns + (t << 2)) * bytes, w = v128.load32_splat(weights + (t << 2));
      s0 = fma(w, v128.load(p), s0); s1 = fma(w, v128.load(p, 16), s1);
      s2 = fma(w, v128.load(p, 32), s2); s3 = fma(w, v128.load(p, 48), s3);
      s4 = fma(w, v128.load(p, 64), s4); s5 = fma(w, v128.load(p, 80), s5);
      s6 = fma(w, v128.load(p, 96), s6); s7 = fma(w, v128.load(p, 112), s7);
    }
    v128.store(q, s0); v128.store(q, s1, 16); v128.store(q, s2, 32); v128.store(q, s3, 48);
    v128.store(q, s4, 64); v128.store(q, s5, 80); v128.store(q, s6, 96); v128.store(q, s7, 112);
  }
  for (; j < bytes; j += 16) {
    let s = v128.load(out + j);
    for (let t: usize = 0; t < count; t++)
      s = fma(v128.load32_splat(weights + (t << 2)), v128.load(x + j + <usize>load<u32>(columns + (t << 2)) * bytes), s);
    v128.store(out + j, s);
  }
}

/**
 * `steps` of conjugate gradient from x[i] on A x = b for rows i in begin … end, with A = gram + penalties[i] I + Σ v y yᵀ and b = Σ (1 + v) y over the
 * row's entries, values v. losses[i] is what is left of the row's weighted squared errors, penalty included. `dim` is a multiple of 4.
 */
export function als(
  begin: usize, end: usize, scratch: usize, offsets: usize, columns: usize, values: usize, y: usize, gram: usize, penalties: usize,
  dim: usize, steps: u32, x: usize, losses: usize,
): void {
  const bytes = dim << 2, order = scratch, r = order + bytes, p = r + bytes, q = p + bytes, weights = q + bytes;
  for (let d: usize = 0; d < dim; d++) store<u32>(order + (d << 2), <u32>d);
  for (let i = begin; i < end; i++) {
    const kb = <usize>load<u32>(offsets + (i << 2)), ke = <usize>load<u32>(offsets + (i << 2), 4);
    const row = x + i * bytes, penalty = f32.load(penalties + (i << 2));
    if (kb == ke) {
      memory.fill(row, 0, bytes);
      f64.store(losses + (i << 3), 0);
      continue;
    }
    scaleTo(q, penalty, row, bytes);
    addRows(dim, order, row, gram, bytes, q);
    let loss: f64 = <f64>dot(row, q, bytes);
    scaleTo(r, -1, q, bytes);
    for (let k = kb; k < ke; k += ENTRIES) {
      const count = min(ENTRIES, ke - k), listed = columns + (k << 2);
      for (let t: usize = 0; t < count; t++) {
        const s = dot(y + <usize>load<u32>(listed + (t << 2)) * bytes, row, bytes), v = f32.load(values + ((k + t) << 2));
        f32.store(weights + (t << 2), 1 + v - v * s);
        loss += (1 + <f64>v) * (1 - <f64>s) * (1 - <f64>s) - <f64>s * <f64>s;
      }
      addRows(count, listed, weights, y, bytes, r);
    }
    memory.copy(p, r, bytes);
    let rr = dot(r, r, bytes);
    for (let step: u32 = 0; step < steps && rr > 1e-20; step++) {
      scaleTo(q, penalty, p, bytes);
      addRows(dim, order, p, gram, bytes, q);
      for (let k = kb; k < ke; k += ENTRIES) {
        const count = min(ENTRIES, ke - k), listed = columns + (k << 2);
        for (let t: usize = 0; t < count; t++)
          f32.store(weights + (t << 2), f32.load(values + ((k + t) << 2)) * dot(y + <usize>load<u32>(listed + (t << 2)) * bytes, p, bytes));
        addRows(count, listed, weights, y, bytes, q);
      }
      const alpha = rr / dot(p, q, bytes);
      addTo(row, alpha, p, bytes);
      addTo(r, -alpha, q, bytes);
      loss -= <f64>alpha * <f64>rr;
      const next = dot(r, r, bytes), beta = next / rr;
      rr = next;
      for (let o: usize = 0; o < bytes; o += 16)
        v128.store(p + o, fma(f32x4.splat(beta), v128.load(p + o), v128.load(r + o)));
    }
    f64.store(losses + (i << 3), loss);
  }
}

@inline function dot64(a: usize, b: usize, count: usize): f64 {
  let s0 = f64x2.splat(0), s1 = s0;
  let n: usize = 0;
  for (; n + 4 <= count; n += 4, a += 32, b += 32) {
    s0 = fma64(v128.load(a), v128.load(b), s0);
    s1 = fma64(v128.load(a, 16), v128.load(b, 16), s1);
  }
  let s = sumLanes64(f64x2.add(s0, s1));
  for (; n < count; n++, a += 8, b += 8) s += f64.load(a) * f64.load(b);
  return s;
}

/** y += α x. */
@inline function addTo64(y: usize, alpha: f64, x: usize, count: usize): void {
  const a = f64x2.splat(alpha);
  let n: usize = 0;
  for (; n + 2 <= count; n += 2, x += 16, y += 16) v128.store(y, fma64(a, v128.load(x), v128.load(y)));
  if (n < count) f64.store(y, f64.load(y) + alpha * f64.load(x));
}

/** The same equations solved: x[i] is A⁻¹ b by Cholesky in float64. A's lower triangle is in scratch memory, so `dim` is at most 512. */
export function alsCholesky(
  begin: usize, end: usize, scratch: usize, offsets: usize, columns: usize, values: usize, y: usize, gram: usize, penalties: usize,
  dim: usize, x: usize, losses: usize,
): void {
  const b = scratch, z = b + (dim << 3), lower = z + (dim << 3);
  for (let i = begin; i < end; i++) {
    const kb = <usize>load<u32>(offsets + (i << 2)), ke = <usize>load<u32>(offsets + (i << 2), 4), row = x + i * (dim << 2);
    let total: f64 = 0;
    memory.fill(b, 0, dim << 3);
    for (let d: usize = 0, l = lower; d < dim; d++) {
      for (let e: usize = 0; e <= d; e++, l += 8) f64.store(l, f32.load(gram + ((d * dim + e) << 2)));
      f64.store(l - 8, f64.load(l - 8) + f32.load(penalties + (i << 2)));
    }
    for (let k = kb; k < ke; k++) {
      const from = y + <usize>load<u32>(columns + (k << 2)) * (dim << 2);
      const v: f64 = f32.load(values + (k << 2));
      for (let d: usize = 0; d < dim; d++) f64.store(z + (d << 3), f32.load(from + (d << 2)));
      for (let d: usize = 0, l = lower; d < dim; d++, l += d << 3) addTo64(l, v * f64.load(z + (d << 3)), z, d + 1);
      addTo64(b, 1 + v, z, dim);
      total += 1 + v;
    }
    for (let d: usize = 0, ld = lower; d < dim; d++, ld += d << 3) {
      for (let e: usize = 0, le = lower; e < d; e++, le += e << 3) {
        const at = ld + (e << 3);
        f64.store(at, (f64.load(at) - dot64(ld, le, e)) / f64.load(le + (e << 3)));
      }
      const at = ld + (d << 3);
      f64.store(at, Math.sqrt(f64.load(at) - dot64(ld, ld, d)));
      f64.store(z + (d << 3), (f64.load(b + (d << 3)) - dot64(ld, z, d)) / f64.load(at));
    }
    // Σ c − bᵀA⁻¹b, and with A = LLᵀ and Lz = b that is Σ c − ‖z‖².
    f64.store(losses + (i << 3), total - dot64(z, z, dim));
    for (let d = dim; d-- > 0; ) {
      const ld = lower + ((d * (d + 1)) << 2), value = f64.load(z + (d << 3)) / f64.load(ld + (d << 3));
      addTo64(z, -value, ld, d);
      f32.store(row + (d << 2), <f32>value);
    }
  }
}
