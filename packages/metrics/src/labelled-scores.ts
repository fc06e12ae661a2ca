import { checkSameLength, checkScore, show } from "./check.ts";
import { MetricError } from "./errors.ts";

/** The scores of one class each, ascending. Sorting two number arrays needs no comparator and no index array. */
export interface LabelledScores {
  positives: Float64Array;
  negatives: Float64Array;
}

/** Splits scores by their label, 1 or 0, and sorts both halves. */
export function splitByLabel(
  who: string,
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
): LabelledScores {
  checkLabelledScores(who, labels, scores);
  let count = 0;
  for (let i = 0; i < labels.length; i++) count += labels[i];
  const positives = new Float64Array(count);
  const negatives = new Float64Array(labels.length - count);
  let p = 0;
  let n = 0;
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] === 1) positives[p++] = scores[i];
    else negatives[n++] = scores[i];
  }
  return { positives: positives.sort(), negatives: negatives.sort() };
}

export function checkLabelledScores(
  who: string,
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
): void {
  checkSameLength(who, ["labels", labels], ["scores", scores]);
  for (let i = 0; i < labels.length; i++) {
    if (labels[i] !== 0 && labels[i] !== 1) {
      throw new MetricError(
        `${who}: expected labels to be 0 or 1, got ${show(labels[i])} at position ${i}`,
      );
    }
    checkScore(who, scores[i], i);
  }
}
