import { MetricError } from "./errors.ts";
import { splitByLabel } from "./labelled-scores.ts";

/** A precision–recall curve. Point i is what holds when every score of at least thresholds[i] counts as positive. */
export interface PrecisionRecallCurve {
  /** tp / (tp + fp) at each threshold, and a last 1. */
  precision: Float64Array;
  /** tp / P at each threshold, falling, and a last 0. */
  recall: Float64Array;
  /** The distinct scores, ascending; one shorter than the other two. */
  thresholds: Float64Array;
}

/**
 * The precision–recall curve: one point per distinct score, so that ties move together, closed by
 * (precision 1, recall 0). Read it as steps, never as straight lines, which promise precision that no
 * threshold gives (Davis and Goadrich, ICML 2006).
 *
 * The same arrays as scikit-learn's `precision_recall_curve`. O(n log n). Labels are 0 or 1.
 * Throws a MetricError on lengths that differ, other labels, a NaN score, and when there is no positive.
 */
export function prCurve(
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
): PrecisionRecallCurve {
  return curveFor("prCurve", labels, scores);
}

/**
 * Average precision: the area under the precision–recall curve read as steps, no trapezoid.
 *
 *   ap = Σ_j (R_j − R_{j−1}) · P_j      over distinct scores, highest first
 *
 * In (0, 1]; a constant model has the share of positives. Equal to scikit-learn's `average_precision_score`.
 * For one user's ranked list see `averagePrecisionAtK`. Throws a MetricError as `prCurve` does.
 */
export function averagePrecision(labels: ArrayLike<number>, scores: ArrayLike<number>): number {
  const { precision, recall } = curveFor("averagePrecision", labels, scores);
  let sum = 0;
  for (let j = recall.length - 2; j >= 0; j--) sum += (recall[j] - recall[j + 1]) * precision[j];
  return sum;
}

function curveFor(
  who: string,
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
): PrecisionRecallCurve {
  const { positives, negatives } = splitByLabel(who, labels, scores);
  if (positives.length === 0) {
    throw new MetricError(
      `${who}: expected at least one positive label, got none; recall has no value`,
    );
  }
  const precision: number[] = [1];
  const recall: number[] = [0];
  const thresholds: number[] = [];
  let p = positives.length; // positives[p] and above are taken: tp = P − p
  let n = negatives.length;
  while (p > 0 || n > 0) {
    const threshold = Math.max(
      p > 0 ? positives[p - 1] : Number.NEGATIVE_INFINITY,
      n > 0 ? negatives[n - 1] : Number.NEGATIVE_INFINITY,
    );
    while (p > 0 && positives[p - 1] === threshold) p--;
    while (n > 0 && negatives[n - 1] === threshold) n--;
    const taken = positives.length - p;
    thresholds.push(threshold);
    precision.push(taken / (taken + negatives.length - n));
    recall.push(taken / positives.length);
  }
  return {
    precision: Float64Array.from(precision).reverse(),
    recall: Float64Array.from(recall).reverse(),
    thresholds: Float64Array.from(thresholds).reverse(),
  };
}
