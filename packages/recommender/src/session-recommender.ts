import {
  FormatError,
  KithError,
  NotFittedError,
  NotSupportedError,
  OptionError,
  UnknownIdError,
} from "@kith/core-tensors";
import type { Id, Sequences, Vocabulary } from "@kith/data";
import { checkSequences } from "./check-sequences.ts";
import {
  checkNextItem,
  evaluateNextItem,
  NEXT_ITEM_METRICS,
  type NextItemEvaluation,
} from "./evaluate-next-item.ts";
import type { MeasureOptions } from "./measurable.ts";
import type { Reason } from "./ranking.ts";
import { type Learned, Recommender } from "./recommender.ts";
import type { StoredTensor } from "./safetensors.ts";
import { OpenSession, type Session } from "./session.ts";
import { TensorReader } from "./tensor-reader.ts";
import type { Scores } from "./top-k.ts";

/**
 * The items of a session so far, from the first to the latest. Items that the model does not know say nothing to it and are passed over; at least one must be
 * known.
 */
export type SessionQuery = readonly Id[];

/** What a model remembers of some sessions under way. */
export interface SessionStates {
  /** One more item, by its dense number, of each of the first `items.length` sessions; the others stay as they are. */
  step(items: Uint32Array): void;
  /** Scores of all items for these sessions, in this order, computed in the scope of the caller. Each has had an item. */
  scores(sessions: Uint32Array): Scores;
}

/** The models that learn from sessions and say which item comes next in one. */
export abstract class SessionRecommender extends Recommender<Sequences, SessionQuery, Sequences> {
  readonly defaultMetrics: readonly string[] = NEXT_ITEM_METRICS;
  #items: Vocabulary | undefined;
  /** How often it was trained or loaded: a session belongs to one of these times. */
  #learnedTimes = 0;

  /** So many sessions before their first item. The work of a step and of scores should not grow with a session's length. */
  protected abstract begin(sessions: number): SessionStates;
  /** What the model itself has learned; undefined before training. */
  protected abstract learnedTensors(): Readonly<Record<string, StoredTensor>> | undefined;
  /** Takes over tensors of a file, checking their shapes. */
  protected abstract adoptTensors(tensors: TensorReader, items: number): void;

  /**
   * A session to be followed item by item, of which the model keeps what it needs, so that a server can hold thousands.
   * @throws NotFittedError before training
   */
  session(): Session {
    if (!this.learnedTensors()) throw new NotFittedError(this.name);
    const states = this.begin(1);
    const learned = this.#learnedTimes;
    return new OpenSession(this, states, {
      isCurrent: () => this.#learnedTimes === learned,
      rank: (seen, options) => this.rank(() => states.scores(Uint32Array.of(0)), seen, options),
    });
  }

  /** For evaluation: sessions before their first item. */
  beginSessions(sessions: number): SessionStates {
    if (!this.learnedTensors()) throw new NotFittedError(this.name);
    return this.begin(sessions);
  }

  /**
   * A session as a query: the items as they are, all of which must be known.
   * @throws UnknownIdError for an item that the model does not know
   * @throws KithError for an empty history
   */
  override foldIn(history: Iterable<Id>): SessionQuery {
    if (typeof history === "string") this.historyIndices(history); // which refuses it
    const session = Array.from(history);
    if (!this.learnedTensors()) throw new NotFittedError(this.name);
    if (session.length === 0) throw emptySession(this.name);
    for (const item of session) this.itemIndex(item);
    return session;
  }

  override explain(_query: SessionQuery, _item: Id): Reason[] {
    throw new NotSupportedError(
      `${this.name}: it cannot say which clicks of a session speak for an item`,
    );
  }

  checkMeasurable(test: Sequences, metrics?: readonly string[]): void {
    checkNextItem(test, metrics);
  }

  /** The next item after every click of the test sessions, as `evaluateNextItem` does it. */
  measure(test: Sequences, options: MeasureOptions = {}): Promise<NextItemEvaluation> {
    return evaluateNextItem(this, test, options);
  }

  /** Remembers who the items are. What was learned before is of other items, and is disposed of. */
  protected learnItems(data: Sequences): void {
    checkSequences(this.name, "data", data);
    if (!hasPair(data))
      throw new KithError(
        `${this.name}: expected sessions to learn from, at least one of two clicks or more; got ${data.sequences} sessions of ${data.tokens} clicks in all`,
      );
    this.dispose();
    this.#items = data.items;
    this.#learnedTimes++;
  }

  /**
   * A session in dense numbers, without the items that are not known.
   * @throws UnknownIdError when none is
   * @throws KithError when it has none
   */
  protected numbersOf(query: SessionQuery): Uint32Array {
    if (typeof query === "string" || typeof query?.[Symbol.iterator] !== "function")
      throw new OptionError(
        this.name,
        "query",
        `must be a list of the session's items, got ${JSON.stringify(query)}${query === undefined || typeof query === "object" ? "" : `; did you mean [${JSON.stringify(query)}]?`}`,
      );
    if (query.length === 0) throw emptySession(this.name);
    const { items } = this;
    const numbers = query.map((item) => items.indexOf(item)).filter((item) => item >= 0);
    if (numbers.length === 0)
      throw new UnknownIdError(
        `${this.name}: item`,
        query[0],
        `the model knows ${items.size} items, and none of this session of ${query.length}`,
      );
    return Uint32Array.from(numbers);
  }

  protected score(queries: readonly SessionQuery[]): Scores {
    const sessions = queries.map((query) => this.numbersOf(query));
    const longestFirst = Array.from(sessions.keys()).sort(
      (a, b) => sessions[b].length - sessions[a].length,
    );
    const states = this.begin(sessions.length);
    for (let t = 0, active = sessions.length; ; t++) {
      while (active > 0 && sessions[longestFirst[active - 1]].length <= t) active--;
      if (active === 0) break;
      states.step(Uint32Array.from({ length: active }, (_, n) => sessions[longestFirst[n]][t]));
    }
    const places = new Uint32Array(sessions.length);
    longestFirst.forEach((session, place) => {
      places[session] = place;
    });
    return states.scores(places);
  }

  protected seen(query: SessionQuery): Uint32Array {
    return Uint32Array.from(new Set(this.numbersOf(query))).sort();
  }

  protected learned(): Learned | undefined {
    const tensors = this.learnedTensors();
    return tensors && this.#items ? { tensors, vocabularies: { items: this.#items } } : undefined;
  }

  protected adopt({ tensors, vocabularies }: Learned): void {
    const { items } = vocabularies;
    if (!items) throw new FormatError(`${this.name}.load: the file has no vocabulary of items`);
    this.adoptTensors(new TensorReader(this.name, tensors), items.size);
    this.#items = items;
    this.#learnedTimes++;
  }
}

function hasPair({ offsets }: Sequences): boolean {
  for (let s = 0; s + 1 < offsets.length; s++) if (offsets[s + 1] - offsets[s] >= 2) return true;
  return false;
}

function emptySession(model: string): KithError {
  return new KithError(
    `${model}: a history of at least one item is needed; before a session's first click recommend what is popular`,
  );
}
