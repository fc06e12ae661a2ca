import type { Optimizer, Rng, Tensor } from "@kith/core-tensors";
import type { Interactions } from "@kith/data";
import type { NetworkTraining, StepLoss } from "@kith/recommender";
import type { Autoencoder } from "./autoencoder.ts";
import { type UserBatch, UserBatches } from "./user-batches.ts";

/** What trainings of a network on batches of users have in common. */
export abstract class AutoencoderTraining<N extends Autoencoder>
  implements NetworkTraining<N, UserBatch>
{
  readonly epochs: number;
  readonly network: N;
  abstract readonly optimizer: Optimizer;
  protected readonly data: Interactions;
  /** Its users in batches. */
  protected readonly users: UserBatches;
  readonly #finish: (network: N) => void;

  /** @param rng of which the order of the users is a function */
  constructor(
    data: Interactions,
    { epochs, batchSize }: { readonly epochs: number; readonly batchSize: number },
    network: N,
    rng: Rng,
    finish: (trained: N) => void,
  ) {
    this.data = data;
    this.epochs = epochs;
    this.network = network;
    this.users = new UserBatches(data, batchSize, rng.fork("batches"));
    this.#finish = finish;
  }

  get steps(): number {
    return this.users.count;
  }

  get parameters(): Readonly<Record<string, Tensor>> {
    return this.network.parameters;
  }

  batches(epoch: number): Iterable<UserBatch> {
    return this.users.of(epoch);
  }

  abstract step(batch: UserBatch): StepLoss;

  finish(): void {
    this.#finish(this.network);
  }

  dataHash(): string {
    return this.data.hash();
  }

  dispose(): void {
    this.network.dispose();
    this.optimizer.dispose();
  }
}
