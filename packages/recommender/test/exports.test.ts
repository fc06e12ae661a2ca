import * as recommender from "../src/index.ts";

test("exports this and nothing else", () => {
  expect(Object.keys(recommender).sort()).toEqual([
    "AdditiveRecommender",
    "EmbeddingRecommender",
    "ItemRecommender",
    "Recommender",
    "SessionRecommender",
    "TensorReader",
    "UserItemRecommender",
    "breathe",
    "checkK",
    "decodeModelFile",
    "decodeSafeTensors",
    "drawCandidates",
    "encodeModelFile",
    "encodeSafeTensors",
    "evaluate",
    "evaluateCandidates",
    "evaluateNextItem",
    "evaluatePairs",
    "evaluateRatings",
    "historyRows",
    "isRatingMetric",
    "onePass",
    "ratingSummary",
    "topK",
    "trainNetwork",
    "trainingLoop",
  ]);
});
