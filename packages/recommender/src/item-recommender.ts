import {
  FormatError,
  KithError,
  NotFittedError,
  type Tensor,
  TrainingError,
} from "@kith/core-tensors";
import type { Id, ItemPairs, Vocabulary } from "@kith/data";
import { isAscending } from "./ascending.ts";
import { checkItemPairs } from "./check-item-pairs.ts";
import {
  checkMeasurablePairs,
  evaluatePairs,
  type PairEvaluation,
  type PairScores,
} from "./evaluate-pairs.ts";
import { type ItemScore, type ItemTables, ItemVectors } from "./item-vectors.ts";
import { knownPairs } from "./known-pairs.ts";
import type { MeasureOptions } from "./measurable.ts";
import { PAIR_METRICS } from "./pair-metric-keys.ts";
import type { Reason } from "./ranking.ts";
import { type Learned, Recommender } from "./recommender.ts";
import type { StoredTensor } from "./safetensors.ts";
import { TensorReader } from "./tensor-reader.ts";
import type { Scores } from "./top-k.ts";

/** Some items together, such as those of a basket, as `foldIn` made them. */
export interface ItemSet {
  /** Dense numbers of items, ascending, each once, at least one. */
  readonly items: Uint32Array;
}

/** An item by id, or a set of items. */
export type ItemQuery = Id | ItemSet;

/**
 * The models that learn vectors of items, from pairs or sequences of them, and answer for an item or a set of items.
 *
 *   score(S, j) = 1/|S| Σ_{i ∈ S} qᵢ · vⱼ      with vectors of length 1 where the score is the cosine
 *
 * v are the rows of the table of items; q those of a second table where the model keeps one, else of the same.
 */
export abstract class ItemRecommender<Data> extends Recommender<Data, ItemQuery, ItemPairs> {
  readonly defaultMetrics: readonly string[] = PAIR_METRICS;
  #items: Vocabulary | undefined;
  #vectors: ItemVectors | undefined;

  /** What the score of two vectors is. */
  get scoring(): ItemScore {
    return "cosine";
  }

  /** Whether the vectors of the items asked about are others than those of the items ranked: then there are two tables. */
  protected get hasQueryTable(): boolean {
    return false;
  }

  /** What the subclass has learned beside the tables, to be saved. Asked for often: it should compute nothing. */
  protected learnedMore(): Partial<Learned> {
    return {};
  }

  /** Takes over what `learnedMore` gave, from a file: it checks names, shapes and values. The tables are not there yet. */
  protected adoptMore(
    _tensors: TensorReader,
    _vocabularies: Learned["vocabularies"],
    _shape: { readonly items: number; readonly dim: number },
  ): void {}

  /** Remembers who the items are. What was learned before is of other items, and is disposed of. */
  protected learnItems(items: Vocabulary): void {
    if (items.size === 0)
      throw new KithError(`${this.name}: expected at least one item to train on, got none`);
    this.dispose();
    this.#items = items;
  }

