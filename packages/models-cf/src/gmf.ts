import { positiveInteger, type Rules, resolveOptions } from "@kith/core-tensors";
import { type NcfOptions, ncfRules } from "./ncf/ncf-options.ts";
import { type NcfDesign, NcfRecommender } from "./ncf/ncf-recommender.ts";

export interface GMFOptions extends NcfOptions {
  /** Length of each embedding. Default 8. */
  dim?: number;
}

/**
 * Generalised matrix factorisation (He et al., WWW 2017, https://arxiv.org/abs/1708.05031, equations 8 and 9): a dot product whose terms have weights.
 *
 *   ŷ(u, i) = σ(h · (pᵤ ⊙ qᵢ) + b)      loss = −Σ log ŷ over pairs − Σ log (1 − ŷ) over drawn ones
 *
 * Scores are h · (pᵤ ⊙ qᵢ), without the bias, which is the same for all.
 */
export class GMF extends NcfRecommender {
  /** What each option must be, and its default. */
  static readonly rules: Rules<GMFOptions> = { dim: positiveInteger(8, 4096), ...ncfRules };
  readonly name = "GMF";
  readonly options: Readonly<Required<GMFOptions>>;

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(options: GMFOptions = {}) {
    super();
    this.options = resolveOptions("GMF", options, GMF.rules);
  }

  /**
   * Reads what `save` wrote.
   * @throws FormatError or OptionError when it is something else
   */
  static load(file: Uint8Array): GMF {
    return GMF.restore("GMF", file, (options) => new GMF(options));
  }

  protected get design(): NcfDesign {
    const { dim } = this.options;
    return { dim, layers: [], optimizer: "adam", pretrainEpochs: 0, alpha: 1 };
  }
}
