import { finiteResult } from "./check.ts";
import { studentTwoSided } from "./distributions.ts";
import { MetricError } from "./errors.ts";
import { meanOf } from "./mean.ts";
import { differences } from "./paired.ts";

/** What `pairedTTest` found. */
export interface TTest {
  /** t; above 0 when a is better on average. */
  statistic: number;
  /** n − 1. */
  degreesOfFreedom: number;
  /** Mean of a − b. */
  meanDifference: number;
  /** Two-sided, in [0, 1]. */
  pValue: number;
}

/**
 * Paired t-test of two systems on the same users, two-sided ("Student" 1908).
 *
 *   t = mean(d) / ( sd(d) / √n )      d = a − b, sd with n − 1      p = I_{ν/(ν+t²)}(ν/2, 1/2), ν = n − 1
 *
 * Equal to scipy's `ttest_rel`. Systems that never differ have t = 0 and p = 1. Throws a MetricError on fewer than
 * two pairs, lengths that differ, values that are not finite, and differences that are all the same but not 0
 * (nothing to estimate a variance from; scipy returns ±∞ or NaN there).
 */
export function pairedTTest(a: ArrayLike<number>, b: ArrayLike<number>): TTest {
  const d = differences("pairedTTest", a, b);
  const n = d.length;
  if (n < 2) throw new MetricError(`pairedTTest: expected at least two pairs, got ${n}`);
  const meanDifference = meanOf(d);
  const degreesOfFreedom = n - 1;
  let squares = 0;
  let largest = 0;
  for (let i = 0; i < n; i++) {
    squares += (d[i] - meanDifference) ** 2;
    largest = Math.max(largest, Math.abs(a[i]), Math.abs(b[i]));
  }
  const deviation = finiteResult("pairedTTest", Math.sqrt(squares / degreesOfFreedom));
  if (deviation <= 4 * Number.EPSILON * largest) {
    if (d.every((value) => value === 0)) {
      return { statistic: 0, degreesOfFreedom, meanDifference: 0, pValue: 1 };
    }
    throw new MetricError(
      `pairedTTest: expected differences that vary, got ${meanDifference} for every pair; use wilcoxonSignedRank`,
    );
  }
  const statistic = (meanDifference / deviation) * Math.sqrt(n);
  const pValue = studentTwoSided(statistic, degreesOfFreedom);
  return { statistic, degreesOfFreedom, meanDifference, pValue };
}
