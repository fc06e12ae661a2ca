// Rows of scores to probabilities and losses.
import { expNegative1, expNegative4, maxLanes, sumLanes } from "./simd";

@inline export function rowMax(z: usize, columns: usize): f32 {
  let j: usize = 0;
  const low = f32x4.splat(-Infinity);
  let m0 = low, m1 = low, m2 = low, m3 = low;
  for (; j + 16 <= columns; j += 16) {
    const p = z + (j << 2);
    m0 = f32x4.pmax(m0, v128.load(p)); m1 = f32x4.pmax(m1, v128.load(p, 16));
    m2 = f32x4.pmax(m2, v128.load(p, 32)); m3 = f32x4.pmax(m3, v128.load(p, 48));
  }
  let m = maxLanes(f32x4.pmax(f32x4.pmax(m0, m1), f32x4.pmax(m2, m3)));
  for (; j < columns; j++) {
    const v = f32.load(z + (j << 2));
    if (m < v) m = v;
  }
  return m;
}

/** out = exp(z − m); returns its sum. */
@inline export function rowExp(z: usize, columns: usize, m: f32, out: usize): f32 {
  const mv = f32x4.splat(m);
  let j: usize = 0;
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
  for (; j + 16 <= columns; j += 16) {
    const p = z + (j << 2), q = out + (j << 2);
    const e0 = expNegative4(f32x4.sub(v128.load(p), mv)), e1 = expNegative4(f32x4.sub(v128.load(p, 16), mv));
    const e2 = expNegative4(f32x4.sub(v128.load(p, 32), mv)), e3 = expNegative4(f32x4.sub(v128.load(p, 48), mv));
    v128.store(q, e0); v128.store(q, e1, 16); v128.store(q, e2, 32); v128.store(q, e3, 48);
    s0 = f32x4.add(s0, e0); s1 = f32x4.add(s1, e1); s2 = f32x4.add(s2, e2); s3 = f32x4.add(s3, e3);
  }
  let s = sumLanes(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
  for (; j < columns; j++) {
    const e = expNegative1(f32.load(z + (j << 2)) - m);
    f32.store(out + (j << 2), e);
    s += e;
  }
  return s;
}

@inline export function rowScale(out: usize, columns: usize, factor: f32): void {
  const f = f32x4.splat(factor);
  let j: usize = 0;
  for (; j + 8 <= columns; j += 8) {
    const q = out + (j << 2);
    v128.store(q, f32x4.mul(v128.load(q), f)); v128.store(q, f32x4.mul(v128.load(q, 16), f), 16);
  }
  for (; j < columns; j++) f32.store(out + (j << 2), f32.load(out + (j << 2)) * factor);
}

/** y = softmax(x), row by row. */
export function softmax(begin: usize, end: usize, scratch: usize, columns: usize, x: usize, y: usize): void {
  for (let i = begin; i < end; i++) {
    const z = x + ((i * columns) << 2), out = y + ((i * columns) << 2);
    rowScale(out, columns, 1 / rowExp(z, columns, rowMax(z, columns), out));
  }
}

/** y = log softmax(x), row by row. */
export function logSoftmax(begin: usize, end: usize, scratch: usize, columns: usize, x: usize, y: usize): void {
  for (let i = begin; i < end; i++) {
    const z = x + ((i * columns) << 2), out = y + ((i * columns) << 2);
    const m = rowMax(z, columns);
    const shift = m + Mathf.log(rowExp(z, columns, m, out));
    for (let j: usize = 0; j < columns; j++) f32.store(out + (j << 2), f32.load(z + (j << 2)) - shift);
  }
}

/**
 * Cross-entropy of softmax(x + bias) against one target column a row, and its gradient in place of x: losses[r] = −log(p + ε) with p the target's share, then
 * x[r] = (softmax − onehot) · scale · p / (p + ε). `bias` may be 0 for none; without ε the loss is logsumexp(x[r] + bias) − x[r, t] − bias[t].
 */
export function softmaxCrossEntropy(begin: usize, end: usize, scratch: usize, columns: usize, x: usize, bias: usize, targets: usize, scale: f32, epsilon: f32, losses: usize): void {
  for (let i = begin; i < end; i++) {
    const z = x + ((i * columns) << 2), t = z + (<usize>load<u32>(targets + (i << 2)) << 2);
    if (bias != 0) for (let j: usize = 0; j < columns; j++) f32.store(z + (j << 2), f32.load(z + (j << 2)) + f32.load(bias + (j << 2)));
    const m = rowMax(z, columns), target = f32.load(t);
    const s = rowExp(z, columns, m, z);
    let factor = scale;
    if (epsilon == 0) f32.store(losses + (i << 2), Mathf.log(s) + (m - target));
    else {
      const share = f32.load(t) / s;
      f32.store(losses + (i << 2), -Mathf.log(share + epsilon));
      factor *= share / (share + epsilon);
    }
    rowScale(z, columns, factor / s);
    f32.store(t, f32.load(t) - factor);
  }
}

/**
 * Cross-entropy of softmax(x + bias) against a sparse row of counts t[r], and its gradient in place of x: losses[r] = Σ t · (logsumexp − x − bias), then
 * x[r] = (softmax · Σ t − t) · scale.
 */
export function multinomialCrossEntropy(begin: usize, end: usize, scratch: usize, columns: usize, x: usize, bias: usize, offsets: usize, indices: usize, values: usize, scale: f32, losses: usize): void {
  for (let i = begin; i < end; i++) {
    const z = x + ((i * columns) << 2);
    let j: usize = 0;
    for (; j + 4 <= columns; j += 4) v128.store(z + (j << 2), f32x4.add(v128.load(z + (j << 2)), v128.load(bias + (j << 2))));
    for (; j < columns; j++) f32.store(z + (j << 2), f32.load(z + (j << 2)) + f32.load(bias + (j << 2)));
    const m = rowMax(z, columns);
    const kb = <usize>load<u32>(offsets + (i << 2)), ke = <usize>load<u32>(offsets + (i << 2), 4);
    let count: f64 = 0, below: f64 = 0;
    for (let k = kb; k < ke; k++) {
      const v = f32.load(values + (k << 2));
      count += v;
      below += <f64>v * <f64>(m - f32.load(z + (<usize>load<u32>(indices + (k << 2)) << 2)));
    }
    const s = rowExp(z, columns, m, z);
    f32.store(losses + (i << 2), <f32>(count * <f64>Mathf.log(s) + below));
    rowScale(z, columns, (<f32>count * scale) / s);
    for (let k = kb; k < ke; k++) {
      const t = z + (<usize>load<u32>(indices + (k << 2)) << 2);
      f32.store(t, f32.load(t) - f32.load(values + (k << 2)) * scale);
    }
  }
}
