// Matrix factorisation of pairs, told from pairs with drawn items: logistic loss, biases and weight decay.
import { drawItem, useItems } from "./negatives";
import { learn, score } from "./pair-step";
import { setInput, setOutput, stepBytes } from "./step-memory";
import { seed } from "./stream";

/** row ·= factor. */
@inline function shrink(row: usize, factor: f32, bytes: usize): void {
  const f = f32x4.splat(factor);
  for (let o: usize = 0; o < bytes; o += 16) v128.store(row + o, f32x4.mul(f, v128.load(row + o)));
}

/**
 * Trains on pairs begin … end: (left[t], right[t]) with label 1 and (left[t], item) with label 0 for each drawn item other than right[t]. The score is the
 * dot product of the rows, plus both biases where there are any (addresses not 0). Rows and biases first lose the share decay · rate.
 */
export function factorize(
  begin: usize, end: usize, scratch: usize, k0: u32, k1: u32, first: u32, left: usize, right: usize, weights: usize,
  vocabularySize: u32, thresholds: usize, aliases: usize, leftTable: usize, rightTable: usize, leftBias: usize, rightBias: usize,
  dim: usize, negatives: u32, rate0: f64, fall: f64, least: f64, decay: f32, losses: usize,
): void {
  useItems(vocabularySize, thresholds, aliases);
  const bytes = dim << 2, items = scratch + ((stepBytes(dim) + 63) & ~63);
  for (let t = begin; t < end; t++) {
    seed(k0, k1, first + <u32>t, 0);
    const a = <usize>load<u32>(left + (t << 2)), target = load<u32>(right + (t << 2));
    let rate = <f32>max(least, rate0 - fall * <f64>t);
    const kept: f32 = 1 - rate * decay;
    if (weights != 0) rate *= f32.load(weights + (t << 2));
    store<u32>(items, target);
    let m: usize = 1;
    for (let n: u32 = 0; n < negatives; n++) {
      const item = drawItem();
      if (item != target) store<u32>(items + (m++ << 2), item);
    }
    const row = leftTable + a * bytes;
    if (decay != 0) shrink(row, kept, bytes);
    setInput(scratch, 0, row);
    for (let j: usize = 0; j < m; j++) {
      const at = rightTable + <usize>load<u32>(items + (j << 2)) * bytes;
      if (decay != 0) shrink(at, kept, bytes);
      setOutput(scratch, j, at);
    }
    const scores = score(scratch, m, dim);
    if (leftBias != 0)
      for (let j: usize = 0; j < m; j++) {
        const b = rightBias + (<usize>load<u32>(items + (j << 2)) << 2);
        f32.store(scores + (j << 2), f32.load(scores + (j << 2)) + f32.load(leftBias + (a << 2)) + f32.load(b));
      }
    f64.store(losses + (t << 3), learn(scratch, m, 1, dim, rate));
    if (leftBias != 0)
      for (let j: usize = 0; j < m; j++) {
        const g = f32.load(scores + (j << 2)), p = leftBias + (a << 2), q = rightBias + (<usize>load<u32>(items + (j << 2)) << 2);
        f32.store(p, f32.load(p) * (j == 0 ? kept : 1) + g);
        f32.store(q, f32.load(q) * kept + g);
      }
  }
}
