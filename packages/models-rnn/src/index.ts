export { MarkovChain, type MarkovChainOptions } from "./baselines/markov-chain.ts";
export { SessionItemKNN, type SessionItemKNNOptions } from "./baselines/session-item-knn.ts";
export {
  SessionPopularity,
  type SessionPopularityOptions,
  SPop,
} from "./baselines/session-popularity.ts";
export { STAN, type STANOptions } from "./baselines/stan.ts";
export { VSKNN, type VSKNNOptions } from "./baselines/vsknn.ts";
export type { CellName, ResetGate } from "./cells.ts";
export { GRU4Rec } from "./gru4rec.ts";
export type {
  FinalActivation,
  Gru4RecLoss,
  Gru4RecOptions,
  ItemInput,
  SessionInput,
} from "./gru4rec-options.ts";
export { NARM } from "./narm.ts";
export type { NarmOptions } from "./narm-options.ts";
