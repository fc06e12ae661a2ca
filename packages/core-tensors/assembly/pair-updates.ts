// One step of stochastic gradient descent on the logistic loss of all pairs of some input rows with some output rows:
//   loss = −Σ log σ(±xᵢ · yⱼ), + for the first `positives` outputs, − for the others
// Gathered, computed as two small matrix products, and added back: rows that occur twice get both updates.
import { expNegative4, fma, sumLanes } from "./simd";

export const GROUP: usize = 16; // most inputs of a step
export const OUTPUTS: usize = 66; // most outputs of a step: 11 tiles
const TILE: usize = 6; // outputs that stay in registers
const STRIDE: usize = 68; // scores of an input, in whole vectors
const NEVER: f32 = -1e30; // the score of a pair without loss or gradient
const LIMIT: f32 = 6; // beyond it the sigmoid counts as 0 or 1 (word2vec.c)

// A thread's scratch memory: pointers to rows, the rows, scores that become gradients.
const IN: usize = 0, OUT: usize = 128, TARGETS: usize = 512, SCORES: usize = 1024, ROWS: usize = SCORES + (GROUP + 1) * (STRIDE << 2);

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

@inline function inputRow(scratch: usize, i: usize): usize {
  return load<usize>(scratch + IN + (i << 2));
}

@inline function outputRow(scratch: usize, j: usize): usize {
  return load<usize>(scratch + OUT + (j << 2));
}

/** Rows are short: a call into the engine's copy would cost more than the copy. */
@inline export function copyRow(to: usize, from: usize, bytes: usize): void {
  for (let o: usize = 0; o < bytes; o += 16) v128.store(to + o, v128.load(from + o));
}

/** Sums of the lanes of a, b, c, d. */
@inline function sums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7)); // a0+a2 b0+b2 a1+a3 b1+b3
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f32>(ab, cd, 0, 1, 4, 5), v128.shuffle<f32>(ab, cd, 2, 3, 6, 7));
}

/** Scores of two inputs with six outputs, whose rows lie one after the other. */
function scores2x6(x: usize, y: usize, dim: usize, out: usize): void {
  const bytes = dim << 2;
  const zero = f32x4.splat(0);
  let a0 = zero, a1 = zero, a2 = zero, a3 = zero, a4 = zero, a5 = zero;
  let b0 = zero, b1 = zero, b2 = zero, b3 = zero, b4 = zero, b5 = zero;
  const y1 = y + bytes, y2 = y1 + bytes, y3 = y2 + bytes, y4 = y3 + bytes, y5 = y4 + bytes, z = x + bytes;
  for (let o: usize = 0; o < bytes; o += 16) {
    const p = v128.load(x + o), q = v128.load(z + o);
    let v = v128.load(y + o); a0 = fma(p, v, a0); b0 = fma(q, v, b0);
    v = v128.load(y1 + o); a1 = fma(p, v, a1); b1 = fma(q, v, b1);
    v = v128.load(y2 + o); a2 = fma(p, v, a2); b2 = fma(q, v, b2);
    v = v128.load(y3 + o); a3 = fma(p, v, a3); b3 = fma(q, v, b3);
    v = v128.load(y4 + o); a4 = fma(p, v, a4); b4 = fma(q, v, b4);
    v = v128.load(y5 + o); a5 = fma(p, v, a5); b5 = fma(q, v, b5);
  }
  v128.store(out, sums(a0, a1, a2, a3));
  v128.store64_lane(out + 16, sums(a4, a5, a4, a5), 0);
  v128.store(out + (STRIDE << 2), sums(b0, b1, b2, b3));
  v128.store64_lane(out + (STRIDE << 2) + 16, sums(b4, b5, b4, b5), 0);
}

/** Scores of one input with six outputs. */
function scores1x6(x: usize, y: usize, dim: usize, out: usize): void {
  const bytes = dim << 2;
  const zero = f32x4.splat(0);
  let a0 = zero, a1 = zero, a2 = zero, a3 = zero, a4 = zero, a5 = zero;
  const y1 = y + bytes, y2 = y1 + bytes, y3 = y2 + bytes, y4 = y3 + bytes, y5 = y4 + bytes;
  for (let o: usize = 0; o < bytes; o += 16) {
    const p = v128.load(x + o);
    a0 = fma(p, v128.load(y + o), a0); a1 = fma(p, v128.load(y1 + o), a1); a2 = fma(p, v128.load(y2 + o), a2);
    a3 = fma(p, v128.load(y3 + o), a3); a4 = fma(p, v128.load(y4 + o), a4); a5 = fma(p, v128.load(y5 + o), a5);
  }
  v128.store(out, sums(a0, a1, a2, a3));
  v128.store64_lane(out + 16, sums(a4, a5, a4, a5), 0);
}

