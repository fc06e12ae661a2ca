import { kernels, NotFittedError, Rng, requireMemory, TrainingError } from "@kith/core-tensors";
import type { Sequences } from "@kith/data";
import {
  type Epoch,
  SessionRecommender,
  type StoredTensor,
  type TensorReader,
  type Training,
  type TrainOptions,
  trainingLoop,
} from "@kith/recommender";
import type { ParameterSet } from "./parameter-set.ts";

/** A training of a network, with memory to be given back. */
export interface NetworkTraining<N extends ParameterSet, Batch> extends Training<Batch> {
  readonly network: N;
  dispose(): void;
}

/** The models of sessions that answer from a network: a copy of the one in training, as it was after the last epoch. */
export abstract class NetworkRecommender<N extends ParameterSet, Batch> extends SessionRecommender {
  abstract override readonly options: { readonly seed: number };
  #network: N | undefined;

  /** A network of zeros for so many items. */
  protected abstract make(items: number): N;
  /** The shapes of its parameters by name. */
  protected abstract shapes(items: number): Readonly<Record<string, readonly number[]>>;
  /** What training takes, about, in bytes and in words that complete "… needs so much". */
  protected abstract memoryFor(items: number): { readonly what: string; readonly bytes: number };
  /** Makes a training; its `finish` hands over the network. */
  protected abstract open(
    data: Sequences,
    rng: Rng,
    finish: (trained: N) => void,
  ): NetworkTraining<N, Batch>;
  /** Told that the network that is answered from has other numbers. */
  protected updated(_network: N): void {}

  async *train(
    data: Sequences,
    options: TrainOptions<Sequences> = {},
  ): AsyncGenerator<Epoch, void, void> {
    kernels(); // chooses what computes, which allocates, before there are views
    options.signal?.throwIfAborted();
    this.learnItems(data);
    const { what, bytes } = this.memoryFor(data.items.size);
    requireMemory(`${this.name}: ${what}`, bytes);
    const training = this.open(data, new Rng(this.options.seed), (trained) => {
      if (!trained.isFinite()) {
        this.dispose();
        throw new TrainingError(
          `${this.name}: weights are no longer finite numbers: training diverged; lower the learning rate`,
        );
      }
      this.#answerFrom(data.items.size, trained.parameters);
    });
    try {
      yield* trainingLoop(this, training, options);
    } finally {
      training.dispose();
    }
  }

  dispose(): void {
    this.#network?.dispose();
    this.#network = undefined;
  }

  /** @throws NotFittedError before training */
  protected get network(): N {
    if (!this.#network) throw new NotFittedError(this.name);
    return this.#network;
  }

  protected learnedTensors(): Readonly<Record<string, StoredTensor>> | undefined {
    return this.#network?.parameters;
  }

  protected adoptTensors(tensors: TensorReader, items: number): void {
    const read = Object.entries(this.shapes(items)).map(
      ([name, shape]) => [name, tensors.finite(name, shape)] as const,
    );
    this.dispose();
    this.#answerFrom(items, Object.fromEntries(read));
  }

  #answerFrom(items: number, numbers: Parameters<ParameterSet["copyFrom"]>[0]): void {
    this.#network ??= this.make(items);
    this.#network.copyFrom(numbers);
    this.updated(this.#network);
  }
}
