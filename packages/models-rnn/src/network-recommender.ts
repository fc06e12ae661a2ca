import { NotFittedError, type ParameterSet, Rng } from "@kith/core-tensors";
import type { Sequences } from "@kith/data";
import {
  type Epoch,
  type NetworkTraining,
  SessionRecommender,
  type StoredTensor,
  type TensorReader,
  type TrainOptions,
  trainNetwork,
} from "@kith/recommender";

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
    options.signal?.throwIfAborted();
    this.learnItems(data);
    const items = data.items.size;
    yield* trainNetwork(this, options, {
      memory: this.memoryFor(items),
      open: (finish) => this.open(data, new Rng(this.options.seed), finish),
      answer: ({ parameters }) => this.#answerFrom(items, parameters),
    });
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
