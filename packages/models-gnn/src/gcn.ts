import {
  fraction,
  type Rng,
  type Rules,
  relu,
  resolveOptions,
  type Tensor,
} from "@kith/core-tensors";
import { FullGraphRecommender } from "./full-graph-recommender.ts";
import { graphConvolution } from "./layers/graph-convolution.ts";
import type { Neighbourhood } from "./layers/neighbourhood.ts";
import type { Shapes, Weights } from "./layers/weights.ts";
import { type ChosenFeatures, featuresRule } from "./node-features.ts";
import { type PropagationOptions, propagationRules, quickRules } from "./ranking-options.ts";
import { type Readout, readOut, readoutRule, readoutWidth } from "./readout.ts";

export interface GCNOptions extends PropagationOptions {
  /** "bpr" tells a liked item from an unseen one; "softmax" from all items or a sample, and needs far fewer epochs. Default "softmax". */
  loss?: "bpr" | "softmax";
  /** Passes over the interactions. Default 20. */
  epochs?: number;
  /** Step size of Adam. Default 0.01. */
  learningRate?: number;
  /** Weight λ of the L2 penalty on the batch's own embeddings. Default 0. */
  regularization?: number;
  /** Propagation steps. Default 2. */
  layers?: number;
  /** What a node's embedding is made of; "last" is the paper's. Default "mean". */
  readout?: Readout;
  /** Which features of users and items the first layer reads beside their own embeddings, where the data have any. Default "all". */
  nodeFeatures?: ChosenFeatures;
  /** Share of the numbers that a layer reads which are dropped in training. Default 0. */
  dropout?: number;
}

/**
 * Graph convolutional network (Kipf & Welling, ICLR 2017, https://arxiv.org/abs/1609.02907) as an encoder of users and items:
 *
 *   H⁽ᵏ⁺¹⁾ = ReLU(Â H⁽ᵏ⁾ W⁽ᵏ⁾ + b⁽ᵏ⁾),  Â = D̃^-½ (A + I) D̃^-½,  H⁽⁰⁾ = E, which is learned; no ReLU in the last layer
 */
export class GCN extends FullGraphRecommender {
  /** What each option must be, and its default. */
  static readonly rules: Rules<GCNOptions> = {
    ...propagationRules,
    ...quickRules,
    layers: { ...propagationRules.layers, default: 2 },
    readout: readoutRule,
    nodeFeatures: featuresRule,
    dropout: fraction(0),
  };
  readonly name = "GCN";
  readonly options: Readonly<Required<GCNOptions>>;
  readonly penalises = "own";
  protected readonly propagation = { selfLoops: true, normalization: "symmetric" } as const;

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(options: GCNOptions = {}) {
    super();
    this.options = resolveOptions("GCN", options, GCN.rules);
  }

  /**
   * Reads what `save` wrote.
   * @throws FormatError or OptionError when it is something else
   */
  static load(file: Uint8Array): GCN {
    return GCN.restore("GCN", file, (options) => new GCN(options));
  }

  protected get width(): number {
    const { dim, layers, readout } = this.options;
    return readoutWidth(dim, layers, readout);
  }

  protected override get nodeFeatures(): ChosenFeatures {
    return this.options.nodeFeatures;
  }

  layerShapes(): Shapes {
    const { dim } = this.options;
    return { weight: [dim, dim], bias: [dim] };
  }

  layer(n: number, at: Neighbourhood, x: Tensor, weights: Weights, rng?: Rng): Tensor {
    const h = graphConvolution(at, x, weights, rng && { rate: this.options.dropout, rng });
    return n < this.options.layers - 1 ? relu(h) : h;
  }

  combine(states: readonly Tensor[]): Tensor {
    return readOut(states, this.options.readout);
  }
}
