import {
  flag,
  fraction,
  nonNegative,
  oneOf,
  positive,
  positiveInteger,
  type Rng,
  type Rules,
  resolveOptions,
  wholeNumber,
} from "@kith/core-tensors";
import type { Interactions } from "@kith/data";
import { AutoencoderRecommender, type Sizes } from "./autoencoder-recommender.ts";
import { CDAENetwork } from "./cdae-network.ts";
import { CDAETraining } from "./cdae-training.ts";
import type { UserBatch } from "./user-batches.ts";

export interface CDAEOptions {
  /** Whether users have a vector beside what they have. Without it is the plain denoising autoencoder. Default true. */
  userVectors?: boolean;
  /** Units of the hidden layer. Default 50. */
  hidden?: number;
  /** What the hidden layer does with its sums. Default "sigmoid". */
  activation?: "sigmoid" | "identity";
  /** The loss of a score: cross-entropy of its sigmoid, or its squared error. Default "logistic". */
  loss?: "logistic" | "squared";
  /** Items drawn for each that a user has, uniformly among those that they have not, anew in each epoch. Default 5. */
  negatives?: number;
  /** Share of a history's items that each step leaves out of the input. Default 0.5. */
  dropout?: number;
  /** Weight λ of the L2 penalty on the matrices, λ / 2 ‖·‖², for each step. Default 0. */
  regularization?: number;
  /** Users in a step. Default 32. */
  batchSize?: number;
  /** Passes over the users. Default 50. */
  epochs?: number;
  /** Step size of Adagrad. Default 0.1. */
  learningRate?: number;
  /** Same seed, data and kernels: same model, to the bit. Default 42. */
  seed?: number;
}

/**
 * CDAE, the collaborative denoising autoencoder (Wu et al., WSDM 2016, https://doi.org/10.1145/2835776.2835837).
 *
 *   h = σ(Wᵀ x̃ + vᵤ + b)      score(u, i) = w'ᵢ · h + b'ᵢ
 *
 * x̃ are the items x of a user, a share q of them left out and the others divided by 1 − q. The loss is of the items that the user has and of some that they have not, drawn anew
 * in each epoch: an epoch's loss is its mean over both, without the penalty.
 *
 * vᵤ is learned with the user, so the paper has nothing for newcomers. Here theirs is 0, and they are answered from their history alone; where newcomers matter take
 * `userVectors: false`, which learns to do without.
 */
export class CDAE extends AutoencoderRecommender<CDAENetwork, UserBatch> {
  /** What each option must be, and its default. */
  static readonly rules: Rules<CDAEOptions> = {
    userVectors: flag(true),
    hidden: positiveInteger(50, 8192),
    activation: oneOf(["sigmoid", "identity"], "sigmoid"),
    loss: oneOf(["logistic", "squared"], "logistic"),
    negatives: wholeNumber(5, 1, 1000),
    dropout: fraction(0.5),
    regularization: nonNegative(0),
    batchSize: positiveInteger(32),
    epochs: positiveInteger(50),
    learningRate: positive(0.1),
    seed: wholeNumber(42),
  };
  readonly name = "CDAE";
  readonly options: Readonly<Required<CDAEOptions>>;

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(options: CDAEOptions = {}) {
    super();
    this.options = resolveOptions("CDAE", options, CDAE.rules);
  }

  /**
   * Reads what `save` wrote.
   * @throws FormatError or OptionError when it is something else
   */
  static load(file: Uint8Array): CDAE {
    return CDAE.restore("CDAE", file, (options) => new CDAE(options));
  }

  protected inputValue(): number {
    return 1;
  }

  protected make(sizes: Sizes): CDAENetwork {
    return new CDAENetwork(sizes, this.options);
  }

  protected shapes(sizes: Sizes): Readonly<Record<string, readonly number[]>> {
    return CDAENetwork.shapes(sizes, this.options);
  }

  protected memoryFor({ users, items }: Sizes): { what: string; bytes: number } {
    const { hidden, userVectors } = this.options;
    const rows = 2 * items + (userVectors ? users : 0);
    return {
      what: `vectors of ${items.toLocaleString("en-US")} items twice${userVectors ? ` and of ${users.toLocaleString("en-US")} users` : ""} × ${hidden}, their gradients, the state of Adagrad, and a copy to answer from`,
      bytes: 4 * hidden * (3 * rows + 3 * items),
    };
  }

  protected open(
    data: Interactions,
    rng: Rng,
    finish: (trained: CDAENetwork) => void,
  ): CDAETraining {
    return new CDAETraining(data, this.options, rng, finish);
  }
}