  /**
   * The tables to answer from, made on first use after `learnItems`; `fill` computes them from the parameters.
   * @throws TrainingError when they are not finite numbers
   */
  protected updateTables(dim: number, fill: (tables: ItemTables) => void): void {
    if (!this.#items) throw new NotFittedError(this.name);
    this.#vectors ??= new ItemVectors(this.#items.size, dim, this.scoring, this.hasQueryTable);
    if (this.#vectors.update(fill)) return;
    this.dispose();
    throw new TrainingError(
      `${this.name}: vectors are no longer finite numbers: training diverged; lower the learning rate`,
    );
  }

  /** The tables as they are, such as for training to go on from; undefined before training. */
  protected get tables(): ItemTables | undefined {
    return this.#vectors?.tables;
  }

  /**
   * An item's vector as it was learned, not at length 1: a copy of [dim].
   * @throws UnknownIdError
   */
  vector(item: Id): Float32Array {
    const index = this.itemIndex(item);
    const { items } = this.#fitted().tables;
    return items.slice(index, index + 1).data.slice();
  }

  /** All vectors of items, in the order of `items`: a copy of [items, dim]. */
  vectors(): StoredTensor & { readonly data: Float32Array } {
    const { shape, data } = this.#fitted().tables.items;
    return { shape, data: data.slice() };
  }

  /**
   * A query for several items together.
   * @throws UnknownIdError for an item that the model does not know
   * @throws KithError when there is none
   */
  override foldIn(history: Iterable<Id>): ItemSet {
    const items = this.historyIndices(history);
    if (items.length === 0)
      throw new KithError(`${this.name}: a history of at least one item is needed`);
    return { items };
  }

  /** The items of the query, each with its part of the score, most important first: the parts add up to the score. */
  override explain(query: ItemQuery, item: Id): Reason[] {
    const set = this.#itemsOf(query);
    const parts = this.#fitted().parts(set, this.itemIndex(item));
    const reasons = Array.from(set, (one, n) => ({ item: this.items.id(one), weight: parts[n] }));
    return reasons.sort((a, b) => b.weight - a.weight);
  }

  /**
   * The scores of pairs as they are ranked by: the source is asked about, the target is scored. Memory for vectors does not grow with their number.
   * @param pairs may have a vocabulary of their own; labels and weights do not matter
   * @param scoring by which score, if not by the model's own: to choose the better one by validation pairs
   */
  pairScores(pairs: ItemPairs, scoring: ItemScore = this.scoring): PairScores {
    checkItemPairs(`${this.name}.pairScores`, "pairs", pairs);
    const { known, source, target } = knownPairs(pairs, this.items);
    const own = this.#fitted().pairs(source, target, scoring);
    if (own.length === pairs.length) return { scores: own, known };
    const scores = new Float32Array(pairs.length);
    for (let row = 0, n = 0; row < pairs.length; row++)
      if (known[row] === 1) scores[row] = own[n++];
    return { scores, known };
  }

  checkMeasurable(test: ItemPairs, metrics?: readonly string[]): void {
    checkMeasurablePairs(test, metrics, this.#items);
  }

  /** Link prediction, as `evaluatePairs` does it. */
  measure(test: ItemPairs, options: MeasureOptions = {}): Promise<PairEvaluation> {
    return evaluatePairs(this, test, options);
  }

  dispose(): void {
    this.#vectors?.dispose();
    this.#vectors = undefined;
  }

  protected score(queries: readonly ItemQuery[]): Scores {
    return this.#fitted().scores(queries.map((query) => this.#itemsOf(query)));
  }

  protected seen(query: ItemQuery): Uint32Array {
    return this.#itemsOf(query);
  }

  protected override itemVectors(): Tensor | undefined {
    return this.#vectors?.tables.items;
  }

  protected override unitVectors(): Tensor {
    return this.#fitted().units();
  }

  protected learned(): Learned | undefined {
    if (!this.#items || !this.#vectors) return undefined;
    const { items, queries } = this.#vectors.tables;
    const more = this.learnedMore();
    return {
      tensors: {
        "items.embedding": items,
        ...(queries !== items && { "items.query": queries }),
        ...more.tensors,
      },
      vocabularies: { ...more.vocabularies, items: this.#items },
    };
  }

  protected adopt({ tensors, vocabularies }: Learned): void {
    const { items } = vocabularies;
    if (!items) throw new FormatError(`${this.name}.load: the file has no vocabulary of items`);
    const read = new TensorReader(this.name, tensors);
    const vectors = read.finite("items.embedding", [items.size, -1]);
    const queries = this.hasQueryTable ? read.finite("items.query", vectors.shape) : undefined;
    if (vectors.data.length === 0)
      throw new FormatError(`${this.name}.load: vectors must not be empty`);
    const dim = vectors.shape[1];
    this.dispose();
    this.#items = items;
    try {
      this.adoptMore(read, vocabularies, { items: items.size, dim });
      this.updateTables(dim, (tables) => {
        tables.items.data.set(vectors.data);
        if (queries) tables.queries.data.set(queries.data);
      });
    } catch (error) {
      this.dispose();
      throw error;
    }
  }

  #fitted(): ItemVectors {
    if (!this.#vectors) throw new NotFittedError(this.name);
    return this.#vectors;
  }

  /** @throws KithError for a set of another model, before a kernel reads past the end of this one's items */
  #itemsOf(query: ItemQuery): Uint32Array {
    if (typeof query !== "object") return Uint32Array.of(this.itemIndex(query));
    const { size } = this.items;
    const items = query?.items;
    if (!ArrayBuffer.isView(items) || items.length === 0 || !isAscending(items, size))
      throw new KithError(
        `${this.name}: expected an item's id, or a set that foldIn() of this model made: items below ${size}, ascending`,
      );
    return items;
  }
}
