import {
  checkNames,
  kernels,
  NotFittedError,
  NotSupportedError,
  OptionError,
  scope,
  Tensor,
  UnknownIdError,
} from "@kith/core-tensors";
import type { Id, Interactions, Vocabulary } from "@kith/data";
import { checkK } from "./check-k.ts";
import type { Epoch } from "./epoch.ts";
import { FIT_OPTIONS, type FitOptions, fit, type TrainOptions } from "./fit.ts";
import type { Measurable, MeasureOptions } from "./measurable.ts";
import { decodeModelFile, encodeModelFile } from "./model-file.ts";
import type { Ranking, Reason, RecommendOptions } from "./ranking.ts";
import type { StoredTensor } from "./safetensors.ts";
import { NO_ITEM, type Scores, topK } from "./top-k.ts";
import { union } from "./union.ts";

/** What a model needs to answer, apart from its options: what `save` writes and `load` reads. */
export interface Learned {
  readonly tensors: Readonly<Record<string, StoredTensor>>;
  /** At least "items". */
  readonly vocabularies: Readonly<Record<string, Vocabulary>>;
}

/** Queries scored at a time, so that memory does not grow with how many are asked: 256 MiB of scores at most. */
const QUERIES = 1024;
const SCORES = 2 ** 26;

/**
 * The one shape of every model: `Data` is what it learns from, `Query` what it answers for, `Test` what its family is measured on. Callers
 * speak their own ids at this door; dense numbers live inside.
 */
export abstract class Recommender<Data, Query, Test = Interactions> implements Measurable<Test> {
  /** Written in files and errors. */
  abstract readonly name: string;
  abstract readonly options: object;
  /** Validation metrics of the epoch that was kept. */
  metrics: Readonly<Record<string, number>> = {};
  abstract readonly defaultMetrics: readonly string[];

  /**
   * Trains, yielding after every epoch: leave the loop to stop early. Answers come from the last epoch that was yielded.
   * @throws TrainingError when the loss is no longer finite
   * @throws the signal's reason when it aborts, after the checkpoint was handed over
   */
  abstract train(data: Data, options?: TrainOptions<Test>): AsyncGenerator<Epoch, void, void>;

  abstract checkMeasurable(test: Test, metrics?: readonly string[]): void;
  abstract measure(
    test: Test,
    options?: MeasureOptions,
  ): Promise<{ readonly metrics: Readonly<Record<string, number>> }>;

  /** Scores of all items for some queries, computed in the scope of the caller. */
  protected abstract score(queries: readonly Query[]): Scores;
  /** The dense numbers of the items that the query already has, ascending. */
  protected abstract seen(query: Query): Uint32Array;
  /** Everything learned; undefined before training. */
  protected abstract learned(): Learned | undefined;
  /** Takes over what another instance has learned, checking it. */
  protected abstract adopt(learned: Learned): void;
  /** Frees the memory of what was learned; the model can be trained or loaded again. */
  abstract dispose(): void;

  /**
   * Trains to the end, or until validation no longer improves.
   * @returns this model
   */
  async fit(data: Data, options: FitOptions<Test> = {}): Promise<this> {
    checkNames(`${this.name}.fit`, options, FIT_OPTIONS);
    await fit(this.train(data, options), options);
    return this;
  }

  /** The items that can be recommended. */
  get items(): Vocabulary {
    return this.#fitted().vocabularies.items;
  }

  /** One score per item, in the order of `items`: higher is better. */
  scores(query: Query): Float32Array {
    this.#fitted();
    return scope(() => {
      const result = this.score([query]);
      if (result.kind === "all") return result.values.data.slice();
      const { queries, items } = result;
      const y = Tensor.empty([1, items.rows]);
      kernels().gemm(y.data, queries.data, items.data, {
        m: 1,
        n: items.rows,
        k: items.columns,
        transposeB: true,
      });
      return y.data.slice();
    });
  }

