import { checkFinite, checkItem, checkNotEmpty, checkOptions, show } from "./check.ts";
import { MetricError } from "./errors.ts";
import { checkRanking } from "./hits.ts";
import type { Item } from "./item.ts";

/** Options of `selfInformation`. */
export interface SelfInformationOptions {
  /**
   * What a count is a share of. Default: the sum of the counts, so p is the chance that an interaction is with the
   * item. Pass the number of users when counts are users per item, for the chance that a user knows it.
   */
  total?: number;
  /** Added to every count (Laplace). Default 0: an item nobody touched then carries infinite information. */
  smoothing?: number;
}

/**
 * Self-information of each item, in bits: rare items say more. Compute it once, on training data, and hand it to `novelty`.
 *
 *   I(i) = −log₂ p(i)      p(i) = (count_i + s) / (total + s · n)      s = smoothing, n = number of items
 *
 * In [0, ∞]; ∞ only for a count of 0 without smoothing, which `novelty` refuses when it meets it.
 * Throws a MetricError on a count that is negative, not finite or above the total, and on a total of 0.
 */
export function selfInformation(
  counts: ArrayLike<number>,
  options: SelfInformationOptions = {},
): Float64Array {
  const who = "selfInformation";
  checkOptions(who, options, ["total", "smoothing"]);
  checkFinite(who, "counts", counts);
  const { smoothing = 0 } = options;
  if (!(smoothing >= 0 && Number.isFinite(smoothing))) {
    throw new MetricError(
      `${who}: option "smoothing" must be finite and at least 0, got ${show(smoothing)}`,
    );
  }
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += counts[i];
  const { total = sum } = options;
  if (!(total + smoothing > 0 && Number.isFinite(total))) {
    throw new MetricError(
      `${who}: expected a total above 0, got ${show(total)}; without any interaction pass smoothing`,
    );
  }
  const mass = total + smoothing * counts.length;
  const bits = new Float64Array(counts.length);
  for (let i = 0; i < bits.length; i++) {
    if (!(counts[i] >= 0 && counts[i] <= total)) {
      throw new MetricError(
        `${who}: expected counts between 0 and the total ${total}, got ${show(counts[i])} for item ${i}`,
      );
    }
    bits[i] = Math.max(0, -Math.log2((counts[i] + smoothing) / mass)); // max: −log₂ 1 is −0
  }
  return bits;
}

/**
 * Novelty of one ranking: the mean self-information of its items, in bits (Zhou et al., PNAS 2010;
 * Vargas and Castells, RecSys 2011, without rank discount).
 *
 *   novelty = Σ_{i ∈ ranking} −log₂ p(i) / |ranking|
 *
 * At least 0; one bit more means items half as popular. `information` is the list from `selfInformation`
 * when items are indices, or a function from item to bits. Throws a MetricError on an empty ranking, a duplicate
 * item, and an item whose information is missing or infinite (nobody touched it: pass smoothing to `selfInformation`).
 */
export function novelty(ranking: ArrayLike<number>, information: ArrayLike<number>): number;
export function novelty<T extends Item>(
  ranking: ArrayLike<T>,
  information: (item: T) => number,
): number;
export function novelty(
  ranking: ArrayLike<Item>,
  information: ArrayLike<number> | ((item: never) => number),
): number {
  checkRanking("novelty", ranking, Number.MAX_SAFE_INTEGER);
  checkNotEmpty("novelty", "the ranking", ranking);
  // The overloads pair number items with lists, and functions with items of their own type.
  const bitsOf = (
    typeof information === "function" ? information : (item: number) => information[item]
  ) as (item: Item) => number;
  let sum = 0;
  for (let i = 0; i < ranking.length; i++) {
    checkItem("novelty", ranking[i], i);
    const bits = bitsOf(ranking[i]);
    if (!(Number.isFinite(bits) && bits >= 0)) {
      throw new MetricError(
        `novelty: expected finite information for item ${show(ranking[i])}, got ${show(bits)}; for an item without interactions pass smoothing to selfInformation`,
      );
    }
    sum += bits;
  }
  return sum / ranking.length;
}
