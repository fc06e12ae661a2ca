import { type Rules, resolveOptions } from "@kith/core-tensors";
import { layersRule, type NcfOptions, ncfRules } from "./ncf/ncf-options.ts";
import { type NcfDesign, NcfRecommender } from "./ncf/ncf-recommender.ts";

export interface MLPOptions extends NcfOptions {
  /** Widths of the layers: the first is both embeddings side by side, so that each is half as long. Default [64, 32, 16, 8]. */
  layers?: number[];
}

/**
 * A multi-layer perceptron on the embeddings of user and item (He et al., WWW 2017, https://arxiv.org/abs/1708.05031, equation 10).
 *
 *   z₀ = [pᵤ; qᵢ]      zₙ = max(0, Wₙ zₙ₋₁ + bₙ)      ŷ(u, i) = σ(h · z_L + b)      with the loss of GMF
 *
 * Scores are logits.
 */
export class MLP extends NcfRecommender {
  /** What each option must be, and its default. */
  static readonly rules: Rules<MLPOptions> = { layers: layersRule, ...ncfRules };
  readonly name = "MLP";
  readonly options: Readonly<Required<MLPOptions>>;

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(options: MLPOptions = {}) {
    super();
    this.options = resolveOptions("MLP", options, MLP.rules);
  }

  /**
   * Reads what `save` wrote.
   * @throws FormatError or OptionError when it is something else
   */
  static load(file: Uint8Array): MLP {
    return MLP.restore("MLP", file, (options) => new MLP(options));
  }

  protected get design(): NcfDesign {
    const { layers } = this.options;
    return { dim: 0, layers, optimizer: "adam", pretrainEpochs: 0, alpha: 0 };
  }
}