  /**
   * The k best items for a query. Equal scores rank by position in `items`.
   * @throws UnknownIdError for a query, or an item to exclude or allow, that the model does not know
   */
  recommend(query: Query, options: RecommendOptions = {}): Ranking {
    return this.recommendBatch([query], options)[0];
  }

  /** The same for many queries at once, much faster than one by one; memory does not grow with their number. */
  recommendBatch(queries: readonly Query[], options: RecommendOptions = {}): Ranking[] {
    const { k, excludeSeen, left } = this.#wanted(options);
    const rankings: Ranking[] = [];
    const step = Math.max(1, Math.min(QUERIES, Math.floor(SCORES / this.items.size)));
    for (let begin = 0; begin < queries.length; begin += step) {
      const chunk = queries.slice(begin, begin + step);
      const masks = chunk.map((query) => (excludeSeen ? union(left, this.seen(query)) : left));
      const best = this.topItems(chunk, masks, Math.min(k, this.items.size));
      for (let r = 0; r < chunk.length; r++)
        rankings.push(this.#ranking(best.items, best.scores, r * best.k, best.k));
    }
    return rankings;
  }

  /** The same for one query whose scores are there already: `scores` are of one row, computed in the scope of the caller. */
  protected rank(
    scores: () => Scores,
    seen: () => Uint32Array,
    options: RecommendOptions,
  ): Ranking {
    const { k, excludeSeen, left } = this.#wanted(options);
    const mask = excludeSeen ? union(left, seen()) : left;
    const best = topK(scores, [mask], Math.min(k, this.items.size));
    return this.#ranking(best.items, best.scores, 0, best.k);
  }

  /** The best items as dense numbers, with an ascending list of those left out for each query: for evaluation. */
  topItems(
    queries: readonly Query[],
    masks: readonly Uint32Array[],
    k: number,
  ): ReturnType<typeof topK> {
    return topK(() => this.score(queries), masks, k);
  }

  /** The items that the query already has, as dense numbers, ascending: for evaluation. */
  seenItems(query: Query): Uint32Array {
    return this.seen(query);
  }

  /**
   * The k items most like one, by the cosine of their vectors unless the model says otherwise.
   * @throws UnknownIdError for an unknown item
   * @throws NotSupportedError where the model has no vectors of items
   */
  similarItems(item: Id, k = 10): Ranking {
    this.#fitted();
    checkK("similarItems", k);
    const vectors = this.itemVectors();
    if (!vectors)
      throw new NotSupportedError(`${this.name}: it learns no vectors of items to compare`);
    const index = this.itemIndex(item);
    const best = topK(
      () => {
        const items = this.unitVectors(vectors);
        return { kind: "dot", queries: items.slice(index, index + 1), items };
      },
      [Uint32Array.of(index)],
      Math.min(k, this.items.size),
    );
    return this.#ranking(best.items, best.scores, 0, best.k);
  }

  /**
   * The vectors by which `similarItems` compares, each of length 1 unless it compares dot products, in the order of `items`: a copy of [items, dim].
   * @throws NotSupportedError where the model has no vectors of items
   */
  itemEmbeddings(): StoredTensor & { readonly data: Float32Array } {
    this.#fitted();
    return scope(() => {
      const vectors = this.itemVectors();
      if (!vectors) throw new NotSupportedError(`${this.name}: it learns no vectors of items`);
      const { shape, data } = this.unitVectors(vectors);
      return { shape, data: data.slice() };
    });
  }

  /**
   * A query for somebody the model has never seen, from the items they liked.
   * @throws NotSupportedError where the model cannot
   */
  foldIn(_history: Iterable<Id>): Query {
    throw new NotSupportedError(
      `${this.name}: it cannot answer for users it was not trained on; train it with them`,
    );
  }

  /**
   * Which items of the query's history speak for an item, most important first.
   * @throws NotSupportedError where the model has no answer
   */
  explain(_query: Query, _item: Id): Reason[] {
    throw new NotSupportedError(
      `${this.name}: it cannot say which items of a history speak for a recommendation`,
    );
  }

  /** One safetensors file with options, metrics, vocabularies and everything learned. */
  save(): Uint8Array<ArrayBuffer> {
    const { tensors, vocabularies } = this.#fitted();
    const { name: model, options, metrics } = this;
    return encodeModelFile({ model, options: { ...options }, metrics, tensors, vocabularies });
  }

  /** [items, dim] for `similarItems`; undefined where there are none. */
  protected itemVectors(): Tensor | undefined {
    return undefined;
  }

  /** The same, each of length 1, computed in the scope of the caller unless the model keeps them. */
  protected unitVectors(vectors: Tensor): Tensor {
    const norms = Tensor.empty([vectors.rows]);
    const units = Tensor.empty(vectors.shape);
    kernels().normalizeRows(units.data, norms.data, vectors.data, vectors.columns);
    return units;
  }

  /** @throws UnknownIdError */
  protected itemIndex(item: Id): number {
    const index = this.items.indexOf(item);
    if (index < 0)
      throw new UnknownIdError(
        `${this.name}: item`,
        item,
        `the model knows ${this.items.size} items`,
      );
    return index;
  }

  /** Dense numbers of items, ascending, each once. */
  protected itemIndices(items: Iterable<Id>): Uint32Array {
    return Uint32Array.from(new Set(Array.from(items, (item) => this.itemIndex(item)))).sort();
  }

  /**
   * The same for the history that `foldIn` was given.
   * @throws OptionError for one string, whose letters would be taken for items
   */
  protected historyIndices(history: Iterable<Id>): Uint32Array {
    if (typeof history === "string")
      throw new OptionError(
        `${this.name}.foldIn`,
        "history",
        `must be a list of items, got one string; did you mean [${JSON.stringify(history)}]?`,
      );
    return this.itemIndices(history);
  }

  #fitted(): Learned {
    const learned = this.learned();
    if (!learned) throw new NotFittedError(this.name);
    return learned;
  }

