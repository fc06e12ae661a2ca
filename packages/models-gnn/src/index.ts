export { LightGCN, type LightGCNOptions } from "./lightgcn.ts";
