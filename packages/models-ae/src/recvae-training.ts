import {
  add,
  dotMultinomialLoss,
  matmul,
  multiply,
  ParameterSet,
  type Rng,
  sum,
  Tensor,
} from "@kith/core-tensors";
import type { Interactions } from "@kith/data";
import type { StepLoss } from "@kith/recommender";
import { AlternatingAdam } from "./alternating-adam.ts";
import { AutoencoderTraining } from "./autoencoder-training.ts";
import { divergenceFromComposite } from "./composite-prior.ts";
import { corruptedMatrix, historyMatrix, unitValue } from "./histories.ts";
import { drawn } from "./multinomial-training.ts";
import type { RecVAEOptions } from "./recvae.ts";
import { encoderShapes, initializeEncoder, posterior, RecVAENetwork } from "./recvae-network.ts";
import type { UserBatch } from "./user-batches.ts";

/** Some users in one of an epoch's passes, counted from 0. */
export interface RecVAEBatch extends UserBatch {
  readonly pass: number;
}

type Parameters = Readonly<Record<string, Tensor>>;

/** Training of RecVAE: encoder and decoder take turns. */
export class RecVAETraining extends AutoencoderTraining<RecVAENetwork> {
  readonly optimizer: AlternatingAdam;
  readonly #options: Readonly<Required<RecVAEOptions>>;
  readonly #before: ParameterSet;

  constructor(
    data: Interactions,
    options: Readonly<Required<RecVAEOptions>>,
    rng: Rng,
    finish: (trained: RecVAENetwork) => void,
  ) {
    super(data, options, new RecVAENetwork(options, data.items.size), rng, finish);
    this.#options = options;
    this.network.initialize(rng.fork("init"));
    this.#before = new ParameterSet(encoderShapes(options, data.items.size));
    initializeEncoder(this.#before.parameters, rng.fork("prior"));
    const { learningRate, encoderPasses, decoderPasses } = options;
    const { encoder, outputs, biases } = this.network;
    const { count } = this.users;
    this.optimizer = new AlternatingAdam(
      Object.values(encoder),
      [outputs, biases],
      { first: count * encoderPasses, second: count * decoderPasses },
      { learningRate },
    );
  }

  override get steps(): number {
    return this.users.count * (this.#options.encoderPasses + this.#options.decoderPasses);
  }

  /** The network's and those of the encoder that the prior remembers. */
  override get parameters(): Parameters {
    const before = Object.entries(this.#before.parameters);
    return {
      ...super.parameters,
      ...Object.fromEntries(before.map(([name, tensor]) => [`prior.${name}`, tensor])),
    };
  }

  override *batches(epoch: number): Generator<RecVAEBatch> {
    const passes = this.#options.encoderPasses + this.#options.decoderPasses;
    for (let pass = 0; pass < passes; pass++)
      for (const batch of this.users.of((epoch - 1) * passes + pass + 1))
        yield { ...batch, epoch, pass };
  }

  step({ pass, index, histories, rng }: RecVAEBatch): StepLoss {
    const { encoderPasses, dropout, gamma, latent } = this.#options;
    const { network } = this;
    const ofEncoder = pass < encoderPasses;
    if (pass === encoderPasses && index === 0) this.#before.copyFrom(network.encoder);
    const items = this.data.items.size;
    const mean = this.optimizer.minimize(() => {
      const whole = historyMatrix(histories, items, unitValue);
      const seen = ofEncoder
        ? corruptedMatrix(histories, items, unitValue, dropout, rng.fork("dropout"))
        : whole;
      const wanted = historyMatrix(histories, items, () => 1);
      const encoder = ofEncoder ? network.encoder : frozen(network.encoder);
      const decoder = { outputs: network.outputs, biases: network.biases };
      const { outputs, biases } = ofEncoder ? frozen(decoder) : decoder;
      const now = posterior(encoder, seen, latent);
      const z = drawn(now, rng.fork("latent"));
      const before = posterior(frozen(this.#before.parameters), whole, latent);
      const divergences = matmul(divergenceFromComposite(z, now, before), ones(latent));
      const weights = Tensor.from(
        histories.map(({ length }) => (gamma * length) / histories.length),
        [histories.length, 1],
      );
      return add(
        dotMultinomialLoss(z, outputs, biases, wanted),
        sum(multiply(divergences, weights)),
      );
    });
    return { sum: mean * histories.length, count: histories.length };
  }

  override dispose(): void {
    super.dispose();
    this.#before.dispose();
  }
}

/** The same numbers, to which no gradients flow. */
function frozen<P extends Parameters>(parameters: P): P {
  return Object.fromEntries(
    Object.entries(parameters).map(([name, tensor]) => [name, tensor.slice(0, tensor.rows)]),
  ) as P;
}

function ones(rows: number): Tensor {
  return Tensor.from(new Float32Array(rows).fill(1), [rows, 1]);
}
