import {
  FormatError,
  KithError,
  NotFittedError,
  NotSupportedError,
  normalizeRows,
  OptionError,
  scope,
  Tensor,
  UnknownIdError,
} from "@kith/core-tensors";
import type { Id, Interactions, Vocabulary } from "@kith/data";
import { isAscending } from "./ascending.ts";
import { checkInteractions } from "./check-interactions.ts";
import { checkK } from "./check-k.ts";
import { DEFAULT_METRICS } from "./evaluate.ts";
import type { MeasureOptions } from "./measurable.ts";
import { measureUsersItems } from "./measure-users-items.ts";
import { parseMetrics } from "./metric-keys.ts";
import { isRatingMetric, ratingMetrics } from "./rating-metrics.ts";
import { type Learned, Recommender } from "./recommender.ts";
import type { StoredTensor } from "./safetensors.ts";
import { TensorReader } from "./tensor-reader.ts";
import { NO_ITEM, type Scores, topK } from "./top-k.ts";

/** Somebody the model was not trained on: what they liked, as `foldIn` made it. */
export interface Profile {
  /** Dense numbers of items, ascending, each once. */
  readonly history: Uint32Array;
}

/** A user of the training data by id, or somebody else by their history. */
export type UserQuery = Id | Profile;

/** Training users, best first, with how like they are. */
export interface SimilarUsers {
  readonly users: Id[];
  /** Shape [users]. */
  readonly scores: Float32Array;
}

/** What is said where ratings are asked of scores that are none. */
const NO_RATINGS =
  'its scores rank items and are no ratings; train a model on ratings, such as MatrixFactorization({ loss: "ratings" })';

/** Users embedded at a time. */
const USERS = 1024;

/** A query in dense numbers. */
export interface Subject {
  /** Undefined for somebody the model was not trained on. */
  readonly user: number | undefined;
  /** Items, ascending. */
  readonly history: Uint32Array;
}

/** The models that learn from users × items and answer for a user, or for anybody with a history. */
export abstract class UserItemRecommender extends Recommender<Interactions, UserQuery> {
  #vocabularies: { readonly users: Vocabulary; readonly items: Vocabulary } | undefined;
  #offsets: Uint32Array = new Uint32Array(1);
  #items: Uint32Array = new Uint32Array(0);

  get defaultMetrics(): readonly string[] {
    return this.predictsRatings ? ratingMetrics : DEFAULT_METRICS;
  }
  /** Scores of all items for some users or histories, computed in the scope of the caller. */
  protected abstract scoreSubjects(subjects: readonly Subject[]): Scores;
  /** Embeddings [subjects, dim] by which users are compared, computed in the scope of the caller; undefined where there are none. */
  protected embedSubjects(_subjects: readonly Subject[]): Tensor | undefined {
    return undefined;
  }
  /** Whether scores are ratings; of a model that has not been trained, whether they will be. */
  protected get predictsRatings(): boolean {
    return false;
  }
  /** The lowest and the highest rating of the training data, where scores are ratings. */
  protected get ratingRange(): readonly [number, number] {
    throw new NotSupportedError(`${this.name}: ${NO_RATINGS}`);
  }
  /** What the model itself has learned; undefined before training. */
  protected abstract learnedTensors(): Readonly<Record<string, StoredTensor>> | undefined;
  /** Takes over tensors of a file, checking their shapes. */
  protected abstract adoptTensors(tensors: TensorReader, users: number, items: number): void;

