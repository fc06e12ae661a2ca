// What a step of gradient descent on pairs of rows works with: a thread's scratch memory, and the logistic loss of scores.
import { expNegative4, fma, sumLanes } from "./simd";

export const GROUP: usize = 16; // most inputs of a batch
export const OUTPUTS: usize = 66; // most outputs of a step: 11 tiles
export const TILE: usize = 6; // outputs that stay in registers
export const STRIDE: usize = 68; // scores of an input, in whole vectors
export const NEVER: f32 = -1e30; // the score of a pair without loss or gradient
const LIMIT: f32 = 6; // beyond it the sigmoid counts as 0 or 1 (word2vec.c)

// Pointers to rows, scores that become gradients, copies of rows.
const IN: usize = 0, OUT: usize = 128, TARGETS: usize = 512;
export const SCORES: usize = 1024;
const ROWS: usize = SCORES + (GROUP + 1) * (STRIDE << 2);

/** Bytes of scratch memory that a step takes, at rows of `dim` floats. */
@inline export function stepBytes(dim: usize): usize {
  return ROWS + (GROUP + 1 + OUTPUTS + 1) * (dim << 2);
}

@inline export function setInput(scratch: usize, i: usize, row: usize): void {
  store<usize>(scratch + IN + (i << 2), row);
}

@inline export function setOutput(scratch: usize, j: usize, row: usize): void {
  store<usize>(scratch + OUT + (j << 2), row);
}

/** The target of input i, which is no output of the others: its row, its number, and the learning rate of the pair. */
@inline export function setTarget(scratch: usize, i: usize, row: usize, item: u32, rate: f32): void {
  const at = scratch + TARGETS + i * 12;
  store<usize>(at, row);
  store<u32>(at, item, 4);
  f32.store(at, rate, 8);
}

@inline export function targetItem(scratch: usize, i: usize): u32 {
  return load<u32>(scratch + TARGETS + i * 12, 4);
}

/** The learning rate of input i with its target. */
@inline export function rateOf(scratch: usize, i: usize): f32 {
  return f32.load(scratch + TARGETS + i * 12, 8);
}

@inline export function targetRow(scratch: usize, i: usize): usize {
  return load<usize>(scratch + TARGETS + i * 12);
}

@inline export function inputRow(scratch: usize, i: usize): usize {
  return load<usize>(scratch + IN + (i << 2));
}

@inline export function outputRow(scratch: usize, j: usize): usize {
  return load<usize>(scratch + OUT + (j << 2));
}

/** Rows are short: a call into the engine's copy would cost more than the copy. */
@inline export function copyRow(to: usize, from: usize, bytes: usize): void {
  for (let o: usize = 0; o < bytes; o += 16) v128.store(to + o, v128.load(from + o));
}

/** Copies of the inputs. */
@inline export function rowsOfX(scratch: usize): usize {
  return scratch + ROWS;
}

/** Copies of the outputs, and a spare row behind them. */
@inline export function rowsOfY(scratch: usize, dim: usize): usize {
  return scratch + ROWS + (GROUP + 1) * (dim << 2);
}

/** The spare row: what fills a last tile. It is all 0. */
@inline export function spareRow(scratch: usize, dim: usize): usize {
  return rowsOfY(scratch, dim) + OUTPUTS * (dim << 2);
}

@inline export function dotRows(a: usize, b: usize, bytes: usize): f32 {
  let s0 = f32x4.splat(0), s1 = s0, o: usize = 0;
  for (; o + 32 <= bytes; o += 32) {
    s0 = fma(v128.load(a + o), v128.load(b + o), s0);
    s1 = fma(v128.load(a + o, 16), v128.load(b + o, 16), s1);
  }
  if (o < bytes) s0 = fma(v128.load(a + o), v128.load(b + o), s0);
  return sumLanes(f32x4.add(s0, s1));
}

/** Sums of the lanes of a, b, c, d. */
@inline export function sums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7)); // a0+a2 b0+b2 a1+a3 b1+b3
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}

let factor: f64 = 1; // what the loss has yet to take the logarithm of

/**
 * Turns one input's scores into what its pairs' gradients are times the rate, (label − σ(score)) · rate; the outputs past `m` get 0.
 * Returns the loss but for a logarithm, which `restOfLoss` takes of many at once.
 */
@inline export function gradients(p: usize, m: usize, positives: usize, rate: f32): f64 {
  const one = f32x4.splat(1), limit = f32x4.splat(LIMIT), zero = f32x4.splat(0), r = f32x4.splat(rate);
  let product = one, linear = zero;
  let place = i32x4(0, 1, 2, 3);
  const count = i32x4.splat(<i32>m), wanted = i32x4.splat(<i32>positives), four = i32x4.splat(4);
  for (let j: usize = 0; j < m; j += 4, p += 16) {
    const there = i32x4.lt_s(place, count), label = v128.and(i32x4.lt_s(place, wanted), one);
    const s = v128.load(p), size = f32x4.abs(s);
    const e = expNegative4(f32x4.neg(size)), above = f32x4.add(one, e);
    let sigma = f32x4.div(v128.bitselect(e, one, f32x4.lt(s, zero)), above);
    sigma = v128.bitselect(v128.and(f32x4.gt(s, zero), one), sigma, f32x4.gt(size, limit));
    v128.store(p, v128.and(f32x4.mul(f32x4.sub(label, sigma), r), there));
    product = f32x4.mul(product, v128.bitselect(above, one, there));
    // −log σ(s) = log(1 + e^−|s|) + max(−s, 0) where the label is 1; of −s where it is 0
    const against = v128.bitselect(f32x4.neg(s), s, f32x4.gt(label, zero));
    linear = f32x4.add(linear, v128.and(f32x4.max(against, zero), there));
    place = i32x4.add(place, four);
  }
  factor *= <f64>f32x4.extract_lane(product, 0) * <f64>f32x4.extract_lane(product, 1) * <f64>f32x4.extract_lane(product, 2) * <f64>f32x4.extract_lane(product, 3);
  return <f64>f32x4.extract_lane(linear, 0) + <f64>f32x4.extract_lane(linear, 1) + <f64>f32x4.extract_lane(linear, 2) + <f64>f32x4.extract_lane(linear, 3);
}

/** The part of the loss that `gradients` has left since it was last asked for. */
export function restOfLoss(): f64 {
  const rest = NativeMath.log(factor);
  factor = 1;
  return rest;
}

/** Takes the logarithm when what it is of nears the end of float64. */
@inline export function someOfLoss(): f64 {
  return factor > 1e200 ? restOfLoss() : 0;
}
