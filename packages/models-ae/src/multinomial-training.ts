import {
  Adam,
  add,
  addAll,
  dotMultinomialLoss,
  exp,
  multiply,
  normal,
  type Rng,
  scale,
  subtract,
  sum,
  sumOfSquares,
  Tensor,
} from "@kith/core-tensors";
import type { Interactions } from "@kith/data";
import type { StepLoss } from "@kith/recommender";
import { AutoencoderTraining } from "./autoencoder-training.ts";
import { corruptedMatrix, historyMatrix, unitValue } from "./histories.ts";
import { type Encoded, MultinomialNetwork, type Widths } from "./multinomial-network.ts";
import type { MultinomialOptions } from "./multinomial-options.ts";
import type { UserBatch } from "./user-batches.ts";

/** Training by the multinomial likelihood of what users have, given a corrupted part of it. */
export class MultinomialTraining extends AutoencoderTraining<MultinomialNetwork> {
  readonly optimizer: Adam;
  readonly #options: Readonly<Required<MultinomialOptions>>;
  readonly #beta: (step: number) => number;

  /** @param beta the weight of the Kullback–Leibler divergence in step n, counted from 0 over all epochs */
  constructor(
    data: Interactions,
    options: Readonly<Required<MultinomialOptions>>,
    widths: Widths,
    beta: (step: number) => number,
    rng: Rng,
    finish: (network: MultinomialNetwork) => void,
  ) {
    super(data, options, new MultinomialNetwork(widths, data.items.size), rng, finish);
    this.#options = options;
    this.#beta = beta;
    this.network.initialize(rng.fork("init"));
    const { learningRate } = options;
    this.optimizer = new Adam(Object.values(this.parameters), { learningRate });
  }

  step({ epoch, index, histories, rng }: UserBatch): StepLoss {
    const { network } = this;
    const { dropout, regularization } = this.#options;
    const items = this.data.items.size;
    const beta = this.#beta((epoch - 1) * this.steps + index);
    const mean = this.optimizer.minimize(() => {
      const seen = corruptedMatrix(histories, items, unitValue, dropout, rng.fork("dropout"));
      const wanted = historyMatrix(histories, items, () => 1);
      const encoded = network.distribution(seen);
      const h = network.decode(drawn(encoded, rng.fork("latent")));
      const terms = [dotMultinomialLoss(h, network.outputs, network.biases, wanted)];
      if (encoded.logVariance && beta > 0)
        terms.push(scale(divergence(encoded), beta / histories.length));
      if (regularization > 0)
        for (const weight of network.weights)
          terms.push(scale(sumOfSquares(weight), regularization / 2));
      return addAll(terms);
    });
    return { sum: mean * histories.length, count: histories.length };
  }
}

/** z = μ + ε ⊙ σ with ε from N(0, 1); the mean itself where there is no variance. */
export function drawn({ mean, logVariance }: Encoded, rng: Rng): Tensor {
  if (!logVariance) return mean;
  const noise = normal(Tensor.empty(mean.shape), rng);
  return add(mean, multiply(noise, exp(scale(logVariance, 0.5))));
}

/** Σ ½ (σ² + μ² − 1 − ln σ²), the Kullback–Leibler divergence from N(0, 1), of all rows. */
export function divergence({ mean, logVariance }: Encoded): Tensor {
  const variance = logVariance as Tensor;
  const all = subtract(add(sum(exp(variance)), sumOfSquares(mean)), sum(variance));
  return scale(subtract(all, Tensor.from([mean.size], [])), 0.5);
}
