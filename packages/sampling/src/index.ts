export { AliasTable } from "./alias-table.ts";
export { batches } from "./batches.ts";
export { type Distinct, DistinctIds } from "./distinct.ts";
export { type MostVisited, type MostVisitedOptions, mostVisited } from "./most-visited.ts";
export { NegativeSampler, type NegativeSamplerOptions } from "./negatives.ts";
export {
  type NeighbourBlock,
  NeighbourSampler,
  type NeighbourSamplerOptions,
} from "./neighbour-sampler.ts";
export { PairSampler, type Pairs } from "./pair-sampler.ts";
export { type PairSplit, type SplitPairsOptions, splitPairs } from "./pair-split.ts";
export {
  RANDOM_WALKS_RULES,
  RandomWalks,
  type RandomWalksOptions,
} from "./random-walks.ts";
export { type SessionBatch, SessionBatches } from "./session-batches.ts";
export { TripleSampler } from "./triple-sampler.ts";
export {
  countWindowPairs,
  type WindowPairs,
  type WindowPairsOptions,
  windowPairs,
} from "./window-pairs.ts";
