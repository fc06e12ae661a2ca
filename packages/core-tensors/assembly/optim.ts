// Optimiser updates. The row-sparse forms touch only the listed rows, each listed once.
import { fma } from "./simd";

@inline export function adamSpan(count: usize, rate: f32, beta1: f64, beta2: f64, epsilon: f32, g: usize, m: usize, v: usize, p: usize): void {
  // 1 − β in float64: in float32 it would lose the last digits of 1 − 0.999.
  const beta1f = <f32>beta1, beta2f = <f32>beta2, gamma1 = <f32>(1 - beta1), gamma2 = <f32>(1 - beta2);
  const b1 = f32x4.splat(beta1f), c1 = f32x4.splat(gamma1), b2 = f32x4.splat(beta2f), c2 = f32x4.splat(gamma2);
  const r = f32x4.splat(rate), ep = f32x4.splat(epsilon);
  const e = count << 2;
  let o: usize = 0;
  for (; o + 16 <= e; o += 16) {
    const gv = v128.load(g + o);
    const mv = fma(b1, v128.load(m + o), f32x4.mul(c1, gv));
    const vv = fma(b2, v128.load(v + o), f32x4.mul(c2, f32x4.mul(gv, gv)));
    v128.store(m + o, mv);
    v128.store(v + o, vv);
    v128.store(p + o, f32x4.sub(v128.load(p + o), f32x4.div(f32x4.mul(r, mv), f32x4.add(f32x4.sqrt(vv), ep))));
  }
  for (; o < e; o += 4) {
    const gv = f32.load(g + o);
    const mv = beta1f * f32.load(m + o) + gamma1 * gv;
    const vv = beta2f * f32.load(v + o) + gamma2 * (gv * gv);
    f32.store(m + o, mv);
    f32.store(v + o, vv);
    f32.store(p + o, f32.load(p + o) - (rate * mv) / (sqrt(vv) + epsilon));
  }
}

/** m = β₁m + (1−β₁)g, v = β₂v + (1−β₂)g², p −= rate·m / (√v + ε), over floats begin … end. */
export function adam(begin: usize, end: usize, scratch: usize, rate: f32, beta1: f64, beta2: f64, epsilon: f32, g: usize, m: usize, v: usize, p: usize): void {
  const o = begin << 2;
  adamSpan(end - begin, rate, beta1, beta2, epsilon, g + o, m + o, v + o, p + o);
}

/** The same on rows ids[r], with gradient g[r], for r in begin … end. */
export function adamRows(begin: usize, end: usize, scratch: usize, rate: f32, beta1: f64, beta2: f64, epsilon: f32, dim: usize, ids: usize, g: usize, m: usize, v: usize, p: usize): void {
  const bytes = dim << 2;
  for (let r = begin; r < end; r++) {
    const o = <usize>load<u32>(ids + (r << 2)) * bytes;
    adamSpan(dim, rate, beta1, beta2, epsilon, g + r * bytes, m + o, v + o, p + o);
  }
}

@inline function adagradSpan(count: usize, rate: f32, momentum: f32, epsilon: f32, g: usize, s: usize, v: usize, p: usize): void {
  const e = count << 2, r = f32x4.splat(rate), b = f32x4.splat(momentum), ep = f32x4.splat(epsilon);
  let o: usize = 0;
  for (; o + 16 <= e; o += 16) {
    const gv = v128.load(g + o), sv = f32x4.add(v128.load(s + o), f32x4.mul(gv, gv));
    v128.store(s + o, sv);
    let change = f32x4.div(f32x4.mul(r, gv), f32x4.sqrt(f32x4.add(sv, ep)));
    if (v != 0) {
      change = f32x4.add(f32x4.mul(b, v128.load(v + o)), change);
      v128.store(v + o, change);
    }
    v128.store(p + o, f32x4.sub(v128.load(p + o), change));
  }
  for (; o < e; o += 4) {
    const gv = f32.load(g + o), sv = f32.load(s + o) + gv * gv;
    f32.store(s + o, sv);
    let change = (rate * gv) / sqrt(sv + epsilon);
    if (v != 0) {
      change = momentum * f32.load(v + o) + change;
      f32.store(v + o, change);
    }
    f32.store(p + o, f32.load(p + o) - change);
  }
}

/** s += g², v = momentum·v + rate·g / √(s + ε), p −= v, over floats begin … end; v may be 0 for no momentum. */
export function adagrad(begin: usize, end: usize, scratch: usize, rate: f32, momentum: f32, epsilon: f32, g: usize, s: usize, v: usize, p: usize): void {
  const o = begin << 2;
  adagradSpan(end - begin, rate, momentum, epsilon, g + o, s + o, v == 0 ? 0 : v + o, p + o);
}

/** The same on rows ids[r], with gradient g[r]. */
export function adagradRows(begin: usize, end: usize, scratch: usize, rate: f32, momentum: f32, epsilon: f32, dim: usize, ids: usize, g: usize, s: usize, v: usize, p: usize): void {
  const bytes = dim << 2;
  for (let r = begin; r < end; r++) {
    const o = <usize>load<u32>(ids + (r << 2)) * bytes;
    adagradSpan(dim, rate, momentum, epsilon, g + r * bytes, s + o, v == 0 ? 0 : v + o, p + o);
  }
}
