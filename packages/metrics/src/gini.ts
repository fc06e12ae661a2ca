import { checkFinite, checkList, checkPositiveInteger, finiteResult, show } from "./check.ts";
import { MetricError } from "./errors.ts";

/**
 * Gini index of recommendation counts: 0 when every item is recommended equally often, near 1 when a few items
 * take everything.
 *
 *   G = Σ_{i=1..n} (2i − n − 1) · x_(i) / (n · Σ x)      x_(1) ≤ … ≤ x_(n) the counts, n the catalogue size
 *
 * In [0, 1 − 1/n]. Items never recommended count as zeros and must be there: `countRecommendations` has them.
 * Throws a MetricError on an empty list, on a count that is negative or not finite, and when all are 0.
 */
export function gini(counts: ArrayLike<number>): number {
  checkFinite("gini", "counts", counts);
  const sorted = Float64Array.from(counts).sort();
  const n = sorted.length;
  if (sorted[0] < 0) {
    throw new MetricError(`gini: expected counts of at least 0, got ${show(sorted[0])}`);
  }
  let weighted = 0;
  let total = 0;
  for (let i = 0; i < n; i++) {
    weighted += (2 * i - n + 1) * sorted[i];
    total += sorted[i];
  }
  if (total > 0) return Math.max(0, weighted / finiteResult("gini", total * n));
  throw new MetricError("gini: expected a count above 0, got only zeros; nothing was recommended");
}

/**
 * How often each item 0 … catalogueSize − 1 stands in the rankings, zeros included.
 * Throws a MetricError on an item that is no index of the catalogue and on one that stands twice in a ranking.
 */
export function countRecommendations(
  rankings: Iterable<ArrayLike<number>>,
  catalogueSize: number,
): Uint32Array {
  const who = "countRecommendations";
  checkPositiveInteger(who, "the catalogue size", catalogueSize);
  const counts = new Uint32Array(catalogueSize);
  const lastSeenIn = new Uint32Array(catalogueSize); // number of the ranking, from 1
  let number = 0;
  for (const ranking of rankings) {
    checkList(who, "each ranking", ranking);
    number++;
    for (let i = 0; i < ranking.length; i++) {
      const item = ranking[i];
      if (!(Number.isInteger(item) && item >= 0 && item < catalogueSize)) {
        throw new MetricError(
          `${who}: expected items to be indices below ${catalogueSize}, got ${show(item)}`,
        );
      }
      if (lastSeenIn[item] === number) {
        throw new MetricError(
          `${who}: expected distinct items in a ranking, got ${item} twice in ranking ${number - 1}`,
        );
      }
      lastSeenIn[item] = number;
      counts[item]++;
    }
  }
  return counts;
}
