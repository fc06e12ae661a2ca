import { countHits, hitsFor } from "./hits.ts";
import type { Item } from "./item.ts";

/**
 * Hit rate@k of one user: 1 when the first k places hold any relevant item, else 0.
 *
 *   hit-rate@k = [ Σ_{i≤k} hit(i) > 0 ]
 *
 * Equal to `recall` when one item per user is held out. Throws a MetricError on what `hitsOf` refuses.
 */
export function hitRate<T extends Item>(
  ranking: ArrayLike<T>,
  relevant: ReadonlySet<T>,
  k: number,
): number {
  return hitRateOfHits(hitsFor("hitRate", ranking, relevant, k), relevant.size, k);
}

export function hitRateOfHits(hits: ArrayLike<number>, _relevant: number, k: number): number {
  return countHits(hits, k) > 0 ? 1 : 0;
}
