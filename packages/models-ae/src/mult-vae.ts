import { type Rules, resolveOptions } from "@kith/core-tensors";
import type { Widths } from "./multinomial-network.ts";
import { type MultVAEOptions, multVaeRules } from "./multinomial-options.ts";
import { MultinomialRecommender } from "./multinomial-recommender.ts";

/**
 * Mult-VAE, the variational autoencoder for implicit feedback (Liang et al., WWW 2018, https://arxiv.org/abs/1802.05814).
 *
 *   z ~ N(μ(x), σ²(x))   π = softmax(f(z))   L = −Σᵢ xᵢ ln πᵢ + β KL(N(μ, σ²) ‖ N(0, 1))
 *
 * x are the items of a user, 0 or 1; the encoder reads them divided by their length, with a share of them left out. β grows with the steps (annealing). The scores are f(μ): nothing is drawn at test. An
 * epoch's loss is the exact mean of L over the users.
 */
export class MultVAE extends MultinomialRecommender {
  /** What each option must be, and its default. */
  static readonly rules: Rules<MultVAEOptions> = multVaeRules;
  readonly name = "MultVAE";
  readonly options: Readonly<Required<MultVAEOptions>>;

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(options: MultVAEOptions = {}) {
    super();
    this.options = resolveOptions("MultVAE", options, MultVAE.rules);
  }

  /**
   * Reads what `save` wrote.
   * @throws FormatError or OptionError when it is something else
   */
  static load(file: Uint8Array): MultVAE {
    return MultVAE.restore("MultVAE", file, (options) => new MultVAE(options));
  }

  protected get widths(): Widths {
    const { hidden, latent } = this.options;
    return { hidden, latent, variational: true };
  }

  protected beta(step: number): number {
    const { beta, annealSteps } = this.options;
    return annealSteps === 0 ? beta : Math.min(beta, step / annealSteps);
  }
}