/** Inputs gain Σⱼ gᵢⱼ yⱼ and six outputs Σᵢ gᵢⱼ xᵢ. */
function apply6(scratch: usize, n: usize, x: usize, y: usize, dim: usize, g: usize, first: usize): void {
  const bytes = dim << 2;
  const p0 = outputRow(scratch, first), p1 = outputRow(scratch, first + 1), p2 = outputRow(scratch, first + 2);
  const p3 = outputRow(scratch, first + 3), p4 = outputRow(scratch, first + 4), p5 = outputRow(scratch, first + 5);
  const zero = f32x4.splat(0);
  for (let o: usize = 0; o < bytes; o += 16) {
    const yo = y + o;
    const y0 = v128.load(yo), y1 = v128.load(yo + bytes), y2 = v128.load(yo + 2 * bytes);
    const y3 = v128.load(yo + 3 * bytes), y4 = v128.load(yo + 4 * bytes), y5 = v128.load(yo + 5 * bytes);
    let d0 = zero, d1 = zero, d2 = zero, d3 = zero, d4 = zero, d5 = zero;
    let xo = x + o, gi = g;
    for (let i: usize = 0; i < n; i++) {
      const row = inputRow(scratch, i) + o;
      const xi = v128.load(xo);
      let d = v128.load(row);
      let gj = v128.load32_splat(gi); d = fma(gj, y0, d); d0 = fma(gj, xi, d0);
      gj = v128.load32_splat(gi, 4); d = fma(gj, y1, d); d1 = fma(gj, xi, d1);
      gj = v128.load32_splat(gi, 8); d = fma(gj, y2, d); d2 = fma(gj, xi, d2);
      gj = v128.load32_splat(gi, 12); d = fma(gj, y3, d); d3 = fma(gj, xi, d3);
      gj = v128.load32_splat(gi, 16); d = fma(gj, y4, d); d4 = fma(gj, xi, d4);
      gj = v128.load32_splat(gi, 20); d = fma(gj, y5, d); d5 = fma(gj, xi, d5);
      v128.store(row, d);
      xo += bytes;
      gi += STRIDE << 2;
    }
    v128.store(p0 + o, f32x4.add(v128.load(p0 + o), d0)); v128.store(p1 + o, f32x4.add(v128.load(p1 + o), d1));
    v128.store(p2 + o, f32x4.add(v128.load(p2 + o), d2)); v128.store(p3 + o, f32x4.add(v128.load(p3 + o), d3));
    v128.store(p4 + o, f32x4.add(v128.load(p4 + o), d4)); v128.store(p5 + o, f32x4.add(v128.load(p5 + o), d5));
  }
}

let factor: f64 = 1; // what the loss has yet to take the logarithm of

/**
 * Turns one input's scores into what its pairs' gradients are times the rate, (label − σ(score)) · rate; the outputs past `m` get 0.
 * Returns the loss but for the logarithm of what `factor` is multiplied by.
 */
