import { countHits, hitsFor } from "./hits.ts";
import type { Item } from "./item.ts";

/**
 * Recall@k of one user: the share of all held-out items found in the first k places.
 *
 *   recall@k = Σ_{i≤k} hit(i) / n      n = number of relevant items
 *
 * In [0, 1], but at most k / n: a user with more than k held-out items cannot reach 1. `recallMin` can.
 * Throws a MetricError on what `hitsOf` refuses. Average over users with `macroMean`.
 */
export function recall<T extends Item>(
  ranking: ArrayLike<T>,
  relevant: ReadonlySet<T>,
  k: number,
): number {
  return recallOfHits(hitsFor("recall", ranking, relevant, k), relevant.size, k);
}

/**
 * Recall@k over the most that k places can hold, as in the Mult-VAE paper (Liang et al., WWW 2018).
 *
 *   recall-min@k = Σ_{i≤k} hit(i) / min(k, n)
 *
 * In [0, 1], and never below `recall`: do not compare the two. Throws a MetricError on what `hitsOf` refuses.
 */
export function recallMin<T extends Item>(
  ranking: ArrayLike<T>,
  relevant: ReadonlySet<T>,
  k: number,
): number {
  return recallMinOfHits(hitsFor("recallMin", ranking, relevant, k), relevant.size, k);
}

export function recallOfHits(hits: ArrayLike<number>, relevant: number, k: number): number {
  return countHits(hits, k) / relevant;
}

export function recallMinOfHits(hits: ArrayLike<number>, relevant: number, k: number): number {
  return countHits(hits, k) / Math.min(k, relevant);
}
