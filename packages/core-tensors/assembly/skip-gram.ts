// Skip-gram and continuous bag of words with negative sampling (Mikolov et al., NIPS 2013), over pre-encoded sequences: each pair with negatives of its own.
import { drawFromGroup, drawNegatives, useGroups, useItems } from "./negatives";
import { step } from "./pair-step";
import { PIECE } from "./shared-skip-gram";
import { copyRow, setInput, setOutput, stepBytes } from "./step-memory";
import { below, next, seed } from "./stream";

const NONE: u32 = 0xffffffff;

/** Sets outputs: the target, and what it is told from; returns their number. */
@inline function drawOutputs(scratch: usize, target: u32, negatives: u32, groupNegatives: u32, table: usize, rowBytes: usize): usize {
  setOutput(scratch, 0, table + <usize>target * rowBytes);
  const m = drawNegatives(scratch, 1, target, negatives, table, rowBytes);
  return drawFromGroup(scratch, m, target, groupNegatives, table, rowBytes);
}

/**
 * Trains on sequences begin … end of a chunk: sequence s is tokens[offsets[s]] … tokens[offsets[s + 1]], the (first + s)-th of the epoch and
 * drawn from by that number. `keep` (or 0) has for each item the bound below which a word keeps an occurrence; `globals` (or 0) an item for each
 * sequence that is a context of every token in it. The rate falls by `decay` a token down to `least`. Threads update the same rows without locks (Hogwild).
 */
export function skipGram(
  begin: usize, end: usize, scratch: usize, k0: u32, k1: u32, first: u32,
  tokens: usize, offsets: usize, globals: usize, keep: usize,
  vocabularySize: u32, tableThresholds: usize, tableAliases: usize, groups: usize, groupStarts: usize, groupMembers: usize,
  inputs: usize, outputs: usize, dim: usize, window: u32, negatives: u32, groupNegatives: u32, cbow: bool,
  rate0: f64, decay: f64, least: f64, losses: usize, pairs: usize,
): void {
  useItems(vocabularySize, tableThresholds, tableAliases);
  useGroups(groups, groupStarts, groupMembers);
  const bytes = dim << 2;
  const kept = scratch + ((stepBytes(dim) + 63) & ~63), mean = kept + (<usize>PIECE << 2), change = mean + bytes;
  const origin = load<u32>(offsets);
  for (let s = begin; s < end; s++) {
    seed(k0, k1, first + <u32>s, 0);
    const global = globals == 0 ? NONE : load<u32>(globals + (s << 2));
    const stop = load<u32>(offsets + (s << 2), 4);
    let loss: f64 = 0;
    let count: u32 = 0;
    for (let from = load<u32>(offsets + (s << 2)); from < stop; from += PIECE) {
      const to = min(stop, from + PIECE);
      let n: u32 = 0;
      for (let t = from; t < to; t++) {
        const item = load<u32>(tokens + (<usize>t << 2));
        if (keep != 0 && next() > load<u32>(keep + (<usize>item << 2))) continue;
        store<u32>(kept + (<usize>n << 2), item);
        n++;
      }
      const rate = <f32>max(least, rate0 - decay * <f64>(from - origin));
      for (let i: u32 = 0; i < n; i++) {
        const centre = load<u32>(kept + (<usize>i << 2)), span = window - below(window);
        const lo = i > span ? i - span : 0, hi = min(n, i + span + 1);
        const contexts = hi - lo - 1;
        if (cbow && contexts > 0) {
          memory.fill(mean, 0, bytes);
          const share = f32x4.splat(<f32>1 / <f32>contexts);
          for (let c = lo; c < hi; c++) {
            if (c == i) continue;
            const row = inputs + <usize>load<u32>(kept + (<usize>c << 2)) * bytes;
            for (let o: usize = 0; o < bytes; o += 16) v128.store(mean + o, f32x4.add(v128.load(mean + o), f32x4.mul(share, v128.load(row + o))));
          }
          const m = drawOutputs(scratch, centre, negatives, groupNegatives, outputs, bytes);
          setInput(scratch, 0, mean);
          copyRow(change, mean, bytes);
          loss += step(scratch, m, 1, dim, rate);
          count++;
          for (let o: usize = 0; o < bytes; o += 16) v128.store(change + o, f32x4.sub(v128.load(mean + o), v128.load(change + o)));
          for (let c = lo; c < hi; c++) {
            if (c == i) continue;
            const row = inputs + <usize>load<u32>(kept + (<usize>c << 2)) * bytes;
            for (let o: usize = 0; o < bytes; o += 16) v128.store(row + o, f32x4.add(v128.load(row + o), v128.load(change + o)));
          }
        } else if (!cbow)
          for (let c = lo; c < hi; c++) {
            if (c == i) continue;
            setInput(scratch, 0, inputs + <usize>load<u32>(kept + (<usize>c << 2)) * bytes);
            const m = drawOutputs(scratch, centre, negatives, groupNegatives, outputs, bytes);
            loss += step(scratch, m, 1, dim, rate);
            count++;
          }
        if (global != NONE && global != centre) {
          setInput(scratch, 0, inputs + <usize>centre * bytes);
          const m = drawOutputs(scratch, global, negatives, groupNegatives, outputs, bytes);
          loss += step(scratch, m, 1, dim, rate);
          count++;
        }
      }
    }
    f64.store(losses + (s << 3), loss);
    store<u32>(pairs + (s << 2), count);
  }
}
