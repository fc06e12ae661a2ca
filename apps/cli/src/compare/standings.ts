import { Rng } from "@kith/core-tensors";
import {
  bootstrapInterval,
  holmAdjusted,
  MetricError,
  pairedTTest,
  wilcoxonSignedRank,
} from "@kith/metrics";
import type { Samples } from "../families/family.ts";

/** Two-sided, after the correction. */
export const SIGNIFICANCE = 0.05;
export const CONFIDENCE = 0.95;

/** How a model stands by one metric. */
export interface Standing {
  readonly mean: number;
  /** Of the mean, by the bootstrap; none for metrics that are no mean. */
  readonly interval?: readonly [lower: number, upper: number];
  readonly isBest: boolean;
  /** Of the difference to the best, corrected for the number of models; none for the best itself and where nothing can be tested. */
  readonly pValue?: number;
  /** How that was tested. */
  readonly test?: "paired t-test" | "Wilcoxon signed-rank";
}

/** What a model was found to be worth. */
export interface Scored {
  readonly label: string;
  readonly metrics: Readonly<Record<string, number>>;
  readonly samples?: Samples | undefined;
}

/** Draws for one interval: more of few samples, where each costs little. */
const DRAWS = 1e7;
export function resamplesFor(samples: number): number {
  return Math.max(1000, Math.min(10_000, Math.floor(DRAWS / samples)));
}

/**
 * How models stand by each metric, in their order: intervals by the percentile bootstrap, and the difference to the best of each metric by the paired t-test
 * over the same samples, corrected for the number of comparisons by Holm's method within a metric.
 * @param seed of the bootstrap: models are resampled alike
 * @param breathe lets the event loop have a turn between models
 */
export async function standingsOf(
  scored: readonly Scored[],
  seed: number,
  breathe: () => Promise<void> = async () => {},
): Promise<Readonly<Record<string, Standing>>[]> {
  const standings: Record<string, Standing>[] = scored.map(() => ({}));
  for (const key of Object.keys(scored[0]?.metrics ?? {})) {
    const best = bestBy(key, scored);
    const tested: { readonly n: number; readonly found: Tested }[] = [];
    for (const [n, each] of scored.entries()) {
      standings[n][key] = {
        mean: each.metrics[key],
        isBest: n === best,
        ...intervalOf(each.samples?.values[key], seed),
      };
      const found = n === best ? undefined : difference(key, scored[best], each);
      if (found) tested.push({ n, found });
      await breathe();
    }
    const adjusted = holmAdjusted(tested.map(({ found }) => found.pValue));
    tested.forEach(({ n, found: { test } }, i) => {
      standings[n][key] = { ...standings[n][key], pValue: adjusted[i], test };
    });
  }
  return standings;
}

/** Whether a model is worse than the best by more than chance explains; undefined where that is not known. */
export function isWorse({ isBest, pValue }: Standing): boolean | undefined {
  return isBest ? false : pValue === undefined ? undefined : pValue < SIGNIFICANCE;
}

/** The first of those with the greatest mean. */
function bestBy(key: string, scored: readonly Scored[]): number {
  let best = 0;
  scored.forEach(({ metrics }, n) => {
    if (metrics[key] > scored[best].metrics[key]) best = n;
  });
  return best;
}

function intervalOf(values: Float64Array | undefined, seed: number): Pick<Standing, "interval"> {
  if (values === undefined) return {};
  const rng = new Rng(seed).fork("bootstrap");
  const { lower, upper } = bootstrapInterval(values, {
    random: () => rng.next(),
    iterations: resamplesFor(values.length),
    confidence: CONFIDENCE,
  });
  return { interval: [lower, upper] };
}

interface Tested {
  readonly pValue: number;
  readonly test: "paired t-test" | "Wilcoxon signed-rank";
}

/** None where the two were not measured on the same samples, or on fewer than two. */
function difference(key: string, best: Scored, other: Scored): Tested | undefined {
  const [a, b] = [best.samples, other.samples];
  if (!a || !b || !isSame(a.of, b.of) || a.of.length < 2) return undefined;
  const [ours, theirs] = [a.values[key], b.values[key]];
  if (!ours || !theirs) return undefined;
  try {
    return { pValue: pairedTTest(ours, theirs).pValue, test: "paired t-test" };
  } catch (error) {
    if (!(error instanceof MetricError)) throw error;
    return { pValue: wilcoxonSignedRank(ours, theirs).pValue, test: "Wilcoxon signed-rank" }; // all differ by the same: no variance to divide by
  }
}

/** Whether all samples are those of the same users or sessions, in the same order. */
export function isSame(a: Samples["of"], b: Samples["of"]): boolean {
  return a.length === b.length && a.every((id, n) => id === b[n]);
}
