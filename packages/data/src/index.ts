export { FeatureEncoder, type FeatureEncoderOptions } from "./feature-encoder.ts";
export {
  type CategoricalField,
  type FeatureField,
  type FeatureRow,
  Features,
  type FeaturesOptions,
  type MultiHotField,
  type NumericField,
  type VectorField,
} from "./features.ts";
export type { FeatureKind, FeatureValue } from "./field-builder.ts";
export { type KCoreOptions, type KCoreReport, kCore } from "./filter.ts";
export {
  type Aligned,
  type InteractionColumns,
  type InteractionRow,
  Interactions,
} from "./interactions.ts";
export { type ItemPairColumns, type ItemPairRow, ItemPairs } from "./item-pairs.ts";
export { type Leak, leakCheck, type Parts, type Unseen } from "./leak-check.ts";
export type { BadRow } from "./read/bad-rows.ts";
export {
  type FeaturesReport,
  type ReadFeaturesOptions,
  readFeatures,
} from "./read/features.ts";
export type { Format } from "./read/format.ts";
export type { ChosenColumns } from "./read/interaction-columns.ts";
export {
  type ReadInteractionsOptions,
  type ReadReport,
  readInteractions,
} from "./read/interactions.ts";
export type { ChosenPairColumns, PairColumnOptions } from "./read/pair-roles.ts";
export { type PairsReport, type ReadItemPairsOptions, readItemPairs } from "./read/pairs.ts";
export type { ReadOptions } from "./read/scan.ts";
export {
  type ReadSequencesOptions,
  readSequences,
  type SequencesReport,
} from "./read/sequences.ts";
export type { ByteSource } from "./read/source.ts";
export {
  type Items,
  type ReadItemsOptions,
  readItems,
  readTable,
  type Table,
} from "./read/table.ts";
export type { ItemsByUser } from "./rows-by-pair.ts";
export { type AlignedSequences, type SequenceColumns, Sequences } from "./sequences.ts";
export {
  type FilterSessionsOptions,
  type FilterSessionsReport,
  filterSessions,
} from "./session-filter.ts";
export { type SessionSplit, type SplitSessionsOptions, splitSessions } from "./session-split.ts";
export { type SessionsFromOptions, sessionsFrom } from "./sessions.ts";
export { type Split, type SplitOptions, split } from "./split.ts";
export type { SplitKind } from "./split-kinds.ts";
export type { Summary } from "./summary.ts";
export type { TokenChunk, TokenSource } from "./token-source.ts";
export { type EncodedVocabulary, type Id, Vocabulary, VocabularyBuilder } from "./vocabulary.ts";
