import { gather, kernels, normalizeRows, rowDot, scope, Tensor } from "@kith/core-tensors";
import type { Scores } from "./top-k.ts";

/** What the score of two vectors is: the dot product of both at length 1, or as they are. */
export type ItemScore = "cosine" | "dot";

/** What an item model answers from. */
export interface ItemTables {
  /** [items, dim] */
  readonly items: Tensor;
  /** [items, dim]: of the items that are asked about. The same tensor as `items` unless the model keeps two tables. */
  readonly queries: Tensor;
}

/** Floats of one operand in a chunk of pairs: 8 MiB. */
const CHUNK = 2 ** 21;

/** Vectors of items on the heap, and the scores of sets of items, of pairs and of all items that come of them. Takes dense numbers, and trusts them. */
export class ItemVectors {
  readonly tables: ItemTables;
  readonly dim: number;
  readonly #score: ItemScore;
  /** The table of items at length 1, made when it is first needed. */
  #units: Tensor | undefined;

  /** @throws MemoryError when they do not fit */
  constructor(items: number, dim: number, score: ItemScore, hasQueryTable: boolean) {
    const table = Tensor.parameter([items, dim]);
    try {
      const queries = hasQueryTable ? Tensor.parameter([items, dim]) : table;
      this.tables = { items: table, queries };
    } catch (error) {
      table.dispose();
      throw error;
    }
    this.dim = dim;
    this.#score = score;
  }

  /** Fills the tables; says whether they are finite numbers. */
  update(fill: (tables: ItemTables) => void): boolean {
    this.#units?.dispose();
    this.#units = undefined;
    scope(() => fill(this.tables));
    return Object.values(this.tables).every(({ data }: Tensor) =>
      Number.isFinite(kernels().sumOfSquares(data)),
    );
  }

  /** The table of items at length 1, which lasts until the tables change. */
  units(): Tensor {
    if (this.#units) return this.#units;
    const { items } = this.tables;
    const units = Tensor.parameter(items.shape);
    scope(() => {
      const norms = Tensor.empty([items.rows]);
      kernels().normalizeRows(units.data, norms.data, items.data, items.columns);
    });
    this.#units = units;
    return units;
  }

  /** Factors whose product are the scores of all items for some sets, in the scope of the caller. */
  scores(sets: readonly Uint32Array[]): Scores {
    const items = this.#score === "cosine" ? this.units() : this.tables.items;
    const queries = this.#rows(
      "queries",
      Uint32Array.from(sets, ([first]) => first),
    );
    sets.forEach((set, r) => {
      if (set.length > 1) scope(() => this.#mean(set, queries.slice(r, r + 1)));
    });
    return { kind: "dot", queries, items };
  }

  /** What each item of a set adds to the score of another. */
  parts(set: Uint32Array, item: number): Float32Array {
    return scope(() => {
      const [own, target] = [this.#rows("queries", set), this.#rows("items", Uint32Array.of(item))];
      const parts = Tensor.empty([set.length, 1]);
      const shape = { m: set.length, n: 1, k: this.dim, transposeB: true };
      kernels().gemm(parts.data, own.data, target.data, shape);
      return parts.data.map((part) => part / set.length);
    });
  }

  /** The score of each target when its source is asked about; memory does not grow with their number. */
  pairs(source: Uint32Array, target: Uint32Array, score: ItemScore = this.#score): Float32Array {
    const scores = new Float32Array(source.length);
    const step = Math.max(1, Math.floor(CHUNK / this.dim));
    for (let begin = 0; begin < source.length; begin += step) {
      const end = begin + step;
      scope(() => {
        const queries = this.#rows("queries", source.subarray(begin, end), score);
        const items = this.#rows("items", target.subarray(begin, end), score);
        scores.set(rowDot(queries, items).data, begin);
      });
    }
    return scores;
  }

  dispose(): void {
    for (const table of [this.tables.items, this.tables.queries, this.#units]) table?.dispose();
    this.#units = undefined;
  }

  /** Rows of a table as scores take them, in the scope of the caller. */
  #rows(table: keyof ItemTables, rows: Uint32Array, score: ItemScore = this.#score): Tensor {
    const vectors = gather(this.tables[table], rows);
    return score === "cosine" ? normalizeRows(vectors) : vectors;
  }

  #mean(set: Uint32Array, to: Tensor): void {
    const own = this.#rows("queries", set);
    const weights = Tensor.empty([1, set.length]);
    weights.data.fill(1 / set.length);
    kernels().gemm(to.data, weights.data, own.data, { m: 1, n: this.dim, k: set.length });
  }
}
