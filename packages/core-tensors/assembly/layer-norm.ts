// Layer normalisation (Ba, Kiros & Hinton, 2016): each row to mean 0 and variance 1, then a gain and a bias for each column.
import { dot } from "./rows";
import { fma, sumLanes } from "./simd";

@inline function sumOf(p: usize, dim: usize): f32 {
  let s = f32x4.splat(0), j: usize = 0;
  for (; j + 4 <= dim; j += 4) s = f32x4.add(s, v128.load(p + (j << 2)));
  let total = sumLanes(s);
  for (; j < dim; j++) total += f32.load(p + (j << 2));
  return total;
}

/** unit[r] = (x[r] − mean) · inverses[r], inverses[r] = 1 / √(variance + ε); y[r] = gain ⊙ unit[r] + bias. */
export function layerNorm(
  begin: usize, end: usize, scratch: usize, x: usize, gain: usize, bias: usize, epsilon: f32, dim: usize, unit: usize, inverses: usize, y: usize,
): void {
  for (let r = begin; r < end; r++) {
    const o = (r * dim) << 2, p = x + o, u = unit + o, q = y + o;
    const mean = sumOf(p, dim) / <f32>dim, m = f32x4.splat(mean);
    let j: usize = 0;
    for (; j + 4 <= dim; j += 4) v128.store(u + (j << 2), f32x4.sub(v128.load(p + (j << 2)), m));
    for (; j < dim; j++) f32.store(u + (j << 2), f32.load(p + (j << 2)) - mean);
    const inverse: f32 = 1 / <f32>sqrt(dot(u, u, dim) / <f32>dim + epsilon), f = f32x4.splat(inverse);
    f32.store(inverses + (r << 2), inverse);
    for (j = 0; j + 4 <= dim; j += 4) {
      const k = j << 2, v = f32x4.mul(v128.load(u + k), f);
      v128.store(u + k, v);
      v128.store(q + k, fma(v128.load(gain + k), v, v128.load(bias + k)));
    }
    for (; j < dim; j++) {
      const k = j << 2, v = f32.load(u + k) * inverse;
      f32.store(u + k, v);
      f32.store(q + k, f32.load(gain + k) * v + f32.load(bias + k));
    }
  }
}

/** With d = gain ⊙ dy[r]: dx[r] = inverses[r] (d − mean(d) − mean(d ⊙ unit[r]) unit[r]). */
export function layerNormBackward(
  begin: usize, end: usize, scratch: usize, unit: usize, inverses: usize, gain: usize, dy: usize, dim: usize, dx: usize,
): void {
  for (let r = begin; r < end; r++) {
    const o = (r * dim) << 2, u = unit + o, p = dy + o, q = dx + o;
    let j: usize = 0;
    for (; j + 4 <= dim; j += 4) v128.store(q + (j << 2), f32x4.mul(v128.load(gain + (j << 2)), v128.load(p + (j << 2))));
    for (; j < dim; j++) f32.store(q + (j << 2), f32.load(gain + (j << 2)) * f32.load(p + (j << 2)));
    const mean = sumOf(q, dim) / <f32>dim, along = dot(q, u, dim) / <f32>dim, inverse = f32.load(inverses + (r << 2));
    const m = f32x4.splat(mean), a = f32x4.splat(-along), f = f32x4.splat(inverse);
    for (j = 0; j + 4 <= dim; j += 4) {
      const k = j << 2;
      v128.store(q + k, f32x4.mul(f, fma(a, v128.load(u + k), f32x4.sub(v128.load(q + k), m))));
    }
    for (; j < dim; j++) {
      const k = j << 2;
      f32.store(q + k, inverse * (f32.load(q + k) - mean - along * f32.load(u + k)));
    }
  }
}
