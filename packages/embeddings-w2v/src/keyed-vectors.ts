import {
  checkNames,
  FormatError,
  heap,
  OptionError,
  ShapeError,
  UnknownIdError,
} from "@kith/core-tensors";
import type { Id, Vocabulary } from "@kith/data";
import type { Ranking } from "@kith/recommender";
import { firstNotFinite } from "./finite.ts";
import { UnitVectors, writeUnit } from "./unit-vectors.ts";

/** Options of `KeyedVectors.similarTo`. */
export interface SimilarToOptions {
  /** How many items. Default 10. */
  k?: number;
  /** Items to leave out. Default none. */
  exclude?: Iterable<Id>;
}

/** The two sides of an analogy: "king" − "man" + "woman" has positive king, woman and negative man. */
export interface AnalogyTerms {
  positive?: Iterable<Id>;
  negative?: Iterable<Id>;
}

/** A vector of `dim` numbers. */
export type Vector = Float32Array | readonly number[];

/** Queries answered at a time, and entries of their lists, so that memory does not grow with how many are asked. */
const QUERIES = 1024;
const ENTRIES = 2 ** 24;

/**
 * One vector for each item, found by the item's id: what a model of embeddings leaves behind, or a file of vectors holds.
 *
 * Similarity is the cosine; that of a zero vector to anything is 0. Searches look at every item, and equal cosines rank by position in
 * `items`. The first one puts a copy of the vectors, divided by their lengths, on the heap; `dispose()` frees it.
 */
export class KeyedVectors {
  readonly items: Vocabulary;
  /** Numbers in a vector. */
  readonly dim: number;
  /** [items, dim], row-major, in plain memory. Not to be changed. */
  readonly vectors: Float32Array<ArrayBuffer>;
  #units: UnitVectors | undefined;

  /**
   * @param vectors [items, dim], row-major; kept, not copied, unless they lie on the heap or in shared memory
   * @throws ShapeError unless there are items, and as many numbers for each, at least one
   * @throws FormatError naming the item whose vector is not finite
   */
  constructor(items: Vocabulary, vectors: Float32Array) {
    const size = items?.size;
    if (!Number.isInteger(size))
      throw new OptionError("KeyedVectors", "items", "must be a Vocabulary: Vocabulary.from(ids)");
    if (size === 0) throw new ShapeError("KeyedVectors", "at least one item", [0]);
    if (kindOf(vectors) !== "Float32Array")
      throw new OptionError(
        "KeyedVectors",
        "vectors",
        `must be a Float32Array, got ${kindOf(vectors)}`,
      );
    if (vectors.length === 0 || vectors.length % size !== 0)
      throw new ShapeError(
        "KeyedVectors",
        `vectors of one length for ${size} items, so a multiple of ${size} numbers`,
        [vectors.length],
      );
    this.items = items;
    this.dim = vectors.length / size;
    const wrong = firstNotFinite(vectors, 0, vectors.length);
    if (wrong < vectors.length)
      throw new FormatError(
        `KeyedVectors: expected finite numbers, but number ${(wrong % this.dim) + 1} of the vector of ${JSON.stringify(items.id(Math.floor(wrong / this.dim)))} is ${vectors[wrong]}`,
      );
    const isPlain = kindOf(vectors.buffer) === "ArrayBuffer" && !heap().holds(vectors);
    this.vectors = (isPlain ? vectors : vectors.slice()) as Float32Array<ArrayBuffer>;
  }

  /** Whether the item has a vector. */
  has(id: Id): boolean {
    return this.items.has(id);
  }

  /**
   * A copy of an item's vector. Shape [dim].
   * @throws UnknownIdError
   */
  vector(id: Id): Float32Array<ArrayBuffer> {
    const from = this.#indexOf(id) * this.dim;
    return this.vectors.slice(from, from + this.dim);
  }

