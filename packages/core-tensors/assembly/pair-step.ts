// One step of stochastic gradient descent on the logistic loss of an input row with some output rows:
//   loss = −Σ log σ(±x · yⱼ), + for the first `positives` outputs, − for the others
// A row that is there twice gets both updates.
import { fma } from "./simd";
import { copyRow, gradients, inputRow, outputRow, restOfLoss, rowsOfX, SCORES, setOutput, spareRow, sums, TILE } from "./step-memory";

/** Scores of one input with outputs j … j + 5. */
function scores6(scratch: usize, x: usize, j: usize, bytes: usize, out: usize): void {
  const p0 = outputRow(scratch, j), p1 = outputRow(scratch, j + 1), p2 = outputRow(scratch, j + 2);
  const p3 = outputRow(scratch, j + 3), p4 = outputRow(scratch, j + 4), p5 = outputRow(scratch, j + 5);
  const zero = f32x4.splat(0);
  let a0 = zero, a1 = zero, a2 = zero, a3 = zero, a4 = zero, a5 = zero;
  for (let o: usize = 0; o < bytes; o += 16) {
    const p = v128.load(x + o);
    a0 = fma(p, v128.load(p0 + o), a0); a1 = fma(p, v128.load(p1 + o), a1); a2 = fma(p, v128.load(p2 + o), a2);
    a3 = fma(p, v128.load(p3 + o), a3); a4 = fma(p, v128.load(p4 + o), a4); a5 = fma(p, v128.load(p5 + o), a5);
  }
  v128.store(out, sums(a0, a1, a2, a3));
  v128.store64_lane(out + 16, sums(a4, a5, a4, a5), 0);
}

/** row += Σ gⱼ yⱼ over outputs j … j + 5. */
function gather6(scratch: usize, row: usize, j: usize, bytes: usize, g: usize): void {
  const p0 = outputRow(scratch, j), p1 = outputRow(scratch, j + 1), p2 = outputRow(scratch, j + 2);
  const p3 = outputRow(scratch, j + 3), p4 = outputRow(scratch, j + 4), p5 = outputRow(scratch, j + 5);
  const g0 = v128.load32_splat(g), g1 = v128.load32_splat(g, 4), g2 = v128.load32_splat(g, 8);
  const g3 = v128.load32_splat(g, 12), g4 = v128.load32_splat(g, 16), g5 = v128.load32_splat(g, 20);
  for (let o: usize = 0; o < bytes; o += 16) {
    let d = v128.load(row + o);
    d = fma(g0, v128.load(p0 + o), d); d = fma(g1, v128.load(p1 + o), d); d = fma(g2, v128.load(p2 + o), d);
    d = fma(g3, v128.load(p3 + o), d); d = fma(g4, v128.load(p4 + o), d); d = fma(g5, v128.load(p5 + o), d);
    v128.store(row + o, d);
  }
}

/** The scores of the input and the m outputs that were set, kept for `learn`; returns where they are. */
export function score(scratch: usize, m: usize, dim: usize): usize {
  const bytes = dim << 2, x = rowsOfX(scratch), scores = scratch + SCORES;
  copyRow(x, inputRow(scratch, 0), bytes);
  if (m % TILE != 0) {
    const spare = spareRow(scratch, dim);
    memory.fill(spare, 0, bytes);
    for (let j = m; j % TILE != 0; j++) setOutput(scratch, j, spare);
  }
  for (let j: usize = 0; j < m; j += TILE) scores6(scratch, x, j, bytes, scores + (j << 2));
  return scores;
}

/**
 * Turns the scores into gradients times the rate, the first `positives` outputs having label 1, and adds them to the rows.
 * @returns the loss of the m pairs before the step
 */
export function learn(scratch: usize, m: usize, positives: usize, dim: usize, rate: f32): f64 {
  const bytes = dim << 2, x = rowsOfX(scratch), scores = scratch + SCORES, row = inputRow(scratch, 0);
  const loss = gradients(scores, m, positives, rate) + restOfLoss();
  for (let j: usize = 0; j < m; j += TILE) gather6(scratch, row, j, bytes, scores + (j << 2));
  for (let j: usize = 0; j < m; j++) {
    const p = outputRow(scratch, j), g = v128.load32_splat(scores + (j << 2));
    for (let o: usize = 0; o < bytes; o += 16) v128.store(p + o, fma(g, v128.load(x + o), v128.load(p + o)));
  }
  return loss;
}

/** The whole step on the input and the m outputs that were set. `dim` is a multiple of 4. */
export function step(scratch: usize, m: usize, positives: usize, dim: usize, rate: f32): f64 {
  score(scratch, m, dim);
  return learn(scratch, m, positives, dim, rate);
}
