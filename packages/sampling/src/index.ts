export { AliasTable } from "./alias-table.ts";
export { batches } from "./batches.ts";
export { type Distinct, DistinctIds } from "./distinct.ts";
export { NegativeSampler, type NegativeSamplerOptions } from "./negatives.ts";
export { PairSampler, type Pairs } from "./pair-sampler.ts";
export { TripleSampler } from "./triple-sampler.ts";