  /** The users of the training data. */
  get users(): Vocabulary {
    if (!this.#vocabularies) throw new NotFittedError(this.name);
    return this.#vocabularies.users;
  }

  /**
   * A query for somebody the model has never seen, from the items they liked.
   * @throws UnknownIdError for an item that the model does not know
   * @throws KithError for an empty history
   */
  override foldIn(history: Iterable<Id>): Profile {
    const items = this.historyIndices(history);
    if (items.length === 0)
      throw new KithError(
        `${this.name}: a history of at least one item is needed; for newcomers without one use Popularity`,
      );
    return { history: items };
  }

  /**
   * The k training users most like one, by the cosine of their embeddings, equal ones in the order of `users`. A training user is not among their own.
   * @throws UnknownIdError for an unknown user
   * @throws NotSupportedError where the model has no embeddings of users
   */
  similarUsers(query: UserQuery, k = 10): SimilarUsers {
    const { users } = this;
    checkK("similarUsers", k);
    const subject = this.subject(query);
    const best = topK(
      () => {
        const own = this.embedSubjects([subject]);
        if (!own)
          throw new NotSupportedError(`${this.name}: it has no embeddings of users to compare`);
        return { kind: "dot", queries: normalizeRows(own), items: this.#unitUsers(own.columns) };
      },
      [Uint32Array.from(subject.user === undefined ? [] : [subject.user])],
      Math.min(k, users.size),
    );
    const found = best.items.filter((user) => user !== NO_ITEM);
    return {
      users: Array.from(found, (user) => users.id(user)),
      scores: best.scores.slice(0, found.length),
    };
  }

  /**
   * The vectors by which `similarUsers` compares, each of length 1, in the order of `users`: a copy of [users, dim].
   * @throws NotSupportedError where the model has no embeddings of users
   */
  userEmbeddings(): StoredTensor & { readonly data: Float32Array } {
    const { size } = this.users;
    return scope(() => {
      const first = this.embedSubjects([{ user: 0, history: this.historyOf(0) }]);
      if (!first) throw new NotSupportedError(`${this.name}: it has no embeddings of users`);
      const { columns } = first;
      return { shape: [size, columns], data: this.#unitUsers(columns).data.slice() };
    });
  }

  /**
   * The ratings that somebody is expected to give to items, within the range of those that training has seen.
   * @throws UnknownIdError for an unknown user or item
   * @throws NotSupportedError where scores are no ratings
   */
  predict(query: UserQuery, items: Iterable<Id>): Float32Array {
    const indices = Array.from(items, (item) => this.itemIndex(item));
    const [lowest, highest] = this.ratingRange;
    const scores = this.scores(query);
    return Float32Array.from(indices, (i) => Math.min(highest, Math.max(lowest, scores[i])));
  }

  checkMeasurable(test: Interactions, metrics: readonly string[] = this.defaultMetrics): void {
    const ranking = metrics.filter((key) => !isRatingMetric(key));
    if (ranking.length > 0 || metrics.length === 0) parseMetrics(ranking);
    if (ranking.length === metrics.length) return;
    if (!this.predictsRatings) throw new NotSupportedError(`${this.name}: ${NO_RATINGS}`);
    if (!test.value)
      throw new OptionError(
        this.name,
        "metrics",
        "must be of a ranking, such as recall@20, for test data without values; rmse and mae need ratings",
      );
  }

  /** Full ranking of all items for each user of the test data, as `evaluate` does it, and `rmse` and `mae` as `evaluateRatings` does. */
  measure(
    test: Interactions,
    options: MeasureOptions = {},
  ): Promise<{ readonly metrics: Readonly<Record<string, number>> }> {
    return measureUsersItems(this, test, options);
  }

  /**
   * Remembers who the users and items are and what each user has, of which models then need no copy.
   * @param seen the interactions that count as having an item. Default: all
   */
  protected learnVocabularies(data: Interactions, seen: Interactions = data): void {
    checkInteractions(this.name, "data", data);
    if (data.length === 0)
      throw new KithError(`${this.name}: expected at least one interaction to train on, got none`);
    this.#vocabularies = { users: data.users, items: data.items };
    ({ offsets: this.#offsets, items: this.#items } = seen.byUser());
  }

  /** Items of a training user, ascending. */
  protected historyOf(user: number): Uint32Array {
    return this.#items.subarray(this.#offsets[user], this.#offsets[user + 1]);
  }

  /**
   * A query in dense numbers.
   * @throws UnknownIdError for an unknown user
   * @throws KithError for the history of another model, before a kernel reads past the end of this one's items
   */
  protected subject(query: UserQuery): Subject {
    if (typeof query === "object") {
      const { history } = query;
      if (!isAscending(history, this.items.size))
        throw new KithError(
          `${this.name}: expected a history that foldIn() of this model made: items below ${this.items.size}, ascending`,
        );
      return { user: undefined, history };
    }
    const user = this.users.indexOf(query);
    if (user < 0)
      throw new UnknownIdError(
        `${this.name}: user`,
        query,
        `the model was trained on ${this.users.size} users; for others use foldIn(history)`,
      );
    return { user, history: this.historyOf(user) };
  }

  protected score(queries: readonly UserQuery[]): Scores {
    return this.scoreSubjects(queries.map((query) => this.subject(query)));
  }

  protected seen(query: UserQuery): Uint32Array {
    return this.subject(query).history;
  }

  /** Embeddings of all training users, each of length 1, in the scope of the caller. */
  #unitUsers(dim: number): Tensor {
    const { size } = this.users;
    const units = Tensor.empty([size, dim]);
    for (let begin = 0; begin < size; begin += USERS)
      scope(() => {
        const length = Math.min(USERS, size - begin);
        const some = Array.from({ length }, (_, n) => ({
          user: begin + n,
          history: this.historyOf(begin + n),
        }));
        units.data.set(normalizeRows(this.embedSubjects(some) as Tensor).data, begin * dim);
      });
    return units;
  }

  protected learned(): Learned | undefined {
    const tensors = this.learnedTensors();
    if (!tensors || !this.#vocabularies) return undefined;
    return {
      tensors: {
        ...tensors,
        "seen.offsets": { shape: [this.#offsets.length], data: this.#offsets },
        "seen.items": { shape: [this.#items.length], data: this.#items },
      },
      vocabularies: this.#vocabularies,
    };
  }

  protected adopt({ tensors, vocabularies }: Learned): void {
    const { users, items } = vocabularies;
    if (!users || !items)
      throw new FormatError(`${this.name}.load: the file has no vocabularies of users and items`);
    const read = new TensorReader(this.name, tensors);
    const offsets = read.uint32("seen.offsets", [users.size + 1]);
    const seen = read.uint32("seen.items", [offsets[users.size]]);
    for (let user = 0; user < users.size; user++)
      if (
        offsets[0] !== 0 ||
        offsets[user] > offsets[user + 1] ||
        !isAscending(seen.subarray(offsets[user], offsets[user + 1]), items.size)
      )
        throw new FormatError(`${this.name}.load: the history of user ${user} is damaged`);
    this.adoptTensors(read, users.size, items.size);
    this.#vocabularies = { users, items };
    this.#offsets = offsets;
    this.#items = seen;
  }
}