  /** What `recommend` was asked for, checked. */
  #wanted(options: RecommendOptions): { k: number; excludeSeen: boolean; left: Uint32Array } {
    checkNames("recommend", options, ["k", "excludeSeen", "exclude", "allow"]);
    const { k = 10, excludeSeen = false, exclude, allow } = options;
    this.#fitted();
    checkK("recommend", k);
    return { k, excludeSeen, left: this.#leftOut(exclude, allow) };
  }

  #leftOut(exclude: Iterable<Id> | undefined, allow: Iterable<Id> | undefined): Uint32Array {
    const excluded = exclude ? this.itemIndices(exclude) : new Uint32Array(0);
    if (!allow) return excluded;
    const allowed = new Set(this.itemIndices(allow));
    const others = Uint32Array.from({ length: this.items.size }, (_, i) => i).filter(
      (i) => !allowed.has(i),
    );
    return union(excluded, others);
  }

  #ranking(items: Uint32Array, scores: Float32Array, begin: number, k: number): Ranking {
    let end = begin;
    while (end < begin + k && items[end] !== NO_ITEM) end++;
    const vocabulary = this.items;
    return {
      items: Array.from(items.subarray(begin, end), (item) => vocabulary.id(item)),
      scores: scores.slice(begin, end),
    };
  }

  /** Reads a model file into an instance that `make` builds from its options: for the static `load` of each model. */
  protected static restore<D, Q, T, M extends Recommender<D, Q, T>>(
    name: string,
    file: Uint8Array,
    make: (options: object) => M,
  ): M {
    const { model, options, metrics, tensors, vocabularies } = decodeModelFile(file);
    if (model !== name)
      throw new OptionError(
        `${name}.load`,
        "file",
        `must hold a saved ${name}, got ${model ? `a saved ${model}` : "another kind of file"}`,
      );
    const instance = make(options);
    instance.adopt({ tensors, vocabularies });
    instance.metrics = metrics;
    return instance;
  }
}
