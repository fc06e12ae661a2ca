import { checkFinite, checkSameLength, finiteResult } from "./check.ts";

/**
 * Root mean squared error of predicted ratings.
 *
 *   rmse = √( Σ (actual − predicted)² / n )
 *
 * At least 0, in the unit of the ratings. Throws a MetricError on empty lists, lengths that differ, and numbers
 * that are not finite.
 */
export function rmse(actual: ArrayLike<number>, predicted: ArrayLike<number>): number {
  checkRatings("rmse", actual, predicted);
  let sum = 0;
  for (let i = 0; i < actual.length; i++) sum += (actual[i] - predicted[i]) ** 2;
  return finiteResult("rmse", Math.sqrt(sum / actual.length));
}

/**
 * Mean absolute error of predicted ratings.
 *
 *   mae = Σ |actual − predicted| / n
 *
 * At least 0, never above `rmse`. Throws as `rmse` does.
 */
export function mae(actual: ArrayLike<number>, predicted: ArrayLike<number>): number {
  checkRatings("mae", actual, predicted);
  let sum = 0;
  for (let i = 0; i < actual.length; i++) sum += Math.abs(actual[i] - predicted[i]);
  return finiteResult("mae", sum / actual.length);
}

function checkRatings(who: string, actual: ArrayLike<number>, predicted: ArrayLike<number>): void {
  checkSameLength(who, ["actual ratings", actual], ["predicted ratings", predicted]);
  checkFinite(who, "actual ratings", actual);
  checkFinite(who, "predicted ratings", predicted);
}
