import {
  addBias,
  type Csr,
  elu,
  matmul,
  normalizeRows,
  relu,
  type Tensor,
} from "@kith/core-tensors";
import { normalize, withSelfLoops } from "@kith/graph";
import { graphAttention } from "./layers/graph-attention.ts";
import { graphConvolution } from "./layers/graph-convolution.ts";
import type { Dropout, Input } from "./layers/linear.ts";
import type { Neighbourhood } from "./layers/neighbourhood.ts";
import { sageConvolution, sageShapes } from "./layers/sage-convolution.ts";
import type { Shapes, Weights } from "./layers/weights.ts";

/** The sizes of a classifier of two layers. */
export interface Sizes {
  readonly inputs: number;
  /** Of the first layer: all heads together. */
  readonly hidden: number;
  readonly heads: number;
  readonly classes: number;
}

/** Two layers of one kind, from features to logits of classes. */
export interface Architecture {
  /** The graph with the weights that its layers propagate by. */
  graph(adjacency: Csr): { readonly csr: Csr; readonly symmetric: boolean };
  shapes(sizes: Sizes): readonly [Shapes, Shapes];
  /** The hidden states, with their activation. */
  hidden(at: Neighbourhood, x: Input, weights: Weights, sizes: Sizes, noise?: Dropout): Tensor;
  logits(at: Neighbourhood, h: Tensor, weights: Weights, noise?: Dropout): Tensor;
  /** Whether the L2 penalty is on a weight of layer 0 or 1. */
  decays(layer: number, name: string): boolean;
}

/** As in Kipf & Welling: ReLU between, the penalty on the first layer alone. */
const gcn: Architecture = {
  graph: (adjacency) => ({
    csr: normalize(withSelfLoops(adjacency), "symmetric"),
    symmetric: true,
  }),
  shapes: ({ inputs, hidden, classes }) => [
    { weight: [inputs, hidden], bias: [hidden] },
    { weight: [hidden, classes], bias: [classes] },
  ],
  hidden: (at, x, weights, _, noise) => relu(graphConvolution(at, x, weights, noise)),
  logits: graphConvolution,
  decays: (layer, name) => layer === 0 && name === "weight",
};

/** As in Veličković et al.: ELU between, one head in the end. */
const gat: Architecture = {
  graph: (adjacency) => ({ csr: withSelfLoops(adjacency), symmetric: true }),
  shapes: ({ inputs, hidden, classes }) => [
    attentionShapes(inputs, hidden),
    attentionShapes(hidden, classes),
  ],
  hidden: (at, x, weights, { heads }, noise) =>
    elu(addBias(graphAttention(at, x, weights, heads, noise), weights.bias)),
  logits: (at, h, weights, noise) =>
    addBias(graphAttention(at, h, weights, 1, noise), weights.bias),
  decays: (_, name) => name !== "bias",
};

const attentionShapes = (inputs: number, outputs: number): Shapes => ({
  weight: [inputs, outputs],
  target: [outputs],
  source: [outputs],
  bias: [outputs],
});

/** As in Hamilton et al., with all neighbours instead of a sample: mean aggregator, ReLU between, a dense layer to the classes. */
const graphsage: Architecture = {
  graph: (adjacency) => ({ csr: normalize(adjacency, "row"), symmetric: false }),
  shapes: ({ inputs, hidden, classes }) => [
    sageShapes("mean", inputs, hidden),
    { ...sageShapes("mean", hidden, hidden), weight: [hidden, classes], bias: [classes] },
  ],
  hidden: (at, x, weights, _, noise) => relu(sageConvolution(at, x, weights, "mean", noise)),
  logits: (at, h, weights, noise) =>
    addBias(
      matmul(normalizeRows(sageConvolution(at, h, weights, "mean", noise)), weights.weight),
      weights.bias,
    ),
  decays: (_, name) => name !== "bias",
};

export const architectures: Readonly<Record<"gcn" | "gat" | "graphsage", Architecture>> = {
  gcn,
  gat,
  graphsage,
};
