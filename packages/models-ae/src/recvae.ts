import {
  fraction,
  nonNegative,
  positive,
  positiveInteger,
  type Rng,
  type Rules,
  resolveOptions,
  wholeNumber,
} from "@kith/core-tensors";
import type { Interactions } from "@kith/data";
import { AutoencoderRecommender, type Sizes } from "./autoencoder-recommender.ts";
import { unitValue } from "./histories.ts";
import { RecVAENetwork } from "./recvae-network.ts";
import { type RecVAEBatch, RecVAETraining } from "./recvae-training.ts";

export interface RecVAEOptions {
  /** Units of each of the encoder's five layers. Default 600. */
  hidden?: number;
  /** Numbers of the latent representation. Default 200. */
  latent?: number;
  /** Weight γ of the divergence for each item that a user has. Default 0.005. */
  gamma?: number;
  /** Share of a history's items that each step of the encoder leaves out of the input. Default 0.5. */
  dropout?: number;
  /** Passes over the users in an epoch that train the encoder, before … Default 3. */
  encoderPasses?: number;
  /** … those that train the decoder. Default 1. */
  decoderPasses?: number;
  /** Users in a step. Default 500. */
  batchSize?: number;
  /** Epochs, each of all these passes. Default 50. */
  epochs?: number;
  /** Step size of Adam, for encoder and decoder alike. Default 0.0005. */
  learningRate?: number;
  /** Same seed, data and kernels: same model, to the bit. Default 42. */
  seed?: number;
}

/**
 * RecVAE (Shenbin et al., WSDM 2020, https://arxiv.org/abs/1912.11160): a variational autoencoder with a multinomial likelihood, a deep encoder, a linear decoder, and a prior that
 * remembers the encoder of the epoch before.
 *
 *   L = −Σᵢ xᵢ ln softmax(W z + b)ᵢ + γ |x| (ln q(z | x) − ln p(z | x))      z from q(z | x) = N(μ(x̃), σ²(x̃))
 *   p(z | x) = 3/20 N(0, 1) + 3/4 q_old(z | x) + 1/10 N(0, e¹⁰)
 *
 * Encoder and decoder take turns: an epoch is some passes over the users that train the encoder, with a share of the input left out, then the prior takes the encoder as it is, then
 * passes that train the decoder with the whole input. An epoch's loss is the mean of L over all of them.
 */
export class RecVAE extends AutoencoderRecommender<RecVAENetwork, RecVAEBatch> {
  /** What each option must be, and its default. */
  static readonly rules: Rules<RecVAEOptions> = {
    hidden: positiveInteger(600, 8192),
    latent: positiveInteger(200, 8192),
    gamma: nonNegative(0.005),
    dropout: fraction(0.5),
    encoderPasses: positiveInteger(3, 100),
    decoderPasses: positiveInteger(1, 100),
    batchSize: positiveInteger(500),
    epochs: positiveInteger(50),
    learningRate: positive(5e-4),
    seed: wholeNumber(42),
  };
  readonly name = "RecVAE";
  readonly options: Readonly<Required<RecVAEOptions>>;

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(options: RecVAEOptions = {}) {
    super();
    this.options = resolveOptions("RecVAE", options, RecVAE.rules);
  }

  /**
   * Reads what `save` wrote.
   * @throws FormatError or OptionError when it is something else
   */
  static load(file: Uint8Array): RecVAE {
    return RecVAE.restore("RecVAE", file, (options) => new RecVAE(options));
  }

  protected inputValue(n: number): number {
    return unitValue(n);
  }

  protected make({ items }: Sizes): RecVAENetwork {
    return new RecVAENetwork(this.options, items);
  }

  protected shapes({ items }: Sizes): Readonly<Record<string, readonly number[]>> {
    return RecVAENetwork.shapes(this.options, items);
  }

  protected memoryFor({ items }: Sizes): { what: string; bytes: number } {
    const { hidden, latent } = this.options;
    return {
      what: `matrices of ${items.toLocaleString("en-US")} items × ${hidden} and × ${latent}, their gradients, the state of Adam, the encoder before, and copies to answer from`,
      bytes: 4 * items * (6 * hidden + 6 * latent) + 4 * hidden ** 2 * 4 * 6 + STEP,
    };
  }

  protected open(
    data: Interactions,
    rng: Rng,
    finish: (trained: RecVAENetwork) => void,
  ): RecVAETraining {
    return new RecVAETraining(data, this.options, rng, finish);
  }
}

/** What the scores of a tile of users take, and the states of a batch. */
const STEP = 2 ** 26;
