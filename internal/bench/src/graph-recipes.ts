import { GAT, GCN, GraphSAGE, LightGCN, NGCF, PinSage, XSimGCL } from "@kith/models-gnn";
import type { UserItemRecommender } from "@kith/recommender";

/** How each graph model is trained to be compared with the others. */
export interface Recipe {
  readonly name: string;
  make(seed: number): UserItemRecommender;
  /** Whether it is trained for all its epochs, however long that takes. */
  readonly unlimited?: boolean;
}

/** Softmax over items, which needs few epochs; the same for all that have it. */
export const SOFTMAX = {
  loss: "softmax",
  learningRate: 0.01,
  regularization: 0,
  temperature: 0.1,
  batchSize: 2048,
} as const;

/** For catalogues of thousands of items: all of them as negatives. */
export const smallRecipes = (epochs: number): readonly Recipe[] => [
  {
    name: "MF (LightGCN, K = 0)",
    make: (seed) => new LightGCN({ ...SOFTMAX, layers: 0, epochs, seed }),
  },
  {
    name: "LightGCN",
    make: (seed) => new LightGCN({ ...SOFTMAX, layers: 2, epochs, seed }),
  },
  {
    name: "LightGCN, learned layer weights",
    make: (seed) => new LightGCN({ ...SOFTMAX, layers: 2, learnLayerWeights: true, epochs, seed }),
  },
  {
    name: "XSimGCL",
    make: (seed) => new XSimGCL({ ...SOFTMAX, layers: 2, contrast: 0.05, epochs, seed }),
  },
  { name: "GCN", make: (seed) => new GCN({ ...SOFTMAX, epochs, seed }) },
  { name: "NGCF", make: (seed) => new NGCF({ ...SOFTMAX, layers: 2, epochs, seed }) },
  { name: "GAT", make: (seed) => new GAT({ ...SOFTMAX, epochs, seed }) },
  {
    name: "GraphSAGE",
    make: (seed) => new GraphSAGE({ ...SOFTMAX, negatives: 0, epochs, seed }),
  },
  { name: "PinSage", make: (seed) => new PinSage({ epochs, seed }) },
];

/** For tens of thousands of items: a sample of them as negatives. */
const SAMPLED = {
  ...SOFTMAX,
  temperature: 0.08,
  negatives: 2048,
  lengthNormalization: 0.3,
} as const;

export const largeRecipes: readonly Recipe[] = [
  { name: "XSimGCL", make: (seed) => new XSimGCL({ epochs: 14, seed }), unlimited: true },
  {
    name: "LightGCN, learned layer weights",
    make: (seed) => new LightGCN({ ...SAMPLED, learnLayerWeights: true, epochs: 10, seed }),
  },
  { name: "GCN", make: (seed) => new GCN({ ...SAMPLED, epochs: 10, seed }) },
  { name: "NGCF", make: (seed) => new NGCF({ ...SAMPLED, epochs: 10, seed }) },
  { name: "GAT", make: (seed) => new GAT({ ...SAMPLED, epochs: 10, seed }) },
  {
    name: "GraphSAGE",
    make: (seed) => new GraphSAGE({ ...SAMPLED, fanOut: [10, 5], epochs: 10, seed }),
  },
  { name: "PinSage", make: (seed) => new PinSage({ batchSize: 2048, epochs: 10, seed }) },
];
