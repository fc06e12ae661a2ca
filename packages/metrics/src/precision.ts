import { countHits, hitsFor } from "./hits.ts";
import type { Item } from "./item.ts";

/**
 * Precision@k of one user: the share of the k places that hit.
 *
 *   precision@k = Σ_{i≤k} hit(i) / k
 *
 * The divisor is k even when the ranking is shorter: an empty place is a miss. In [0, 1].
 * Throws a MetricError on what `hitsOf` refuses.
 */
export function precision<T extends Item>(
  ranking: ArrayLike<T>,
  relevant: ReadonlySet<T>,
  k: number,
): number {
  return precisionOfHits(hitsFor("precision", ranking, relevant, k), relevant.size, k);
}

export function precisionOfHits(hits: ArrayLike<number>, _relevant: number, k: number): number {
  return countHits(hits, k) / k;
}
