import { type Csr, type FactorPairs, KithError, type Rng } from "@kith/core-tensors";
import type { TokenSource } from "@kith/data";
import { breathe } from "@kith/recommender";
import { countWindowPairs, windowPairs } from "@kith/sampling";

/** Pairs of a step of training. */
export const PAIRS: number = 2 ** 15;

/** What pairs are learned from, in dense numbers of both sides. */
export interface PairSource {
  /** Pairs in an epoch; on average, where windows are random. */
  readonly count: number;
  /** How often an item is on the right side, up to a factor; 0 where it is in no pair. Shape [items]. */
  readonly frequencies: Float64Array;
  /** The pairs of an epoch, a function of its number, in chunks of up to `PAIRS`. */
  epoch(epoch: number): Iterable<FactorPairs>;
}

/**
 * The entries of a graph's adjacency matrix, each once an epoch, in an order drawn for each epoch. With weights, whose mean is made 1, an edge of weight w comes
 * ⌈w⌉ times, each for a step of w / ⌈w⌉: heavy edges count for as much as they weigh, and no step is longer than others.
 * @param graph without entries of weight 0
 */
export function edgePairs(
  { rows, offsets, indices, values }: Csr,
  weighted: boolean,
  rng: Rng,
): PairSource {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  if (mean === Number.POSITIVE_INFINITY)
    throw new KithError(
      "pairs: the weights of an edge add up to more than a number holds; make them smaller",
    );
  const share = (k: number) => (weighted ? values[k] / mean : 1);
  const times = (k: number) => Math.max(1, Math.ceil(share(k) - 1e-6)); // equal weights are 1 but for rounding
  let count = 0;
  for (let k = 0; k < indices.length; k++) count += times(k);
  const [left, right] = [new Uint32Array(count), new Uint32Array(count)];
  const weights = weighted ? new Float32Array(count) : undefined;
  const frequencies = new Float64Array(rows);
  for (let row = 0, at = 0; row < rows; row++)
    for (let k = offsets[row]; k < offsets[row + 1]; k++) {
      frequencies[indices[k]] += share(k);
      const end = at + times(k);
      left.fill(row, at, end);
      right.fill(indices[k], at, end);
      weights?.fill(share(k) / times(k), at, end);
      at = end;
    }
  return {
    count,
    frequencies,
    *epoch(epoch) {
      const draws = rng.fork(epoch);
      const order = new Uint32Array(count);
      for (let n = 0; n < count; n++) order[n] = n;
      for (let begin = 0; begin < count; begin += PAIRS) {
        const end = Math.min(count, begin + PAIRS);
        for (let n = begin; n < end; n++) {
          const other = n + draws.below(count - n); // Fisher–Yates, as far as it is needed now
          [order[n], order[other]] = [order[other], order[n]];
        }
        const chosen = order.subarray(begin, end);
        yield {
          left: chosen.map((n) => left[n]),
          right: chosen.map((n) => right[n]),
          weights: weights && Float32Array.from(chosen, (n) => weights[n]),
        };
      }
    },
  };
}

/** The window pairs of sequences, in their order; spans are drawn for each epoch. Reads the sequences once to count. */
export async function sequencePairs(
  source: TokenSource,
  { items, window, signal }: { items: number; window: number; signal: AbortSignal | undefined },
  rng: Rng,
): Promise<PairSource> {
  const frequencies = new Float64Array(items);
  let count = 0;
  let turn = performance.now();
  for (const chunk of source.chunks(PAIRS)) {
    const { tokens, offsets } = chunk;
    count += countWindowPairs(chunk, { window });
    for (let s = 0; s + 1 < offsets.length; s++)
      if (offsets[s + 1] - offsets[s] > 1)
        for (let t = offsets[s]; t < offsets[s + 1]; t++) frequencies[tokens[t]]++;
    if (performance.now() - turn < 50) continue;
    await breathe();
    signal?.throwIfAborted();
    turn = performance.now();
  }
  return {
    count,
    frequencies,
    epoch: (epoch) => windowPairs(source, { window, pairsPerChunk: PAIRS }, rng.fork(epoch)),
  };
}
