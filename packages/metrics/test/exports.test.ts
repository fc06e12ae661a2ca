import * as metrics from "../src/index.ts";

it("exports this and nothing else", () => {
  expect(Object.keys(metrics).sort()).toEqual([
    "MetricError",
    "auc",
    "averagePrecision",
    "averagePrecisionAtK",
    "averagePrecisionAtKTrec",
    "bootstrapInterval",
    "catalogueCoverage",
    "cosineDistance",
    "countRecommendations",
    "gauc",
    "gini",
    "hitRate",
    "hitsOf",
    "holmAdjusted",
    "intraListDiversity",
    "macroMean",
    "mae",
    "metricNames",
    "microMean",
    "ndcg",
    "ndcgExponential",
    "ndcgLinear",
    "novelty",
    "pairedTTest",
    "parseMetric",
    "prCurve",
    "precision",
    "rankFromCounts",
    "rankOf",
    "recall",
    "recallMin",
    "reciprocalRank",
    "rmse",
    "selfInformation",
    "tieCount",
    "tieRate",
    "wilcoxonSignedRank",
  ]);
});

it("names its errors, so that they can be told from others", () => {
  const error = new metrics.MetricError("recall: …");
  expect(error).toBeInstanceOf(Error);
  expect(error.name).toBe("MetricError");
});
