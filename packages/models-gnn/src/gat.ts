import {
  addBias,
  elu,
  OptionError,
  positiveInteger,
  type Rng,
  type Rules,
  resolveOptions,
  type Tensor,
  uniform,
} from "@kith/core-tensors";
import {
  type ConvolutionOptions,
  ConvolutionRecommender,
  convolutionRules,
} from "./convolution-recommender.ts";
import { graphAttention } from "./layers/graph-attention.ts";
import type { Neighbourhood } from "./layers/neighbourhood.ts";
import type { Shapes, Weights } from "./layers/weights.ts";

export interface GATOptions extends ConvolutionOptions {
  /** Heads of attention in each layer; `dim` is divided among them. Default 4. */
  heads?: number;
}

/**
 * Graph attention network (Veličković et al., ICLR 2018, https://arxiv.org/abs/1710.10903) as an encoder of users and items: a node learns which of
 * its neighbours to listen to. ELU between layers, none in the last.
 */
export class GAT extends ConvolutionRecommender {
  /** What each option must be, and its default. */
  static readonly rules: Rules<GATOptions> = { ...convolutionRules, heads: positiveInteger(4, 64) };
  readonly name = "GAT";
  readonly options: Readonly<Required<GATOptions>>;
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
}
