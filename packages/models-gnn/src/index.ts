export { GAT, type GATOptions } from "./gat.ts";
export { GCN, type GCNOptions } from "./gcn.ts";
export { GraphSAGE, type GraphSAGEOptions } from "./graphsage.ts";
export { LightGCN, type LightGCNOptions } from "./lightgcn.ts";
export { NGCF, type NGCFOptions } from "./ngcf.ts";
export {
  type ClassifierEpoch,
  NodeClassifier,
  type NodeClassifierOptions,
  type NodeData,
} from "./node-classifier.ts";
export { PinSage, type PinSageOptions } from "./pinsage.ts";
export { XSimGCL, type XSimGCLOptions } from "./xsimgcl.ts";
