import {
  flag,
  type Rules,
  resolveOptions,
  type SparseMatrix,
  type Tensor,
} from "@kith/core-tensors";
import { LightEncoder } from "./light-encoder.ts";
import { LightRecommender } from "./light-recommender.ts";
import { type PropagationOptions, propagationRules } from "./ranking-options.ts";

export interface LightGCNOptions extends PropagationOptions {
  /** Propagation steps K; 0 is matrix factorisation. Default 3. */
  layers?: number;
  /** Passes over the interactions. Default 1000, as in the paper; with "softmax" 5 to 20 are enough. */
  epochs?: number;
  /** Learn the weight of each layer instead of 1/(K+1): a softmax, so that they sum to 1. Default false, as in the paper. */
  learnLayerWeights?: boolean;
}

/**
 * LightGCN (He et al., SIGIR 2020, https://arxiv.org/abs/2002.02126): embeddings of users and items, smoothed over their graph
 * with no weights and no activation.
 *
 *   E⁽ᵏ⁺¹⁾ = Ã E⁽ᵏ⁾,  Ã = D^-½ A D^-½ without self loops      E = 1/(K+1) Σₖ E⁽ᵏ⁾      score(u, i) = eᵤ · eᵢ
 *
 * The loss is BPR on E with an L2 penalty on E⁽⁰⁾ of the batch (equation 15), or the softmax over items of cos(eᵤ, eᵢ) / temperature;
 * there the keys of a batch are its liked items and the negatives that all its rows share, without a correction for how often each is drawn.
 */
export class LightGCN extends LightRecommender {
  /** What each option must be, and its default. */
  static readonly rules: Rules<LightGCNOptions> = {
    ...propagationRules,
    learnLayerWeights: flag(false),
  };
  readonly name = "LightGCN";
  readonly options: Readonly<Required<LightGCNOptions>>;

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(options: LightGCNOptions = {}) {
    super();
    this.options = resolveOptions("LightGCN", options, LightGCN.rules);
  }

  /**
   * Reads what `save` wrote.
   * @throws FormatError or OptionError when it is something else
   */
  static load(file: Uint8Array): LightGCN {
    return LightGCN.restore("LightGCN", file, (options) => new LightGCN(options));
  }

  protected encoder(e0: Tensor, adjacency: SparseMatrix): LightEncoder {
    const { layers, learnLayerWeights } = this.options;
    return new LightEncoder(e0, adjacency, { layers, learnsWeights: learnLayerWeights });
  }
}
