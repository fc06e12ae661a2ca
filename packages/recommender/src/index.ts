export { type AdditiveEmbeddings, AdditiveRecommender } from "./additive-recommender.ts";
export { breathe } from "./breathe.ts";
export { checkK } from "./check-k.ts";
export { type DrawCandidatesOptions, drawCandidates } from "./draw-candidates.ts";
export { EmbeddingRecommender, type Embeddings } from "./embedding-recommender.ts";
export type { Epoch } from "./epoch.ts";
export { type EvaluateOptions, type Evaluation, evaluate } from "./evaluate.ts";
export {
  type CandidateEvaluation,
  type CandidateRow,
  type EvaluateCandidatesOptions,
  evaluateCandidates,
} from "./evaluate-candidates.ts";
export {
  type EvaluateNextItemOptions,
  evaluateNextItem,
  type NextItemEvaluation,
} from "./evaluate-next-item.ts";
export {
  type EvaluatePairsOptions,
  evaluatePairs,
  type PairEvaluation,
  type PairScorer,
  type PairScores,
} from "./evaluate-pairs.ts";
export {
  type EvaluateRatingsOptions,
  evaluateRatings,
  type RatingEvaluation,
} from "./evaluate-ratings.ts";
export type { Checkpoint, FitOptions, Progress, TrainOptions, Validation } from "./fit.ts";
export { historyRows } from "./history-rows.ts";
export { type ItemQuery, ItemRecommender, type ItemSet } from "./item-recommender.ts";
export type { ItemScore, ItemTables } from "./item-vectors.ts";
export type { Measurable, MeasureOptions } from "./measurable.ts";
export { decodeModelFile, encodeModelFile, type ModelFile } from "./model-file.ts";
export { onePass } from "./one-pass.ts";
export type { Ranking, Reason, RecommendOptions } from "./ranking.ts";
export { isRatingMetric } from "./rating-metrics.ts";
export { ratingSummary } from "./rating-summary.ts";
export { type Learned, Recommender } from "./recommender.ts";
export {
  decodeSafeTensors,
  type Elements,
  encodeSafeTensors,
  type SafeTensors,
  type StoredTensor,
} from "./safetensors.ts";
export type { Session } from "./session.ts";
export {
  type SessionQuery,
  SessionRecommender,
  type SessionStates,
} from "./session-recommender.ts";
export { TensorReader } from "./tensor-reader.ts";
export { type Scores, type TopK, topK } from "./top-k.ts";
export { type NetworkSteps, type NetworkTraining, trainNetwork } from "./train-network.ts";
export { type StepLoss, type Training, trainingLoop } from "./training-loop.ts";
export {
  type Profile,
  type SimilarUsers,
  type Subject,
  UserItemRecommender,
  type UserQuery,
} from "./user-item-recommender.ts";
