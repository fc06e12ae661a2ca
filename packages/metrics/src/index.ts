// Lists of recommended items, one user at a time

// Scores and labels
export { auc } from "./auc.ts";
// Is the difference real
export { type BootstrapOptions, bootstrapInterval, type Interval } from "./bootstrap.ts";
// Beyond accuracy
export { catalogueCoverage } from "./coverage.ts";
export { cosineDistance, intraListDiversity } from "./diversity.ts";
export { MetricError } from "./errors.ts";
export { type GaucOptions, type GroupedAuc, gauc } from "./gauc.ts";
export { countRecommendations, gini } from "./gini.ts";
export { hitRate } from "./hit-rate.ts";
export { hitsOf } from "./hits.ts";
export { holmAdjusted } from "./holm.ts";
export type { Item } from "./item.ts";
export { averagePrecisionAtK, averagePrecisionAtKTrec } from "./map.ts";
// Averages over users
export { macroMean, microMean } from "./mean.ts";
export { reciprocalRank } from "./mrr.ts";
export { ndcg, ndcgExponential, ndcgLinear } from "./ndcg.ts";
export { novelty, type SelfInformationOptions, selfInformation } from "./novelty.ts";
export { type Metric, type MetricName, metricNames, parseMetric } from "./parse-metric.ts";
export { averagePrecision, type PrecisionRecallCurve, prCurve } from "./pr-curve.ts";
export { precision } from "./precision.ts";
// Ratings
export { mae, rmse } from "./rating.ts";
export { recall, recallMin } from "./recall.ts";
export { pairedTTest, type TTest } from "./t-test.ts";
export { rankFromCounts, rankOf, type TiePolicy, tieCount, tieRate } from "./ties.ts";
export { type Wilcoxon, type WilcoxonOptions, wilcoxonSignedRank } from "./wilcoxon.ts";
