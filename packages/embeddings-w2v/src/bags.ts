import { gather, propagate, SparseMatrix, type Tensor } from "@kith/core-tensors";
import type { Features, Vocabulary } from "@kith/data";
import { NONE, type SideTable, sideTable } from "./side-information.ts";

/** Items as bags of features, which are rows of a table: trained items have a row of their own, and all those of their fields' values. */
export class Bags {
  /** Trained items, then those that are known by their fields alone. */
  readonly items: Vocabulary;
  /** Rows of the table. */
  readonly features: number;
  readonly #rows: Uint32Array;
  readonly #most: number;

  /**
   * @param trained items with a row of their own
   * @throws KithError when there are features, and no trained item has any
   */
  constructor(owner: string, trained: Vocabulary, features: Features | undefined) {
    const side: Pick<SideTable, "items" | "trained" | "values" | "rows"> = features
      ? sideTable(owner, trained, features)
      : {
          items: trained,
          trained: trained.size,
          values: 0,
          rows: Uint32Array.from({ length: trained.size }, (_, n) => n),
        };
    this.items = side.items;
    this.features = side.trained + side.values;
    this.#rows = side.rows;
    this.#most = side.rows.length / Math.max(1, side.items.size);
  }

  /** The features of an item. */
  of(item: number): Uint32Array {
    const { length } = this.#rows;
    return this.#rows
      .subarray(item * this.#most, Math.min(length, (item + 1) * this.#most))
      .filter((row) => row !== NONE);
  }

  /**
   * x(a) = 1/√|a| Σ F_f of some items, on the tape: gradients reach the rows of their features alone.
   * @param use takes the vectors [items, dim], and the rows that they are made of, which may repeat
   */
  embed<T>(
    table: Tensor,
    items: Uint32Array,
    use: (vectors: () => Tensor, rows: Uint32Array) => T,
  ): T {
    const bags = Array.from(items, (item) => this.of(item));
    const offsets = new Uint32Array(items.length + 1);
    bags.forEach((bag, n) => {
      offsets[n + 1] = offsets[n] + bag.length;
    });
    const rows = new Uint32Array(offsets[items.length]);
    const values = new Float32Array(rows.length);
    bags.forEach((bag, n) => {
      rows.set(bag, offsets[n]);
      values.fill(1 / Math.sqrt(bag.length), offsets[n], offsets[n + 1]);
    });
    const sums = new SparseMatrix({
      rows: items.length,
      columns: rows.length,
      offsets,
      indices: Uint32Array.from(rows.keys()),
      values,
    });
    try {
      return use(() => propagate(sums, gather(table, rows)), rows);
    } finally {
      sums.dispose();
    }
  }

  /** The vectors of all items. Shape [items, dim]. */
  fill(vectors: Tensor, table: Tensor): void {
    const { columns: dim } = table;
    const [x, f] = [vectors.data, table.data];
    x.fill(0);
    for (let item = 0; item < this.items.size; item++) {
      const bag = this.of(item);
      for (const row of bag)
        for (let d = 0; d < dim; d++) x[item * dim + d] += f[row * dim + d] / Math.sqrt(bag.length);
    }
  }
}

/** Shortens rows of a table that are longer than `most` to that length. */
export function shorten(table: Tensor, rows: Iterable<number>, most: number): void {
  const { data, columns: dim } = table;
  for (const row of rows) {
    let squares = 0;
    for (let k = row * dim; k < (row + 1) * dim; k++) squares += data[k] * data[k];
    if (squares <= most * most) continue;
    const factor = most / Math.sqrt(squares);
    for (let k = row * dim; k < (row + 1) * dim; k++) data[k] *= factor;
  }
}
