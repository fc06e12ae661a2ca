import { checkFinite, checkOptions, checkPositiveInteger, draw, show } from "./check.ts";
import { MetricError } from "./errors.ts";
import { meanOf } from "./mean.ts";

/** Options of `bootstrapInterval`. */
export interface BootstrapOptions {
  /** Where chance comes from: numbers in [0, 1) from a seeded generator. Same seed, same interval. */
  random: () => number;
  /** Resamples. Default 10,000. Costs iterations × values draws. */
  iterations?: number;
  /** The share of resampled statistics inside the interval. Default 0.95. */
  confidence?: number;
  /** What is computed on each resample; the buffer it is given is reused. Default the mean. */
  statistic?: (sample: Float64Array) => number;
}

/** What `bootstrapInterval` found. */
export interface Interval {
  /** The statistic of the values themselves. */
  estimate: number;
  /** Lower end. */
  lower: number;
  /** Upper end. */
  upper: number;
}

/**
 * Percentile bootstrap interval of a statistic over users (Efron 1979). For the difference between two systems
 * pass the per-user differences: an interval without 0 speaks for a difference.
 *
 *   [q_{(1−c)/2}, q_{(1+c)/2}] of the statistic over resamples with replacement, c = confidence
 *
 * Quantiles are interpolated linearly, as numpy's `percentile` does; resample j takes the values at
 * floor(random() · n), n draws each. Throws a MetricError on empty or non-finite values, an option out of range, an
 * unknown option, draws outside [0, 1), and a statistic that is not finite.
 */
export function bootstrapInterval(values: ArrayLike<number>, options: BootstrapOptions): Interval {
  const who = "bootstrapInterval";
  checkOptions(who, options, ["random", "iterations", "confidence", "statistic"]);
  const { random, iterations = 10_000, confidence = 0.95, statistic = meanOf } = options;
  checkFinite(who, "values", values);
  checkPositiveInteger(who, 'option "iterations"', iterations);
  if (!(confidence > 0 && confidence < 1)) {
    throw new MetricError(
      `${who}: option "confidence" must lie between 0 and 1, got ${show(confidence)}`,
    );
  }
  const n = values.length;
  const sample = Float64Array.from(values);
  const estimate = statistic(sample);
  const resampled = new Float64Array(iterations);
  for (let j = 0; j < iterations; j++) {
    for (let i = 0; i < n; i++) sample[i] = values[Math.floor(draw(who, random) * n)];
    resampled[j] = statistic(sample);
  }
  checkFinite(who, "statistics", [estimate]);
  checkFinite(who, "statistics of resamples", resampled);
  resampled.sort();
  return {
    estimate,
    lower: quantile(resampled, (1 - confidence) / 2),
    upper: quantile(resampled, (1 + confidence) / 2),
  };
}

function quantile(sorted: Float64Array, q: number): number {
  const position = q * (sorted.length - 1);
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (position - below) * (sorted[above] - sorted[below]);
}
