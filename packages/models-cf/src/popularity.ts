import {
  FormatError,
  NotSupportedError,
  type Rules,
  resolveOptions,
  Tensor,
} from "@kith/core-tensors";
import type { Id, Interactions } from "@kith/data";
import {
  type Epoch,
  onePass,
  type Profile,
  type Reason,
  type Scores,
  type StoredTensor,
  type Subject,
  type TensorReader,
  type TrainOptions,
  UserItemRecommender,
  type UserQuery,
} from "@kith/recommender";

/** There is nothing to choose. */
export type PopularityOptions = Record<string, never>;

/**
 * The baseline that every other model must beat: what most users have, for everybody.
 *
 *   score(u, i) = number of distinct users of i in the training data
 *
 * Equal scores rank by position in `items`. Also the answer to newcomers of whom nothing is known: `foldIn([])`.
 */
export class Popularity extends UserItemRecommender {
  /** What each option must be, and its default. */
  static readonly rules: Rules<PopularityOptions> = {};
  readonly name = "Popularity";
  readonly options: PopularityOptions;
  #users: Uint32Array<ArrayBuffer> | undefined;

  /** @throws OptionError for any option */
  constructor(options: PopularityOptions = {}) {
    super();
    this.options = resolveOptions("Popularity", options, Popularity.rules);
  }

  /**
   * Reads what `save` wrote.
   * @throws FormatError or OptionError when it is something else
   */
  static load(file: Uint8Array): Popularity {
    const make = (options: object) => new Popularity(options as PopularityOptions); // which checks them
    return Popularity.restore("Popularity", file, make);
  }

  /** Counts; one epoch, without a loss (reported as 0). */
  async *train(data: Interactions, options: TrainOptions = {}): AsyncGenerator<Epoch, void, void> {
    yield* onePass(this, options, () => {
      this.learnVocabularies(data);
      const users = new Uint32Array(data.items.size);
      for (const item of data.byUser().items) users[item]++;
      this.#users = users;
      return [];
    });
  }

  /** A query for somebody the model has never seen; the history, which may be empty, is only what `excludeSeen` leaves out. */
  override foldIn(history: Iterable<Id>): Profile {
    return { history: this.itemIndices(history) };
  }

  override explain(_query: UserQuery, _item: Id): Reason[] {
    throw new NotSupportedError(
      "Popularity: everybody gets the same scores, so no item of a history speaks for another",
    );
  }

  override similarItems(): never {
    throw new NotSupportedError(
      "Popularity: it knows how many users an item has and nothing about which items are alike; use ItemKNN",
    );
  }

  dispose(): void {
    this.#users = undefined;
  }

  protected scoreSubjects(subjects: readonly Subject[]): Scores {
    const users = this.#users as Uint32Array;
    const queries = Tensor.empty([subjects.length, 1]);
    queries.data.fill(1);
    return { kind: "dot", queries, items: Tensor.from(users, [users.length, 1]) };
  }

  protected learnedTensors(): Readonly<Record<string, StoredTensor>> | undefined {
    return this.#users && { "items.users": { shape: [this.#users.length], data: this.#users } };
  }

  protected adoptTensors(tensors: TensorReader, userCount: number, itemCount: number): void {
    const users = tensors.uint32("items.users", [itemCount]);
    if (users.some((count) => count > userCount))
      throw new FormatError(`Popularity.load: an item has more than all ${userCount} users`);
    this.#users = users;
  }
}
