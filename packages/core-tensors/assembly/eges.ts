// Skip-gram whose input is a weighted mean of an item's own row and the rows of its side information (EGES, Wang et al., KDD 2018).
import { drawNegatives, useItems } from "./negatives";
import { step } from "./pair-step";
import { copyRow, dotRows, OUTPUTS, setInput, setOutput, stepBytes } from "./step-memory";
import { below, seed } from "./stream";
import { expNegative1, fma } from "./simd";

const FIELDS: usize = 64; // most fields of an item, its own row included
const NONE: u32 = 0xffffffff;

@inline function addScaled(y: usize, factor: f32, x: usize, bytes: usize): void {
  const f = f32x4.splat(factor);
  for (let o: usize = 0; o < bytes; o += 16) v128.store(y + o, fma(f, v128.load(x + o), v128.load(y + o)));
}

/** shares = softmax of a over the fields that the item has, or 1/their number where a is 0; fields that it lacks get 0. */
function fieldShares(rows: usize, a: usize, fields: usize, shares: usize): void {
  let most: f32 = -Infinity, total: f32 = 0;
  if (a != 0) {
    for (let f: usize = 0; f < fields; f++)
      if (load<u32>(rows + (f << 2)) != NONE) most = max(most, f32.load(a + (f << 2)));
  }
  for (let f: usize = 0; f < fields; f++) {
    let share: f32 = 0;
    if (load<u32>(rows + (f << 2)) != NONE) share = a == 0 ? 1 : expNegative1(f32.load(a + (f << 2)) - most);
    f32.store(shares + (f << 2), share);
    total += share;
  }
  for (let f: usize = 0; f < fields; f++) f32.store(shares + (f << 2), f32.load(shares + (f << 2)) / total);
}

/**
 * Trains on sequences begin … end as skipGram does, with the centre as input and its contexts as targets. Item v has the rows
 * rows[v · fields + f] of `inputs` (2³² − 1: it lacks field f) and the logarithms of their weights attention[v · fields + f] (0: equal weights).
 */
export function eges(
  begin: usize, end: usize, scratch: usize, k0: u32, k1: u32, first: u32, tokens: usize, offsets: usize,
  vocabularySize: u32, thresholds: usize, aliases: usize, rows: usize, fields: usize, attention: usize,
  inputs: usize, outputs: usize, dim: usize, window: u32, negatives: u32, rate0: f64, decay: f64, least: f64, losses: usize, pairs: usize,
): void {
  useItems(vocabularySize, thresholds, aliases);
  const bytes = dim << 2;
  const shares = scratch + ((stepBytes(dim) + 63) & ~63), h = shares + (FIELDS << 2), before = h + bytes, change = before + bytes;
  const most = <u32>max<usize>(1, OUTPUTS / (1 + <usize>negatives)); // contexts of a step
  const origin = load<u32>(offsets);
  for (let s = begin; s < end; s++) {
    seed(k0, k1, first + <u32>s, 0);
    const from = load<u32>(offsets + (s << 2)), to = load<u32>(offsets + (s << 2), 4);
    const rate = <f32>max(least, rate0 - decay * <f64>(from - origin));
    let loss: f64 = 0;
    let count: u32 = 0;
    for (let i = from; i < to; i++) {
      const centre = load<u32>(tokens + (<usize>i << 2)), span = window - below(window);
      const lo = i - from > span ? i - span : from, hi = min(to, i + span + 1);
      const own = rows + ((<usize>centre * fields) << 2), a: usize = attention == 0 ? 0 : attention + ((<usize>centre * fields) << 2);
      for (let c = lo; c < hi; ) {
        let positives: usize = 0;
        const group = c;
        for (; c < hi && positives < <usize>most; c++)
          if (c != i) setOutput(scratch, positives++, outputs + <usize>load<u32>(tokens + (<usize>c << 2)) * bytes);
        if (positives == 0) continue;
        let m = positives;
        for (let g = group; g < c; g++)
          if (g != i) m = drawNegatives(scratch, m, load<u32>(tokens + (<usize>g << 2)), negatives, outputs, bytes);

        fieldShares(own, a, fields, shares);
        memory.fill(h, 0, bytes);
        for (let f: usize = 0; f < fields; f++) {
          const row = load<u32>(own + (f << 2));
          if (row != NONE) addScaled(h, f32.load(shares + (f << 2)), inputs + <usize>row * bytes, bytes);
        }
        copyRow(before, h, bytes);
        setInput(scratch, 0, h);
        loss += step(scratch, m, positives, dim, rate);
        count += <u32>positives;
        for (let o: usize = 0; o < bytes; o += 16) v128.store(change + o, f32x4.sub(v128.load(h + o), v128.load(before + o)));

        const mean = dotRows(before, change, bytes);
        for (let f: usize = 0; f < fields; f++) {
          const row = load<u32>(own + (f << 2));
          if (row == NONE) continue;
          const at = inputs + <usize>row * bytes, share = f32.load(shares + (f << 2));
          if (a != 0) f32.store(a + (f << 2), f32.load(a + (f << 2)) + share * (dotRows(at, change, bytes) - mean));
          addScaled(at, share, change, bytes);
        }
      }
    }
    f64.store(losses + (s << 3), loss);
    store<u32>(pairs + (s << 2), count);
  }
}
