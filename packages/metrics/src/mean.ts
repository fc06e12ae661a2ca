import { checkFinite, checkSameLength, finiteResult, show } from "./check.ts";
import { MetricError } from "./errors.ts";

/**
 * Macro average: every user (or session, or group) counts the same. What papers report unless they say otherwise.
 *
 *   Σ values / number of values
 *
 * Throws a MetricError on an empty list and on a value that is not finite.
 */
export function macroMean(values: ArrayLike<number>): number {
  checkFinite("macroMean", "values", values);
  return finiteResult("macroMean", meanOf(values));
}

/**
 * Micro average: every user counts by a weight. Recall weighted by the number of held-out items is the
 * recall over all held-out items pooled.
 *
 *   Σ weights · values / Σ weights
 *
 * Throws a MetricError on an empty list, lengths that differ, values that are not finite, a negative weight,
 * and weights that sum to 0.
 */
export function microMean(values: ArrayLike<number>, weights: ArrayLike<number>): number {
  checkSameLength("microMean", ["values", values], ["weights", weights]);
  checkFinite("microMean", "values", values);
  checkFinite("microMean", "weights", weights);
  let sum = 0;
  let total = 0;
  for (let i = 0; i < values.length; i++) {
    if (weights[i] < 0) {
      throw new MetricError(
        `microMean: expected weights of at least 0, got ${show(weights[i])} at position ${i}`,
      );
    }
    sum += weights[i] * values[i];
    total += weights[i];
  }
  if (total > 0) return finiteResult("microMean", sum) / finiteResult("microMean", total);
  throw new MetricError("microMean: expected weights with a sum above 0, got 0");
}

export function meanOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return sum / values.length;
}
