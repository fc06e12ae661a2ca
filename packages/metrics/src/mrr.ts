import { hitsFor } from "./hits.ts";
import type { Item } from "./item.ts";

/**
 * Reciprocal rank@k of one user: one over the place of the first hit, 0 when it lies beyond k.
 * Its mean over users is MRR@k.
 *
 *   mrr@k = 1 / min { i ≤ k : hit(i) = 1 },  or 0 without a hit
 *
 * In [0, 1]. Throws a MetricError on what `hitsOf` refuses.
 */
export function reciprocalRank<T extends Item>(
  ranking: ArrayLike<T>,
  relevant: ReadonlySet<T>,
  k: number,
): number {
  return reciprocalRankOfHits(hitsFor("reciprocalRank", ranking, relevant, k), relevant.size, k);
}

export function reciprocalRankOfHits(
  hits: ArrayLike<number>,
  _relevant: number,
  k: number,
): number {
  const end = Math.min(k, hits.length);
  for (let i = 0; i < end; i++) if (hits[i] === 1) return 1 / (i + 1);
  return 0;
}
