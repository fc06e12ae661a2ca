import { type Rng, type Rules, relu, resolveOptions, type Tensor } from "@kith/core-tensors";
import {
  type ConvolutionOptions,
  ConvolutionRecommender,
  convolutionRules,
} from "./convolution-recommender.ts";
import { graphConvolution } from "./layers/graph-convolution.ts";
import type { Neighbourhood } from "./layers/neighbourhood.ts";
import type { Shapes, Weights } from "./layers/weights.ts";

export type GCNOptions = ConvolutionOptions;

/**
 * Graph convolutional network (Kipf & Welling, ICLR 2017, https://arxiv.org/abs/1609.02907) as an encoder of users and items:
 *
 *   H⁽ᵏ⁺¹⁾ = ReLU(Â H⁽ᵏ⁾ W⁽ᵏ⁾ + b⁽ᵏ⁾),  Â = D̃^-½ (A + I) D̃^-½,  H⁽⁰⁾ = E, which is learned; no ReLU in the last layer
 */
export class GCN extends ConvolutionRecommender {
  /** What each option must be, and its default. */
  static readonly rules: Rules<GCNOptions> = convolutionRules;
  readonly name = "GCN";
  readonly options: Readonly<Required<GCNOptions>>;
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

  layerShapes(): Shapes {
    const { dim } = this.options;
    return { weight: [dim, dim], bias: [dim] };
  }

  layer(n: number, at: Neighbourhood, x: Tensor, weights: Weights, rng?: Rng): Tensor {
    const h = graphConvolution(at, x, weights, rng && { rate: this.options.dropout, rng });
    return n < this.options.layers - 1 ? relu(h) : h;
  }
}
