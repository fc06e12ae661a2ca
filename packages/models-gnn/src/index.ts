export { LightGCN, type LightGCNOptions } from "./lightgcn.ts";
export { NGCF, type NGCFOptions } from "./ngcf.ts";
