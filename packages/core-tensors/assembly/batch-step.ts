// A step on several inputs at once, each with a target of its own, that share the outputs with label 0: two small matrix products.
import { step } from "./pair-step";
import { fma, sumLanes } from "./simd";
import {
  copyRow, gradients, inputRow, NEVER, outputRow, rateOf, restOfLoss, rowsOfX, rowsOfY, SCORES, setInput, setOutput, someOfLoss, spareRow,
  STRIDE, sums, targetItem, targetRow,
} from "./step-memory";

const TILE: usize = 5; // outputs that stay in registers: as many as there mostly are

/** Scores of two inputs with five outputs, whose rows lie one after the other. */
function scores2x5(x: usize, y: usize, bytes: usize, out: usize): void {
  const zero = f32x4.splat(0);
  let a0 = zero, a1 = zero, a2 = zero, a3 = zero, a4 = zero;
  let b0 = zero, b1 = zero, b2 = zero, b3 = zero, b4 = zero;
  const y1 = y + bytes, y2 = y1 + bytes, y3 = y2 + bytes, y4 = y3 + bytes, z = x + bytes;
  for (let o: usize = 0; o < bytes; o += 16) {
    const p = v128.load(x + o), q = v128.load(z + o);
    let v = v128.load(y + o); a0 = fma(p, v, a0); b0 = fma(q, v, b0);
    v = v128.load(y1 + o); a1 = fma(p, v, a1); b1 = fma(q, v, b1);
    v = v128.load(y2 + o); a2 = fma(p, v, a2); b2 = fma(q, v, b2);
    v = v128.load(y3 + o); a3 = fma(p, v, a3); b3 = fma(q, v, b3);
    v = v128.load(y4 + o); a4 = fma(p, v, a4); b4 = fma(q, v, b4);
  }
  v128.store(out, sums(a0, a1, a2, a3));
  f32.store(out, sumLanes(a4), 16);
  v128.store(out + (STRIDE << 2), sums(b0, b1, b2, b3));
  f32.store(out + (STRIDE << 2), sumLanes(b4), 16);
}

/** Scores of one input with five outputs. */
function scores1x5(x: usize, y: usize, bytes: usize, out: usize): void {
  const zero = f32x4.splat(0);
  let a0 = zero, a1 = zero, a2 = zero, a3 = zero, a4 = zero;
  const y1 = y + bytes, y2 = y1 + bytes, y3 = y2 + bytes, y4 = y3 + bytes;
  for (let o: usize = 0; o < bytes; o += 16) {
    const p = v128.load(x + o);
    a0 = fma(p, v128.load(y + o), a0); a1 = fma(p, v128.load(y1 + o), a1); a2 = fma(p, v128.load(y2 + o), a2);
    a3 = fma(p, v128.load(y3 + o), a3); a4 = fma(p, v128.load(y4 + o), a4);
  }
  v128.store(out, sums(a0, a1, a2, a3));
  f32.store(out, sumLanes(a4), 16);
}

/** Inputs gain Σⱼ gᵢⱼ yⱼ and five outputs Σᵢ gᵢⱼ xᵢ. */
function apply5(scratch: usize, n: usize, x: usize, y: usize, bytes: usize, g: usize, first: usize): void {
  const p0 = outputRow(scratch, first), p1 = outputRow(scratch, first + 1), p2 = outputRow(scratch, first + 2);
  const p3 = outputRow(scratch, first + 3), p4 = outputRow(scratch, first + 4);
  const zero = f32x4.splat(0);
  for (let o: usize = 0; o < bytes; o += 16) {
    const yo = y + o;
    const y0 = v128.load(yo), y1 = v128.load(yo + bytes), y2 = v128.load(yo + 2 * bytes);
    const y3 = v128.load(yo + 3 * bytes), y4 = v128.load(yo + 4 * bytes);
    let d0 = zero, d1 = zero, d2 = zero, d3 = zero, d4 = zero;
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
      v128.store(row, d);
      xo += bytes;
      gi += STRIDE << 2;
    }
    v128.store(p0 + o, f32x4.add(v128.load(p0 + o), d0)); v128.store(p1 + o, f32x4.add(v128.load(p1 + o), d1));
    v128.store(p2 + o, f32x4.add(v128.load(p2 + o), d2)); v128.store(p3 + o, f32x4.add(v128.load(p3 + o), d3));
    v128.store(p4 + o, f32x4.add(v128.load(p4 + o), d4));
  }
}

