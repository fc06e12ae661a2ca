export { DeepWalk, type DeepWalkOptions } from "./deep-walk.ts";
export { Eges, type EgesData, type EgesOptions } from "./eges.ts";
export { EventEmbeddings, type EventEmbeddingsOptions } from "./event-embeddings.ts";
export { type EventRow, Events, type EventTypes, type TypeOf } from "./events.ts";
export type { Evidence } from "./evidence.ts";
export { readIds, writeIds } from "./formats/id-lines.ts";
export { readNpy, writeNpy } from "./formats/npy.ts";
export type { ReadVectorsOptions } from "./formats/read-options.ts";
export { readSafeTensors, writeSafeTensors } from "./formats/safetensors.ts";
export {
  type ReadWord2VecOptions,
  readWord2Vec,
  type WriteWord2VecOptions,
  writeWord2Vec,
} from "./formats/word2vec.ts";
export { Item2Vec, type Item2VecOptions } from "./item2vec.ts";
export {
  type AnalogyTerms,
  KeyedVectors,
  type SimilarToOptions,
  type Vector,
} from "./keyed-vectors.ts";
export {
  type ItemMarket,
  type ListingSessionRow,
  ListingSessions,
  type ListingSessionsOptions,
} from "./listing-sessions.ts";
export { Node2Vec, type Node2VecOptions } from "./node2vec.ts";
export {
  type Growth,
  type PartialFitOptions,
  SkipGramRecommender,
} from "./skip-gram-recommender.ts";
export { StarSpace, type StarSpaceData, type StarSpaceOptions } from "./star-space.ts";
export type { SkipGramOptions } from "./training/skip-gram-options.ts";
export type { TypedProfile } from "./typed-embedding-recommender.ts";
export type { DirectionOptions } from "./walk-data.ts";
