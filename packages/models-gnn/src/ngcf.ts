import {
  concat,
  dropout,
  fraction,
  normalizeRows,
  oneOf,
  type Rng,
  type Rules,
  resolveOptions,
  type Tensor,
  uniform,
  xavierUniform,
} from "@kith/core-tensors";
import { FullGraphRecommender } from "./full-graph-recommender.ts";
import type { Neighbourhood } from "./layers/neighbourhood.ts";
import { ngcfConvolution } from "./layers/ngcf-convolution.ts";
import type { Shapes, Weights } from "./layers/weights.ts";
import type { Propagation } from "./newcomer-graph.ts";
import { type PropagationOptions, propagationRules } from "./ranking-options.ts";

export interface NGCFOptions extends PropagationOptions {
  /**
   * "official-code" propagates over D⁻¹(A + I), as the authors' program does; "paper" over D^-½ A D^-½ with the formula of the paper, whose
   * activation is around the whole sum. Default "official-code".
   */
  variant?: "official-code" | "paper";
  /** Share of the numbers of each layer's result that are dropped in training. Default 0.1. */
  messageDropout?: number;
  /** Share of the edges that each step leaves out ("node dropout" of the authors' program). Default 0. */
  nodeDropout?: number;
  /** Passes over the interactions. Default 400. */
  epochs?: number;
  /** Draws per step. Default 1024. */
  batchSize?: number;
  /** Step size of Adam. Default 0.0001. */
  learningRate?: number;
  /** Weight λ of the L2 penalty on the propagated embeddings of the batch. Default 0.00001. */
  regularization?: number;
}

/**
 * NGCF (Wang et al., SIGIR 2019, https://arxiv.org/abs/1905.08108): messages between users and items that know how alike the two are, in
 * layers with weights; the embedding is all layers side by side, those after the first with length 1.
 */
export class NGCF extends FullGraphRecommender {
  /** What each option must be, and its default. */
  static readonly rules: Rules<NGCFOptions> = {
    ...propagationRules,
    epochs: { ...propagationRules.epochs, default: 400 },
    batchSize: { ...propagationRules.batchSize, default: 1024 },
    learningRate: { ...propagationRules.learningRate, default: 1e-4 },
    regularization: { ...propagationRules.regularization, default: 1e-5 },
    variant: oneOf(["official-code", "paper"], "official-code"),
    messageDropout: fraction(0.1),
    nodeDropout: fraction(0),
  };
  readonly name = "NGCF";
  readonly options: Readonly<Required<NGCFOptions>>;
  readonly penalises = "combined";

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(options: NGCFOptions = {}) {
    super();
    this.options = resolveOptions("NGCF", options, NGCF.rules);
  }

  /**
   * Reads what `save` wrote.
   * @throws FormatError or OptionError when it is something else
   */
  static load(file: Uint8Array): NGCF {
    return NGCF.restore("NGCF", file, (options) => new NGCF(options));
  }

  override get edgeDropout(): number {
    return this.options.nodeDropout;
  }

  protected get propagation(): Propagation {
    return this.options.variant === "paper"
      ? { selfLoops: false, normalization: "symmetric" }
      : { selfLoops: true, normalization: "row" };
  }

  protected get width(): number {
    return this.options.dim * (this.options.layers + 1);
  }

  layerShapes(): Shapes {
    const { dim } = this.options;
    return { sum: [dim, dim], product: [dim, dim], sumBias: [dim], productBias: [dim] };
  }

  layer(_n: number, at: Neighbourhood, x: Tensor, weights: Weights, rng?: Rng): Tensor {
    const h = ngcfConvolution(at, x, weights, this.options.variant);
    return rng ? dropout(h, this.options.messageDropout, rng) : h;
  }

  /** Only the copy that is combined has length 1: the next layer reads the state as it is. */
  combine([own, ...states]: readonly Tensor[]): Tensor {
    return concat([own, ...states.map(normalizeRows)]);
  }

  /** Biases too, as rows of one, as the authors' program begins them. */
  override initialize(_name: string, weight: Tensor, rng: Rng): void {
    const [inputs, outputs] = weight.shape.length === 2 ? weight.shape : [1, weight.size];
    const bound = Math.sqrt(6 / (inputs + outputs));
    uniform(weight, rng, -bound, bound);
  }

  protected override initializeNodes(e0: Tensor, users: number, rng: Rng): void {
    xavierUniform(e0.slice(0, users), rng);
    xavierUniform(e0.slice(users, e0.rows), rng);
  }
}
