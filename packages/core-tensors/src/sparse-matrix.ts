import type { Csr } from "./csr.ts";
import { KithError, ShapeError } from "./errors.ts";
import { heap } from "./heap.ts";
import { currentScope, type Scope } from "./scope.ts";
import { scratch } from "./tensor.ts";

export interface SparseMatrixOptions {
  /** The caller's word that it equals its transpose, which then is not built. Default false. */
  symmetric?: boolean;
  /** It is needed within the current scope only, at whose end it is gone. Default false: it lasts until `dispose()`. */
  scoped?: boolean;
}

/** A sparse matrix on the heap, where kernels can multiply with it. */
export class SparseMatrix implements Csr {
  readonly rows: number;
  readonly columns: number;
  /** Whether it equals its transpose, which then is not built. */
  readonly symmetric: boolean;
  /** Entries that are stored. */
  readonly entries: number;
  readonly #at: readonly [number, number, number];
  readonly #scope: Scope | undefined;
  #transposed: SparseMatrix | undefined;
  #orderAt: number | undefined;
  #disposed = false;

  /**
   * Copies a CSR matrix to the heap.
   * @throws ShapeError when offsets or indices do not fit the shape
   * @throws MemoryError when it does not fit the heap
   * @throws KithError when `scoped` outside a scope
   */
  constructor(csr: Csr, { symmetric = false, scoped = false }: SparseMatrixOptions = {}) {
    checkCsr(csr);
    this.rows = csr.rows;
    this.columns = csr.columns;
    this.symmetric = symmetric;
    if (this.symmetric && csr.rows !== csr.columns)
      throw new ShapeError("SparseMatrix", "a square matrix, to be symmetric", [
        csr.rows,
        csr.columns,
      ]);
    this.entries = csr.indices.length;
    const [first, second] = [csr.rows + 1, this.entries].map((n) => Math.ceil(n / 16) * 64);
    const at = scoped ? scratch(first + 2 * second) : heap().allocate(first + 2 * second);
    this.#scope = scoped ? currentScope() : undefined;
    this.#at = [at, at + first, at + first + second];
    this.offsets.set(csr.offsets);
    this.indices.set(csr.indices);
    this.values.set(csr.values);
  }

  get offsets(): Uint32Array {
    return heap().uint32(this.#address(0), this.rows + 1);
  }

  get indices(): Uint32Array {
    return heap().uint32(this.#address(1), this.entries);
  }

  get values(): Float32Array {
    return heap().float32(this.#address(2), this.entries);
  }

  /** Its transpose, built on first use and kept. */
  transposed(): SparseMatrix {
    if (this.symmetric) return this;
    this.#transposed ??= new SparseMatrix(transpose(this), { scoped: this.#scope !== undefined });
    return this.#transposed;
  }

  /** For each entry of `transposed()` which entry of this it is. Built on first use and kept. */
  transposedOrder(): Uint32Array {
    if (this.#orderAt === undefined) {
      const bytes = this.entries * 4;
      this.#orderAt = this.#scope ? scratch(bytes) : heap().allocate(bytes);
      heap().uint32(this.#orderAt, this.entries).set(transposedOrder(this));
    }
    this.#address(0); // throws when it is gone
    return heap().uint32(this.#orderAt, this.entries);
  }

  /** Frees the memory, and its transpose's, unless a scope does. Does nothing the second time, when the memory may be somebody else's. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    if (!this.#scope) {
      heap().free(this.#at[0]);
      if (this.#orderAt !== undefined) heap().free(this.#orderAt);
    }
    this.#transposed?.dispose();
    this.#transposed = undefined;
  }

  #address(array: 0 | 1 | 2): number {
    if (this.#disposed) throw new KithError("sparse matrix: it was disposed of");
    if (this.#scope && !this.#scope.alive)
      throw new KithError("sparse matrix: the scope that it was made in has ended");
    return this.#at[array];
  }
}

/** For each entry of the transpose, in its order, the entry of the matrix that it is. Linear time. */
function transposedOrder({ rows, columns, offsets, indices }: Csr): Uint32Array {
  const next = new Uint32Array(columns + 1);
  for (const column of indices) next[column + 1]++;
  for (let i = 0; i < columns; i++) next[i + 1] += next[i];
  const order = new Uint32Array(indices.length);
  for (let row = 0; row < rows; row++)
    for (let k = offsets[row]; k < offsets[row + 1]; k++) order[next[indices[k]]++] = k;
  return order;
}

/** Some rows of a CSR matrix, as one that has only these, in their order. */
export function rowsOf({ columns, offsets, indices, values }: Csr, rows: Uint32Array): Csr {
  const ends = new Uint32Array(rows.length + 1);
  for (let r = 0; r < rows.length; r++)
    ends[r + 1] = ends[r] + offsets[rows[r] + 1] - offsets[rows[r]];
  const chosen = {
    rows: rows.length,
    columns,
    offsets: ends,
    indices: new Uint32Array(ends[rows.length]),
    values: new Float32Array(ends[rows.length]),
  };
  for (let r = 0; r < rows.length; r++) {
    const [begin, end] = [offsets[rows[r]], offsets[rows[r] + 1]];
    chosen.indices.set(indices.subarray(begin, end), ends[r]);
    chosen.values.set(values.subarray(begin, end), ends[r]);
  }
  return chosen;
}

/** The transpose of a CSR matrix, in linear time. */
export function transpose(csr: Csr): Csr {
  const offsets = new Uint32Array(csr.columns + 1);
  for (const column of csr.indices) offsets[column + 1]++;
  for (let i = 0; i < csr.columns; i++) offsets[i + 1] += offsets[i];
  const next = offsets.slice();
  const indices = new Uint32Array(csr.indices.length);
  const values = new Float32Array(csr.indices.length);
  const { offsets: from, indices: columns, values: entries } = csr;
  for (let row = 0; row < csr.rows; row++)
    for (let k = from[row]; k < from[row + 1]; k++) {
      const slot = next[columns[k]]++;
      indices[slot] = row;
      values[slot] = entries[k];
    }
  return { rows: csr.columns, columns: csr.rows, offsets, indices, values };
}

function checkCsr({ rows, columns, offsets, indices, values }: Csr): void {
  if (offsets.length !== rows + 1)
    throw new ShapeError("SparseMatrix", `${rows + 1} offsets for ${rows} rows`, [offsets.length]);
  if (offsets[0] !== 0)
    throw new ShapeError("SparseMatrix", "offsets that begin with 0", [offsets[0]]);
  if (offsets[rows] !== indices.length || values.length !== indices.length)
    throw new ShapeError(
      "SparseMatrix",
      `${offsets[rows]} indices and values, as the last offset says`,
      [indices.length, values.length],
    );
  for (let i = 0; i < rows; i++)
    if (offsets[i] > offsets[i + 1])
      throw new ShapeError("SparseMatrix", "ascending offsets", [offsets[i], offsets[i + 1]]);
  for (let k = 0; k < indices.length; k++)
    if (!(indices[k] >= 0 && indices[k] < columns))
      throw new ShapeError("SparseMatrix", `column indices below ${columns}`, [indices[k]]);
}
