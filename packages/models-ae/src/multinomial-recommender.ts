import type { Rng } from "@kith/core-tensors";
import type { Interactions } from "@kith/data";
import { AutoencoderRecommender, type Sizes } from "./autoencoder-recommender.ts";
import { unitValue } from "./histories.ts";
import { MultinomialNetwork, type Widths } from "./multinomial-network.ts";
import type { MultinomialOptions } from "./multinomial-options.ts";
import { MultinomialTraining } from "./multinomial-training.ts";
import type { UserBatch } from "./user-batches.ts";

/** Mult-VAE and Mult-DAE: autoencoders with a multinomial likelihood. */
export abstract class MultinomialRecommender extends AutoencoderRecommender<
  MultinomialNetwork,
  UserBatch
> {
  abstract override readonly options: Readonly<Required<MultinomialOptions>>;
  protected abstract readonly widths: Widths;
  /** The weight of the Kullback–Leibler divergence in step n, counted from 0. */
  protected abstract beta(step: number): number;

  protected inputValue(n: number): number {
    return unitValue(n);
  }

  protected make({ items }: Sizes): MultinomialNetwork {
    return new MultinomialNetwork(this.widths, items);
  }

  protected shapes({ items }: Sizes): Readonly<Record<string, readonly number[]>> {
    return MultinomialNetwork.shapes(this.widths, items);
  }

  protected memoryFor({ items }: Sizes): { what: string; bytes: number } {
    const { latent, hidden } = this.widths;
    const outermost = hidden[0] ?? latent;
    return {
      what: `two matrices of ${items.toLocaleString("en-US")} items × ${outermost}, their gradients, the state of Adam, and a copy to answer from`,
      bytes: 4 * items * outermost * (2 * 5 + 1) + TILE,
    };
  }

  protected open(
    data: Interactions,
    rng: Rng,
    finish: (trained: MultinomialNetwork) => void,
  ): MultinomialTraining {
    const beta = (step: number) => this.beta(step);
    return new MultinomialTraining(data, this.options, this.widths, beta, rng, finish);
  }
}

/** What the scores of a tile of users take, and the states of a batch. */
const TILE = 2 ** 26;