@inline function gradients(p: usize, m: usize, positives: usize, rate: f32): f64 {
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

@inline function rowsOfX(scratch: usize): usize {
  return scratch + ROWS;
}

@inline function rowsOfY(scratch: usize, dim: usize): usize {
  return scratch + ROWS + (GROUP + 1) * (dim << 2);
}

/** The scores of the inputs and outputs that were set, kept for `learn`; returns where the first input's are. */
export function score(scratch: usize, n: usize, m: usize, dim: usize): usize {
  scoreRows(scratch, n, m, dim, scratch + SCORES);
  return scratch + SCORES;
}

function scoreRows(scratch: usize, n: usize, m: usize, dim: usize, scores: usize): void {
  const bytes = dim << 2;
  const x = rowsOfX(scratch), y = rowsOfY(scratch, dim), spare = y + OUTPUTS * bytes;
  for (let i: usize = 0; i < n; i++) copyRow(x + i * bytes, inputRow(scratch, i), bytes);
  for (let j: usize = 0; j < m; j++) copyRow(y + j * bytes, outputRow(scratch, j), bytes);
  const tiles = (m + TILE - 1) / TILE;
  // Outputs that fill the last tile lie in spare memory and have no gradient.
  for (let j = m; j < tiles * TILE; j++) {
    setOutput(scratch, j, spare);
    memory.fill(y + j * bytes, 0, bytes);
  }
  for (let t: usize = 0; t < tiles; t++) {
    const yt = y + t * TILE * bytes, st = scores + t * TILE * 4;
    let i: usize = 0;
    for (; i + 2 <= n; i += 2) scores2x6(x + i * bytes, yt, dim, st + i * (STRIDE << 2));
    if (i < n) scores1x6(x + i * bytes, yt, dim, st + i * (STRIDE << 2));
  }
}

/**
 * Turns the scores into gradients times the rate, the first `positives` outputs having label 1, and adds them to the rows.
 * @returns the loss of the n · m pairs before the step, summed in float64
 */
export function learn(scratch: usize, n: usize, m: usize, positives: usize, dim: usize, rate: f32): f64 {
  const scores = scratch + SCORES;
  let loss: f64 = 0;
  factor = 1;
  for (let i: usize = 0; i < n; i++) {
    loss += gradients(scores + i * (STRIDE << 2), m, positives, rate);
    if (factor > 1e200) {
      loss += NativeMath.log(factor);
      factor = 1;
    }
  }
  loss += NativeMath.log(factor);
  const tiles = (m + TILE - 1) / TILE, x = rowsOfX(scratch), y = rowsOfY(scratch, dim);
  for (let t: usize = 0; t < tiles; t++)
    apply6(scratch, n, x, y + t * TILE * (dim << 2), dim, scores + t * TILE * 4, t * TILE);
  return loss;
}

/** The whole step on the n inputs and m outputs that were set. `dim` is a multiple of 4. */
export function step(scratch: usize, n: usize, m: usize, positives: usize, dim: usize, rate: f32): f64 {
  score(scratch, n, m, dim);
  return learn(scratch, n, m, positives, dim, rate);
}

@inline function dot(a: usize, b: usize, bytes: usize): f32 {
  let s0 = f32x4.splat(0), s1 = s0, o: usize = 0;
  for (; o + 32 <= bytes; o += 32) {
    s0 = fma(v128.load(a + o), v128.load(b + o), s0);
    s1 = fma(v128.load(a + o, 16), v128.load(b + o, 16), s1);
  }
  if (o < bytes) s0 = fma(v128.load(a + o), v128.load(b + o), s0);
  return sumLanes(f32x4.add(s0, s1));
}

/**
 * A step on n inputs, each with the target that was set for it, and all with the m outputs that were set, items[0 … m), as label 0; a pair of an output with an
 * input whose target it is does not count. The outputs learn first, then input after input with its target. Returns the loss before the step.
 */
export function learnBatch(scratch: usize, n: usize, m: usize, items: usize, dim: usize): f64 {
  const bytes = dim << 2, x = rowsOfX(scratch), y = rowsOfY(scratch, dim), scores = scratch + SCORES;
  scoreRows(scratch, n, m, dim, scores + 4); // the first column is the targets'
  let loss: f64 = 0;
  factor = 1;
  for (let i: usize = 0; i < n; i++) {
    const at = scratch + TARGETS + i * 12, p = scores + i * (STRIDE << 2), item = load<u32>(at, 4);
    f32.store(p, dot(x + i * bytes, load<usize>(at), bytes));
    for (let j: usize = 0; j < m; j++) if (load<u32>(items + (j << 2)) == item) f32.store(p + (j << 2), NEVER, 4);
    loss += gradients(p, m + 1, 1, f32.load(at, 8));
    if (factor > 1e200) {
      loss += NativeMath.log(factor);
      factor = 1;
    }
  }
  const tiles = (m + TILE - 1) / TILE;
  for (let t: usize = 0; t < tiles; t++) apply6(scratch, n, x, y + t * TILE * bytes, dim, scores + 4 + t * TILE * 4, t * TILE);
  for (let i: usize = 0; i < n; i++) {
    const row = inputRow(scratch, i), target = load<usize>(scratch + TARGETS + i * 12), xi = x + i * bytes;
    const g = v128.load32_splat(scores + i * (STRIDE << 2));
    for (let o: usize = 0; o < bytes; o += 16) {
      const t = v128.load(target + o);
      v128.store(row + o, fma(g, t, v128.load(row + o)));
      v128.store(target + o, fma(g, v128.load(xi + o), t));
    }
  }
  return loss + NativeMath.log(factor);
}

/** Input i of the last batch learns from the m outputs that were set for it since, as label 0. Returns the loss before the step. */
export function learnMore(scratch: usize, i: usize, m: usize, dim: usize): f64 {
  setInput(scratch, 0, inputRow(scratch, i));
  return step(scratch, 1, m, 0, dim, f32.load(scratch + TARGETS + i * 12, 8));
}
