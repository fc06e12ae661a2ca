export { checkerboard, type Named } from "./checkerboard.ts";
export { heapInUse } from "./heap-in-use.ts";
export {
  type ItemContractOptions,
  type ItemData,
  itemRecommenderContract,
} from "./item-contract.ts";
export {
  type SessionContractOptions,
  sessionRecommenderContract,
  stairs,
} from "./session-contract.ts";
export { pairsAsSequences, type TwoColours, twoColours } from "./two-colours.ts";
export { type ContractOptions, recommenderContract } from "./user-item-contract.ts";
