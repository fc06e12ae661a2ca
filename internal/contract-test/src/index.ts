export { checkerboard, type Named } from "./checkerboard.ts";
export { type ContractOptions, recommenderContract } from "./contract.ts";
export { heapInUse } from "./heap-in-use.ts";
