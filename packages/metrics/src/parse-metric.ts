import { show } from "./check.ts";
import { MetricError } from "./errors.ts";
import { hitRateOfHits } from "./hit-rate.ts";
import { checkHits, hitsFor } from "./hits.ts";
import type { Item } from "./item.ts";
import { averagePrecisionOfHits } from "./map.ts";
import { reciprocalRankOfHits } from "./mrr.ts";
import { ndcgOfHits } from "./ndcg.ts";
import { precisionOfHits } from "./precision.ts";
import { recallMinOfHits, recallOfHits } from "./recall.ts";

/** The names `parseMetric` knows. */
export type MetricName =
  | "recall"
  | "recall-min"
  | "precision"
  | "hit-rate"
  | "ndcg"
  | "map"
  | "mrr";

/** A ranking metric with its cut-off, as `parseMetric` returns it. */
export interface Metric {
  /** As written: "recall@20". */
  readonly key: string;
  /** "recall". */
  readonly name: MetricName;
  /** 20. */
  readonly k: number;
  /** The exact formula in use, for reports: hit(i) is 1 when place i holds a relevant item, n the number of relevant items. */
  readonly formula: string;
  /** The value for one user, from a ranking and what was held out. Throws a MetricError on what `hitsOf` refuses. */
  evaluate<T extends Item>(ranking: ArrayLike<T>, relevant: ReadonlySet<T>): number;
  /**
   * The value for one user, from zeros and ones by place (those beyond k are not read) and the number of relevant
   * items. Allocates nothing: for loops over many users. Throws a MetricError when `relevant` is 0 or less than the hits.
   */
  ofHits(hits: ArrayLike<number>, relevant: number): number;
  /**
   * The value where one item is held out and stands at `rank`, counted from 1, as `rankOf` returns it. A rank between
   * two places counts as itself: 20.5 lies beyond k = 20. Throws a MetricError on a rank below 1.
   */
  ofRank(rank: number): number;
}

interface Definition {
  formula(k: number): string;
  ofHits(hits: ArrayLike<number>, relevant: number, k: number): number;
  /** The gain of a single target at a rank within k. */
  within(rank: number, k: number): number;
}

const DEFINITIONS: Record<MetricName, Definition> = {
  recall: {
    formula: (k) => `Σ_{i≤${k}} hit(i) / n`,
    ofHits: recallOfHits,
    within: () => 1,
  },
  "recall-min": {
    formula: (k) => `Σ_{i≤${k}} hit(i) / min(${k}, n)`,
    ofHits: recallMinOfHits,
    within: () => 1,
  },
  precision: {
    formula: (k) => `Σ_{i≤${k}} hit(i) / ${k}`,
    ofHits: precisionOfHits,
    within: (_rank, k) => 1 / k,
  },
  "hit-rate": {
    formula: (k) => `1 if Σ_{i≤${k}} hit(i) > 0, else 0`,
    ofHits: hitRateOfHits,
    within: () => 1,
  },
  ndcg: {
    formula: (k) => `Σ_{i≤${k}} hit(i) / log₂(i+1) ÷ Σ_{i≤min(${k}, n)} 1 / log₂(i+1)`,
    ofHits: ndcgOfHits,
    within: (rank) => 1 / Math.log2(rank + 1),
  },
  map: {
    formula: (k) => `Σ_{i≤${k}} hit(i) · (Σ_{j≤i} hit(j) / i) / min(${k}, n)`,
    ofHits: averagePrecisionOfHits,
    within: (rank) => 1 / rank,
  },
  mrr: {
    formula: (k) => `1 / (place of the first hit) if it is ≤ ${k}, else 0`,
    ofHits: reciprocalRankOfHits,
    within: (rank) => 1 / rank,
  },
};

/** The names `parseMetric` knows, in the order its errors list them. */
export const metricNames: readonly MetricName[] = Object.keys(DEFINITIONS) as MetricName[];

/**
 * Reads a metric written as name@k, such as "recall@20" or "ndcg@10". There are no aliases: one name, one formula.
 * Throws a MetricError that lists the known names on anything else.
 */
export function parseMetric(key: string): Metric {
  const [, name, digits] = /^([a-z-]+)@([1-9]\d*)$/.exec(key) ?? [];
  const k = Number(digits);
  if (name === undefined || !Object.hasOwn(DEFINITIONS, name) || !Number.isSafeInteger(k)) {
    throw new MetricError(
      `parseMetric: expected name@k, k a positive integer and name one of ${metricNames.join(", ")}, got ${show(key)}`,
    );
  }
  const definition = DEFINITIONS[name as MetricName];
  return {
    key,
    name: name as MetricName,
    k,
    formula: definition.formula(k),
    evaluate: (ranking, relevant) =>
      definition.ofHits(hitsFor(key, ranking, relevant, k), relevant.size, k),
    ofHits(hits, relevant) {
      checkHits(key, hits, relevant, k);
      return definition.ofHits(hits, relevant, k);
    },
    ofRank(rank) {
      if (!(rank >= 1 && Number.isFinite(rank))) {
        throw new MetricError(`${key}: expected a rank of at least 1, got ${show(rank)}`);
      }
      return rank <= k ? definition.within(rank, k) : 0;
    },
  };
}
