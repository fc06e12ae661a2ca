import { type Csr, MemoryError } from "@kith/core-tensors";

/** A sparse matrix in the making, row by row; how many entries it will have need not be known. */
export class CsrRows {
  readonly #columns: number;
  readonly #offsets: Uint32Array;
  #rows = 0;
  #indices: Uint32Array = new Uint32Array(1 << 12);
  #values: Float32Array = new Float32Array(1 << 12);

  constructor(rows: number, columns: number) {
    this.#columns = columns;
    this.#offsets = new Uint32Array(rows + 1);
  }

  /**
   * Appends a row.
   * @param indices ascending
   * @param values by column, not by place
   * @throws MemoryError when the entries no longer fit an array
   */
  add(indices: Uint32Array, values: Float32Array): void {
    const begin = this.#offsets[this.#rows];
    const end = begin + indices.length;
    if (end > this.#indices.length) this.#grow(end);
    const [ownIndices, ownValues] = [this.#indices, this.#values];
    for (let k = 0; k < indices.length; k++) {
      ownIndices[begin + k] = indices[k];
      ownValues[begin + k] = values[indices[k]];
    }
    this.#offsets[++this.#rows] = end;
  }

  /** The matrix; all rows have been added, and none can be any more. */
  take(): Csr {
    const entries = this.#offsets[this.#rows];
    return {
      rows: this.#rows,
      columns: this.#columns,
      offsets: this.#offsets,
      indices: this.#indices.slice(0, entries),
      values: this.#values.slice(0, entries),
    };
  }

  #grow(needed: number): void {
    const size = Math.min(2 ** 32 - 1, Math.max(2 * this.#indices.length, needed));
    try {
      if (needed > size) throw new RangeError("offsets have 32 bits");
      const indices = new Uint32Array(size);
      const values = new Float32Array(size);
      indices.set(this.#indices);
      values.set(this.#values);
      this.#indices = indices;
      this.#values = values;
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      throw new MemoryError(
        `graph: ${needed.toLocaleString("en-US")} edges do not fit into memory; keep fewer neighbours of each node, or less data`,
      );
    }
  }
}
