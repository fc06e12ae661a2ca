import { MetricError } from "./errors.ts";
import { splitByLabel } from "./labelled-scores.ts";

/**
 * Area under the ROC curve: the chance that a random positive scores above a random negative, a tie counting
 * half (Mann–Whitney with mid-ranks).
 *
 *   auc = ( #{(p, n) : s_p > s_n} + ½ #{(p, n) : s_p = s_n} ) / (P · N)
 *
 * In [0, 1]; a constant model has ½. O(n log n). Labels are 0 or 1. Equal to scikit-learn's `roc_auc_score`.
 * Throws a MetricError on lengths that differ, other labels, a NaN score, and when one class is missing.
 */
export function auc(labels: ArrayLike<number>, scores: ArrayLike<number>): number {
  const { positives, negatives } = splitByLabel("auc", labels, scores);
  if (positives.length > 0 && negatives.length > 0) return aucOfSorted(positives, negatives);
  throw new MetricError(
    `auc: expected both classes, got ${positives.length} positives and ${negatives.length} negatives; leave such users out, as gauc does`,
  );
}

/** The same from the scores of each class in ascending order, neither empty. */
export function aucOfSorted(positives: ArrayLike<number>, negatives: ArrayLike<number>): number {
  let below = 0; // negatives under the positive at hand
  let upTo = 0; // negatives under it or tied with it
  let wins = 0;
  for (let i = 0; i < positives.length; i++) {
    const score = positives[i];
    while (below < negatives.length && negatives[below] < score) below++;
    while (upTo < negatives.length && negatives[upTo] <= score) upTo++;
    wins += (below + upTo) / 2;
  }
  return wins / (positives.length * negatives.length);
}
