import { nonNegative, type Rules, resolveOptions } from "@kith/core-tensors";
import type { Widths } from "./multinomial-network.ts";
import { layerWidths, type MultinomialOptions, multinomialRules } from "./multinomial-options.ts";
import { MultinomialRecommender } from "./multinomial-recommender.ts";

export interface MultDAEOptions extends MultinomialOptions {
  /** Units of the layers between the items and the latent representation. Default []: items, latent, items. */
  hidden?: readonly number[];
  /** Weight λ of the L2 penalty on the matrices, λ / 2 ‖·‖², for each step. Default 0.00004: the authors' 0.01 / 500 twice. */
  regularization?: number;
}

/**
 * Mult-DAE, the denoising autoencoder with a multinomial likelihood (Liang et al., WWW 2018, https://arxiv.org/abs/1802.05814).
 *
 *   π = softmax(f(g(x̃)))   L = −Σᵢ xᵢ ln πᵢ + λ / 2 ‖W‖²
 *
 * x̃ are the items x of a user divided by their length, with a share of them left out, and g(x̃) the latent representation, which has a tanh.
 */
export class MultDAE extends MultinomialRecommender {
  /** What each option must be, and its default. */
  static readonly rules: Rules<MultDAEOptions> = {
    ...multinomialRules,
    hidden: layerWidths([]),
    regularization: nonNegative(4e-5),
  };
  readonly name = "MultDAE";
  readonly options: Readonly<Required<MultDAEOptions>>;

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(options: MultDAEOptions = {}) {
    super();
    this.options = resolveOptions("MultDAE", options, MultDAE.rules);
  }

  /**
   * Reads what `save` wrote.
   * @throws FormatError or OptionError when it is something else
   */
  static load(file: Uint8Array): MultDAE {
    return MultDAE.restore("MultDAE", file, (options) => new MultDAE(options));
  }

  protected get widths(): Widths {
    const { hidden, latent } = this.options;
    return { hidden, latent, variational: false };
  }

  protected beta(): number {
    return 0;
  }
}
