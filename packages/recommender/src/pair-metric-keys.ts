import { OptionError } from "@kith/core-tensors";
import type { LabelledScores } from "./labelled-scores.ts";

/** A metric of labelled pairs by its key. */
export interface PairMetric {
  readonly key: string;
  readonly formula: string;
  /** Of the pairs whose items the model both knows, instead of all. */
  readonly isOfSeen: boolean;
  of(pairs: LabelledScores): number;
}

const AUC =
  "chance that a pair of label 1 scores above one of label 0, a tie counting half (Mann–Whitney with mid-ranks)";
const AP = "Σ (Rⱼ − Rⱼ₋₁) · Pⱼ over distinct scores, highest first: no trapezoid";
const ALL = "; a pair with an item that the model does not know has the median score of the others";
const SEEN = "; over the pairs whose items the model both knows";

const auc = (pairs: LabelledScores): number => pairs.auc;
const averagePrecision = (pairs: LabelledScores): number => pairs.averagePrecision;

const METRICS: readonly PairMetric[] = [
  { key: "auc", formula: AUC + ALL, isOfSeen: false, of: auc },
  { key: "auc-seen", formula: AUC + SEEN, isOfSeen: true, of: auc },
  { key: "average-precision", formula: AP + ALL, isOfSeen: false, of: averagePrecision },
  { key: "average-precision-seen", formula: AP + SEEN, isOfSeen: true, of: averagePrecision },
];

/** What is measured unless told. */
export const PAIR_METRICS: readonly string[] = ["auc", "auc-seen", "average-precision"];

/**
 * Reads metric keys of link prediction.
 * @throws OptionError naming the first that is unknown
 */
export function parsePairMetrics(keys: readonly string[]): PairMetric[] {
  if (keys.length === 0)
    throw new OptionError("evaluatePairs", "metrics", "must name at least one metric, got none");
  return keys.map((key) => {
    const metric = METRICS.find((one) => one.key === key);
    if (metric) return metric;
    throw new OptionError(
      "evaluatePairs",
      "metrics",
      `must be of ${METRICS.map((one) => one.key).join(", ")}, got ${JSON.stringify(key)}`,
    );
  });
}
