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
import type { Autoencoder } from "./autoencoder.ts";
import { historyMatrix, unitValue } from "./histories.ts";

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

  /** A network of zeros for so many items. */
  protected abstract make(items: number): N;
  /** The shapes of its parameters by name. */
  protected abstract shapes(items: number): Readonly<Record<string, readonly number[]>>;
  /** What training takes, about, in bytes and in words that complete "… needs so much". */
  protected abstract memoryFor(items: number): { readonly what: string; readonly bytes: number };
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
    const items = data.items.size;
    yield* trainNetwork(this, options, {
      memory: this.memoryFor(items),
      open: (finish) => this.open(data, new Rng(this.options.seed), finish),
      answer: ({ parameters }) => this.#answerFrom(items, parameters),
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
    return scope(() => this.#encoded([this.subject(query).history]).data.slice());
  }

  /**
   * The latent representation of an item, which is that of a history of it alone: a copy of [latent].
   * @throws UnknownIdError
   */
  latentItem(item: Id): Float32Array {
    this.fitted();
    const index = this.itemIndex(item);
    return scope(() => this.#encoded([Uint32Array.of(index)]).data.slice());
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
    const h = this.fitted().decode(this.#encoded(subjects.map(({ history }) => history)));
    return { kind: "dot", queries: concat([h, ones(h.rows)]), items };
  }

  protected override embedSubjects(subjects: readonly Subject[]): Tensor {
    return this.#encoded(subjects.map(({ history }) => history));
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

  protected adoptTensors(tensors: TensorReader, _users: number, items: number): void {
    const read = Object.entries(this.shapes(items)).map(
      ([name, shape]) => [name, tensors.finite(name, shape)] as const,
    );
    this.dispose();
    this.#answerFrom(items, Object.fromEntries(read));
  }

  #answerFrom(items: number, numbers: Readonly<Record<string, StoredTensor>>): void {
    this.#network ??= this.make(items);
    const network = this.#network;
    network.copyFrom(numbers as Readonly<Record<string, { readonly data: ArrayLike<number> }>>);
    const { outputs, biases } = network;
    this.#table ??= Tensor.parameter([items, outputs.columns + 1]);
    scope(() => {
      const column = Tensor.from(biases.data, [items, 1]);
      this.#table?.data.set(concat([outputs, column]).data);
    });
    this.#units?.dispose();
    this.#units = undefined;
  }

  #encoded(histories: readonly Uint32Array[]): Tensor {
    return this.fitted().encode(historyMatrix(histories, this.items.size, unitValue));
  }

  #latentItems(): Tensor {
    const { size } = this.items;
    let all: Tensor | undefined;
    for (let begin = 0; begin < size; begin += ITEMS)
      scope(() => {
        const length = Math.min(ITEMS, size - begin);
        const alone = Array.from({ length }, (_, n) => Uint32Array.of(begin + n));
        const units = normalizeRows(this.#encoded(alone));
        all ??= Tensor.parameter([size, units.columns]);
        all.data.set(units.data, begin * units.columns);
      });
    return all as Tensor;
  }
}

function ones(rows: number): Tensor {
  return Tensor.from(new Float32Array(rows).fill(1), [rows, 1]);
}
