import { hitsFor } from "./hits.ts";
import type { Item } from "./item.ts";

/**
 * Average precision@k of one user, over the most hits that k places can hold. Its mean over users is MAP@k,
 * the metric key `map`.
 *
 *   map@k = Σ_{i≤k} hit(i) · precision@i / min(k, n)      n = number of relevant items
 *
 * In [0, 1]; 1 exactly when the first min(k, n) places all hit. Throws a MetricError on what `hitsOf` refuses.
 */
export function averagePrecisionAtK<T extends Item>(
  ranking: ArrayLike<T>,
  relevant: ReadonlySet<T>,
  k: number,
): number {
  const hits = hitsFor("averagePrecisionAtK", ranking, relevant, k);
  return averagePrecisionOfHits(hits, relevant.size, k);
}

/**
 * Average precision@k of one user, over all relevant items, as trec_eval's `map_cut`.
 *
 *   Σ_{i≤k} hit(i) · precision@i / n
 *
 * In [0, 1], but at most k / n. Throws a MetricError on what `hitsOf` refuses.
 */
export function averagePrecisionAtKTrec<T extends Item>(
  ranking: ArrayLike<T>,
  relevant: ReadonlySet<T>,
  k: number,
): number {
  const hits = hitsFor("averagePrecisionAtKTrec", ranking, relevant, k);
  return sumOfPrecisions(hits, k) / relevant.size;
}

export function averagePrecisionOfHits(
  hits: ArrayLike<number>,
  relevant: number,
  k: number,
): number {
  return sumOfPrecisions(hits, k) / Math.min(k, relevant);
}

function sumOfPrecisions(hits: ArrayLike<number>, k: number): number {
  const end = Math.min(k, hits.length);
  let found = 0;
  let sum = 0;
  for (let i = 0; i < end; i++) if (hits[i] === 1) sum += ++found / (i + 1);
  return sum;
}