  /**
   * The cosine of two items' vectors; 0 where one of them is zero.
   * @throws UnknownIdError
   */
  similarity(a: Id, b: Id): number {
    const { vectors, dim } = this;
    const [atA, atB] = [this.#indexOf(a) * dim, this.#indexOf(b) * dim];
    let [dot, squaresA, squaresB] = [0, 0, 0];
    for (let j = 0; j < dim; j++) {
      const [x, y] = [vectors[atA + j], vectors[atB + j]];
      dot += x * y;
      squaresA += x * x;
      squaresB += y * y;
    }
    const lengths = Math.sqrt(squaresA) * Math.sqrt(squaresB);
    return lengths === 0 ? 0 : Math.max(-1, Math.min(1, dot / lengths));
  }

  /**
   * The k items most similar to one, itself left out.
   * @throws UnknownIdError, OptionError for an impossible k
   * @throws MemoryError when the heap has no room for the unit vectors
   */
  similar(id: Id, k = 10): Ranking {
    const index = this.#indexOf(id);
    checkK("similar", k);
    return this.#nearest([index], this.#writeUnit, alone, k)[0];
  }

  /** The same for many items at once, much faster than one by one; memory does not grow with their number. Scores may differ in the last digit. */
  similarBatch(ids: Iterable<Id>, k = 10): Ranking[] {
    const indices = this.#indices("similarBatch", "ids", ids);
    checkK("similarBatch", k);
    return this.#nearest(indices, this.#writeUnit, alone, k);
  }

  /**
   * The k items most similar to a vector, or to each of several (an array of Float32Arrays).
   * @throws ShapeError for a vector that has not `dim` numbers, FormatError for one that is not finite
   * @throws UnknownIdError for an item to exclude, OptionError for an impossible k or what is no vector
   */
  similarTo(vector: Vector, options?: SimilarToOptions): Ranking;
  similarTo(vectors: readonly Vector[], options?: SimilarToOptions): Ranking[];
  similarTo(
    vectors: Vector | readonly Vector[],
    options: SimilarToOptions = {},
  ): Ranking | Ranking[] {
    checkNames("similarTo", options, ["k", "exclude"]);
    const { k = 10, exclude = [] } = options;
    checkK("similarTo", k);
    const mask = ascending(this.#indices("similarTo", "exclude", exclude));
    if (!(ArrayBuffer.isView(vectors) || Array.isArray(vectors)))
      throw new OptionError(
        "similarTo",
        "vectors",
        `must be a vector or a list of vectors, got ${JSON.stringify(vectors)}; for an item use similar(id)`,
      );
    const isOne = ArrayBuffer.isView(vectors) || typeof vectors[0] === "number";
    const several = (isOne ? [vectors] : vectors) as readonly Vector[];
    for (const vector of several) this.#checkVector(vector);
    const write = (vector: Vector, out: Float32Array, to: number) =>
      writeUnit(out, to, vector, 0, this.dim);
    const rankings = this.#nearest(several, write, () => mask, k);
    return isOne ? rankings[0] : rankings;
  }

  /**
   * The k items most similar to the sum of the positive items' unit vectors minus the negative ones' (3CosAdd; Mikolov et al., NAACL 2013,
   * https://aclanthology.org/N13-1090), the items given left out. An item given twice counts twice.
   * @throws UnknownIdError, OptionError for an impossible k or when no item is given
   */
  analogy(terms: AnalogyTerms, k = 10): Ranking {
    checkNames("analogy", terms, ["positive", "negative"]);
    const positive = this.#indices("analogy", "positive", terms.positive ?? []);
    const negative = this.#indices("analogy", "negative", terms.negative ?? []);
    checkK("analogy", k);
    const given = [...positive, ...negative];
    if (given.length === 0)
      throw new OptionError("analogy", "positive", "or negative must name at least one item");
    const sum = new Float64Array(this.dim);
    const unit = new Float32Array(this.dim);
    given.forEach((index, n) => {
      this.#writeUnit(index, unit, 0);
      const sign = n < positive.length ? 1 : -1;
      for (let j = 0; j < sum.length; j++) sum[j] += sign * unit[j];
    });
    const write = (_: undefined, out: Float32Array) => writeUnit(out, 0, sum, 0, this.dim);
    return this.#nearest([undefined], write, () => ascending(given), k)[0];
  }

  /** Frees the copy on the heap; the next search makes it anew. */
  dispose(): void {
    this.#units?.dispose();
    this.#units = undefined;
  }

  #indexOf(id: Id): number {
    const index = this.items.indexOf(id);
    if (index < 0)
      throw new UnknownIdError("KeyedVectors: item", id, `there are ${this.items.size} items`);
    return index;
  }

  #indices(method: string, option: string, ids: Iterable<Id>): number[] {
    if (typeof ids === "string" || typeof ids?.[Symbol.iterator] !== "function")
      throw new OptionError(method, option, `must be a list of items, got ${JSON.stringify(ids)}`);
    return Array.from(ids, (id) => this.#indexOf(id));
  }

  readonly #writeUnit = (index: number, out: Float32Array, to: number): void =>
    writeUnit(out, to, this.vectors, index * this.dim, this.dim);

  #checkVector(vector: Vector): void {
    if (vector?.length !== this.dim)
      throw new ShapeError("similarTo", `vectors of ${this.dim} numbers`, [vector?.length]);
    const wrong = firstNotFinite(vector, 0, vector.length);
    if (wrong < vector.length)
      throw new FormatError(
        `similarTo: expected finite numbers, but number ${wrong + 1} of the vector is ${vector[wrong]}`,
      );
  }

  /**
   * The best items for each query.
   * @param write puts the query's unit vector at out[to …]
   * @param leftOut the items not wanted, ascending
   */
  #nearest<Q>(
    queries: readonly Q[],
    write: (query: Q, out: Float32Array, to: number) => void,
    leftOut: (query: Q) => Uint32Array,
    k: number,
  ): Ranking[] {
    const { items, dim } = this;
    this.#units ??= new UnitVectors(this.vectors, dim);
    const most = Math.min(k, items.size);
    const step = Math.max(1, Math.min(QUERIES, Math.floor(ENTRIES / most)));
    const rankings: Ranking[] = [];
    for (let begin = 0; begin < queries.length; begin += step) {
      const chunk = queries.slice(begin, begin + step);
      const units = new Float32Array(chunk.length * dim);
      chunk.forEach((query, r) => {
        write(query, units, r * dim);
      });
      const masks = chunk.map(leftOut);
      const best = this.#units.nearest(units, masks, most);
      masks.forEach((mask, r) => {
        const from = r * most;
        const to = from + Math.min(most, items.size - mask.length); // every other item has a cosine
        rankings.push({
          items: Array.from(best.items.subarray(from, to), (item) => items.id(item)),
          scores: best.scores.slice(from, to).map(withinOne),
        });
      });
    }
    return rankings;
  }
}

function alone(index: number): Uint32Array {
  return Uint32Array.of(index);
}

/** Each number once, in ascending order. */
function ascending(indices: Iterable<number>): Uint32Array {
  return Uint32Array.from(new Set(indices)).sort();
}

/** A float32 product of unit vectors may come out as 1.0000001, of which acos is NaN. */
function withinOne(cosine: number): number {
  return Math.max(-1, Math.min(1, cosine));
}

function checkK(method: string, k: number): void {
  if (!(Number.isInteger(k) && k >= 1))
    throw new OptionError(method, "k", `must be a whole number of at least 1, got ${String(k)}`);
}

function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice(8, -1); // unlike instanceof, right across realms
}
