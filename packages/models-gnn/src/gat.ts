import {
  addBias,
  elu,
  fraction,
  OptionError,
  positiveInteger,
  type Rng,
  type Rules,
  resolveOptions,
  type Tensor,
  uniform,
} from "@kith/core-tensors";
import { FullGraphRecommender } from "./full-graph-recommender.ts";
import { graphAttention } from "./layers/graph-attention.ts";
import type { Neighbourhood } from "./layers/neighbourhood.ts";
import type { Shapes, Weights } from "./layers/weights.ts";
import { type ChosenFeatures, featuresRule } from "./node-features.ts";
import { type PropagationOptions, propagationRules, quickRules } from "./ranking-options.ts";
import { type Readout, readOut, readoutRule, readoutWidth } from "./readout.ts";

export interface GATOptions extends PropagationOptions {
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
  /** Heads of attention in each layer; `dim` is divided among them. Default 4. */
  heads?: number;
  /** What a node's embedding is made of; "last" is the paper's. Default "mean". */
  readout?: Readout;
  /** Which features of users and items the first layer reads beside their own embeddings, where the data have any. Default "all". */
  nodeFeatures?: ChosenFeatures;
  /** Share of a layer's inputs, and of its attention coefficients, that are dropped in training. Default 0. */
  dropout?: number;
}

/**
 * Graph attention network (Veličković et al., ICLR 2018, https://arxiv.org/abs/1710.10903) as an encoder of users and items: a node learns which of
 * its neighbours to listen to. ELU between layers, none in the last.
 */
export class GAT extends FullGraphRecommender {
  /** What each option must be, and its default. */
  static readonly rules: Rules<GATOptions> = {
    ...propagationRules,
    ...quickRules,
    layers: { ...propagationRules.layers, default: 2 },
    heads: positiveInteger(4, 64),
    readout: readoutRule,
    nodeFeatures: featuresRule,
    dropout: fraction(0),
  };
  readonly name = "GAT";
  readonly options: Readonly<Required<GATOptions>>;
  readonly penalises = "own";
  protected readonly propagation = { selfLoops: true, normalization: "none" } as const;

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(options: GATOptions = {}) {
    super();
    this.options = resolveOptions("GAT", options, GAT.rules);
    const { dim, heads } = this.options;
    if (dim % heads !== 0)
      throw new OptionError(
        "GAT",
        "heads",
        `must divide dim, which is ${dim}, into equal shares, got ${heads}`,
      );
  }

  /**
   * Reads what `save` wrote.
   * @throws FormatError or OptionError when it is something else
   */
  static load(file: Uint8Array): GAT {
    return GAT.restore("GAT", file, (options) => new GAT(options));
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
    return { weight: [dim, dim], target: [dim], source: [dim], bias: [dim] };
  }

  layer(n: number, at: Neighbourhood, x: Tensor, weights: Weights, rng?: Rng): Tensor {
    const { heads, dropout, layers } = this.options;
    const attended = graphAttention(at, x, weights, heads, rng && { rate: dropout, rng });
    const h = addBias(attended, weights.bias);
    return n < layers - 1 ? elu(h) : h;
  }

  /** Vectors of attention as the authors' program begins them: each head's as a matrix [width of the head, 1]. */
  override initialize(name: string, weight: Tensor, rng: Rng): void {
    const { dim, heads } = this.options;
    if (name === "target" || name === "source") {
      const bound = Math.sqrt(6 / (dim / heads + 1));
      uniform(weight, rng, -bound, bound);
    } else super.initialize(name, weight, rng);
  }

  combine(states: readonly Tensor[]): Tensor {
    return readOut(states, this.options.readout);
  }
}