/** Copies the outputs and computes the scores of the inputs' copies with them, a row of scores for each input. */
function scoreOutputs(scratch: usize, n: usize, m: usize, dim: usize, scores: usize): void {
  const bytes = dim << 2, x = rowsOfX(scratch), y = rowsOfY(scratch, dim), spare = spareRow(scratch, dim);
  for (let j: usize = 0; j < m; j++) copyRow(y + j * bytes, outputRow(scratch, j), bytes);
  // Outputs that fill the last tile lie in spare memory and have no gradient.
  for (let j = m; j % TILE != 0; j++) {
    setOutput(scratch, j, spare);
    memory.fill(y + j * bytes, 0, bytes);
  }
  for (let j: usize = 0; j < m; j += TILE) {
    const yt = y + j * bytes, st = scores + (j << 2);
    let i: usize = 0;
    for (; i + 2 <= n; i += 2) scores2x5(x + i * bytes, yt, bytes, st + i * (STRIDE << 2));
    if (i < n) scores1x5(x + i * bytes, yt, bytes, st + i * (STRIDE << 2));
  }
}

/** Copies a row and returns its product with another. */
@inline function copyAndDot(to: usize, a: usize, b: usize, bytes: usize): f32 {
  let sum = f32x4.splat(0);
  for (let o: usize = 0; o < bytes; o += 16) {
    const v = v128.load(a + o);
    v128.store(to + o, v);
    sum = fma(v, v128.load(b + o), sum);
  }
  return sumLanes(sum);
}

/**
 * A step on the n inputs and their targets that were set, and the m outputs, items[0 … m), as label 0; a pair of an output with an input whose target
 * it is does not count. The outputs learn first, then input after input with its target. Returns the loss before the step.
 */
export function learnBatch(scratch: usize, n: usize, m: usize, items: usize, dim: usize): f64 {
  const bytes = dim << 2, x = rowsOfX(scratch), y = rowsOfY(scratch, dim), scores = scratch + SCORES;
  for (let i: usize = 0; i < n; i++) // the first column is the targets'
    f32.store(scores + i * (STRIDE << 2), copyAndDot(x + i * bytes, inputRow(scratch, i), targetRow(scratch, i), bytes));
  scoreOutputs(scratch, n, m, dim, scores + 4);
  let loss: f64 = 0;
  for (let i: usize = 0; i < n; i++) {
    const p = scores + i * (STRIDE << 2), item = targetItem(scratch, i);
    for (let j: usize = 0; j < m; j++) if (load<u32>(items + (j << 2)) == item) f32.store(p + (j << 2), NEVER, 4);
    loss += gradients(p, m + 1, 1, rateOf(scratch, i)) + someOfLoss();
  }
  for (let j: usize = 0; j < m; j += TILE) apply5(scratch, n, x, y + j * bytes, bytes, scores + 4 + (j << 2), j);
  for (let i: usize = 0; i < n; i++) {
    const row = inputRow(scratch, i), target = targetRow(scratch, i), xi = x + i * bytes;
    const g = v128.load32_splat(scores + i * (STRIDE << 2));
    for (let o: usize = 0; o < bytes; o += 16) {
      const t = v128.load(target + o);
      v128.store(row + o, fma(g, t, v128.load(row + o)));
      v128.store(target + o, fma(g, v128.load(xi + o), t));
    }
  }
  return loss + restOfLoss();
}

/** Input i of the last batch learns from the m outputs that were set for it since, as label 0. Returns the loss before the step. */
export function learnMore(scratch: usize, i: usize, m: usize, dim: usize): f64 {
  setInput(scratch, 0, inputRow(scratch, i));
  return step(scratch, m, 0, dim, rateOf(scratch, i));
}
