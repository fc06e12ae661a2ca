import { show } from "./check.ts";
import { MetricError } from "./errors.ts";
import { checkRanking, checkSameKind, hitsFor, noRelevant } from "./hits.ts";
import type { Item } from "./item.ts";

/**
 * NDCG@k of one user with binary gain: an item is relevant or it is not.
 *
 *   ndcg@k = Σ_{i≤k} hit(i) / log₂(i + 1)  ÷  Σ_{i≤min(k, n)} 1 / log₂(i + 1)      n = number of relevant items
 *
 * In [0, 1]; the ideal is cut at min(k, n), so 1 can always be reached. Järvelin and Kekäläinen,
 * "Cumulated gain-based evaluation of IR techniques", TOIS 2002, with the discount in use since Burges et al. 2005.
 * Throws a MetricError on what `hitsOf` refuses.
 */
export function ndcg<T extends Item>(
  ranking: ArrayLike<T>,
  relevant: ReadonlySet<T>,
  k: number,
): number {
  return ndcgOfHits(hitsFor("ndcg", ranking, relevant, k), relevant.size, k);
}

/**
 * NDCG@k of one user with graded relevance and exponential gain (Burges et al., ICML 2005).
 *
 *   Σ_{i≤k} (2^rel(i) − 1) / log₂(i + 1)  ÷  the same sum over the best possible ranking
 *
 * `grades` maps items to rel ≥ 0; an item without an entry has rel 0. In [0, 1]. Throws a MetricError on a
 * duplicate item, on a grade that is negative or not finite, and when no grade is above 0 (leave such users out).
 */
export function ndcgExponential<T extends Item>(
  ranking: ArrayLike<T>,
  grades: ReadonlyMap<T, number>,
  k: number,
): number {
  return gradedNdcg("ndcgExponential", ranking, grades, k, (grade) => 2 ** grade - 1);
}

/**
 * NDCG@k of one user with graded relevance and linear gain (Järvelin and Kekäläinen 2002; scikit-learn's `ndcg_score`).
 *
 *   Σ_{i≤k} rel(i) / log₂(i + 1)  ÷  the same sum over the best possible ranking
 *
 * Takes, returns and throws as `ndcgExponential`; equal to it, and to `ndcg`, when every grade is 0 or 1.
 */
export function ndcgLinear<T extends Item>(
  ranking: ArrayLike<T>,
  grades: ReadonlyMap<T, number>,
  k: number,
): number {
  return gradedNdcg("ndcgLinear", ranking, grades, k, (grade) => grade);
}

export function ndcgOfHits(hits: ArrayLike<number>, relevant: number, k: number): number {
  const end = Math.min(k, hits.length);
  let sum = 0;
  for (let i = 0; i < end; i++) if (hits[i] === 1) sum += 1 / Math.log2(i + 2);
  if (sum === 0) return 0;
  let ideal = 0;
  const best = Math.min(k, relevant);
  for (let i = 0; i < best; i++) ideal += 1 / Math.log2(i + 2);
  return sum / ideal;
}

function gradedNdcg<T extends Item>(
  who: string,
  ranking: ArrayLike<T>,
  grades: ReadonlyMap<T, number>,
  k: number,
  gain: (grade: number) => number,
): number {
  checkRanking(who, ranking, k);
  if (typeof grades?.get !== "function") {
    throw new MetricError(
      `${who}: expected grades to be a Map from item to grade, got ${show(grades)}`,
    );
  }
  if (grades.size === 0) throw noRelevant(who);
  checkSameKind(who, ranking, grades.keys());
  const gains = new Float64Array(grades.size);
  let n = 0;
  for (const [item, grade] of grades) {
    if (!(grade >= 0 && grade < Number.POSITIVE_INFINITY)) {
      throw new MetricError(
        `${who}: expected grades to be finite and at least 0, got ${show(grade)} for item ${show(item)}`,
      );
    }
    gains[n++] = gain(grade);
  }
  gains.sort().reverse();

  let ideal = 0;
  const best = Math.min(k, gains.length);
  for (let i = 0; i < best; i++) ideal += gains[i] / Math.log2(i + 2);
  if (ideal === 0) throw noRelevant(who);
  if (!Number.isFinite(ideal)) {
    throw new MetricError(
      `${who}: expected gains that sum to a finite number, got grades too large; rescale them`,
    );
  }
  let sum = 0;
  const end = Math.min(k, ranking.length);
  for (let i = 0; i < end; i++) sum += gain(grades.get(ranking[i]) ?? 0) / Math.log2(i + 2);
  return sum / ideal;
}
