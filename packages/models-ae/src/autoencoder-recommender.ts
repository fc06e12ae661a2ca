import {
  concat,
  NotFittedError,
  NotSupportedError,
  normalizeRows,
  Rng,
  scope,
  softmax,
  Tensor,
} from "@kith/core-tensors";
import type { Id, Interactions } from "@kith/data";
import {
  type Epoch,
  type NetworkTraining,
  type Reason,
  type Scores,
  type StoredTensor,
  type Subject,
  type TensorReader,
  type TrainOptions,
  trainNetwork,
  UserItemRecommender,
  type UserQuery,
} from "@kith/recommender";
import type { Autoencoder, Owner } from "./autoencoder.ts";
import { historyMatrix } from "./histories.ts";
import { padded } from "./padded.ts";

/** How many there are of each. */
export interface Sizes {
  readonly users: number;
  readonly items: number;
}

/** Items whose latent representations are made at a time. */
const ITEMS = 1024;

/**
 * The models that encode what somebody has. They answer for training users and for newcomers in the same way, from their histories: `foldIn` is the encoder.
 */
export abstract class AutoencoderRecommender<
  N extends Autoencoder,
  Batch,
> extends UserItemRecommender {
  abstract override readonly options: { readonly seed: number };
  #network: N | undefined;
  /** [items, width + 1]: output weights and biases side by side, so that a score is one dot product. */
  #table: Tensor | undefined;
  /** [items, latent], each of length 1, made when first asked for. */
  #units: Tensor | undefined;

  /** What stands for each item of a history of n. */
  protected abstract inputValue(n: number): number;
  /** A network of zeros for so many users and items. */
  protected abstract make(sizes: Sizes): N;
  /** The shapes of its parameters by name. */
  protected abstract shapes(sizes: Sizes): Readonly<Record<string, readonly number[]>>;
  /** What training takes, about, in bytes and in words that complete "… needs so much". */
  protected abstract memoryFor(sizes: Sizes): { readonly what: string; readonly bytes: number };
  /** Makes a training; its `finish` hands over the network. */
  protected abstract open(
    data: Interactions,
    rng: Rng,
    finish: (trained: N) => void,
  ): NetworkTraining<N, Batch>;

  async *train(data: Interactions, options: TrainOptions = {}): AsyncGenerator<Epoch, void, void> {
    options.signal?.throwIfAborted();
    this.learnVocabularies(data);
    this.dispose(); // what was learned before is of other items
    const sizes = { users: data.users.size, items: data.items.size };
    yield* trainNetwork(this, options, {
      memory: this.memoryFor(sizes),
      open: (finish) => this.open(data, new Rng(this.options.seed), finish),
      answer: ({ parameters }) => this.#answerFrom(sizes, parameters),
    });
  }

  dispose(): void {
    for (const owner of [this.#network, this.#table, this.#units]) owner?.dispose();
    this.#network = undefined;
    this.#table = undefined;
    this.#units = undefined;
  }

  /**
   * The probability of each item to be the next that is taken, in the order of `items`: the softmax of the scores, of which the model is the multinomial distribution. This completes a row of the
   * matrix of users and items.
   */
  probabilities(query: UserQuery): Float32Array {
    const scores = this.scores(query);
    return scope(() => softmax(Tensor.from(scores, [1, scores.length])).data.slice());
  }

  /** The latent representation of a user or a history: a copy of [latent]. */
  latent(query: UserQuery): Float32Array {
    this.fitted();
    return scope(() => this.#encoded([this.subject(query)]).data.slice());
  }

  /**
   * The latent representation of an item, which is that of a history of it alone: a copy of [latent].
   * @throws UnknownIdError
   */
  latentItem(item: Id): Float32Array {
    this.fitted();
    const index = this.itemIndex(item);
    return scope(() => this.#encoded([alone(index)]).data.slice());
  }

  override explain(_query: UserQuery, _item: Id): Reason[] {
    throw new NotSupportedError(
      `${this.name}: its layers are not additive: a score is no sum of what items of the history add; EASE and ItemKNN explain`,
    );
  }

  /** @throws NotFittedError before training */
  protected fitted(): N {
    if (!this.#network) throw new NotFittedError(this.name);
    return this.#network;
  }

  protected scoreSubjects(subjects: readonly Subject[]): Scores {
    const items = this.#table as Tensor;
    const h = this.fitted().decode(this.#encoded(subjects));
    return { kind: "dot", queries: padded(h), items };
  }

  protected override embedSubjects(subjects: readonly Subject[]): Tensor {
    return this.#encoded(subjects);
  }

  protected override itemVectors(): Tensor | undefined {
    if (!this.#network) return undefined;
    this.#units ??= this.#latentItems();
    return this.#units;
  }

  protected override unitVectors(units: Tensor): Tensor {
    return units;
  }

  protected learnedTensors(): Readonly<Record<string, StoredTensor>> | undefined {
    return this.#network?.parameters;
  }

  protected adoptTensors(tensors: TensorReader, users: number, items: number): void {
    const read = Object.entries(this.shapes({ users, items })).map(
      ([name, shape]) => [name, tensors.finite(name, shape)] as const,
    );
    this.dispose();
    this.#answerFrom({ users, items }, Object.fromEntries(read));
  }

  #answerFrom(sizes: Sizes, numbers: Readonly<Record<string, StoredTensor>>): void {
    this.#network ??= this.make(sizes);
    const network = this.#network;
    network.copyFrom(numbers as Readonly<Record<string, { readonly data: ArrayLike<number> }>>);
    const { outputs, biases } = network;
    this.#table ??= Tensor.parameter([sizes.items, outputs.columns + 1]);
    scope(() => {
      const column = Tensor.from(biases.data, [sizes.items, 1]);
      this.#table?.data.set(concat([outputs, column]).data);
    });
    this.#units?.dispose();
    this.#units = undefined;
  }

  #encoded(subjects: readonly Subject[]): Tensor {
    const histories = subjects.map(({ history }) => history);
    const owners = subjects.map(({ user }): Owner => user);
    return this.fitted().encode(historyMatrix(histories, this.items.size, this.inputValue), owners);
  }

  #latentItems(): Tensor {
    const { size } = this.items;
    let all: Tensor | undefined;
    for (let begin = 0; begin < size; begin += ITEMS)
      scope(() => {
        const length = Math.min(ITEMS, size - begin);
        const some = Array.from({ length }, (_, n) => alone(begin + n));
        const units = normalizeRows(this.#encoded(some));
        all ??= Tensor.parameter([size, units.columns]);
        all.data.set(units.data, begin * units.columns);
      });
    return all as Tensor;
  }
}

/** Nobody's history of one item. */
function alone(item: number): Subject {
  return { user: undefined, history: Uint32Array.of(item) };
}
