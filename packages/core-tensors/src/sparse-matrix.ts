import type { Csr } from "./csr.ts";
import { KithError, ShapeError } from "./errors.ts";
import { heap } from "./heap.ts";

/** A sparse matrix on the heap, where kernels can multiply with it. Lasts until `dispose()`. */
export class SparseMatrix implements Csr {
  readonly rows: number;
  readonly columns: number;
  /** Whether it equals its transpose, which then is not built. */
  readonly symmetric: boolean;
  readonly #at: readonly [number, number, number];
  readonly #entries: number;
  #transposed: SparseMatrix | undefined;
  #disposed = false;

  /**
   * Copies a CSR matrix to the heap.
   * @param options.symmetric the caller's word that it equals its transpose
   * @throws ShapeError when offsets or indices do not fit the shape
   * @throws MemoryError when it does not fit the heap
   */
  constructor(csr: Csr, options: { symmetric?: boolean } = {}) {
    checkCsr(csr);
    this.rows = csr.rows;
    this.columns = csr.columns;
    this.symmetric = options.symmetric ?? false;
    if (this.symmetric && csr.rows !== csr.columns)
      throw new ShapeError("SparseMatrix", "a square matrix, to be symmetric", [
        csr.rows,
        csr.columns,
      ]);
    this.#entries = csr.indices.length;
    const [first, second] = [csr.rows + 1, this.#entries].map((n) => Math.ceil(n / 16) * 64);
    const at = heap().allocate(first + 2 * second);
    this.#at = [at, at + first, at + first + second];
    this.offsets.set(csr.offsets);
    this.indices.set(csr.indices);
    this.values.set(csr.values);
  }

  get offsets(): Uint32Array {
    return heap().uint32(this.#address(0), this.rows + 1);
  }

  get indices(): Uint32Array {
    return heap().uint32(this.#address(1), this.#entries);
  }

  get values(): Float32Array {
    return heap().float32(this.#address(2), this.#entries);
  }

  /** Its transpose, built on first use and kept. */
  transposed(): SparseMatrix {
    if (this.symmetric) return this;
    this.#transposed ??= new SparseMatrix(transpose(this));
    return this.#transposed;
  }

  /** Frees the memory, and its transpose's. Does nothing the second time, when the memory may be somebody else's. */
  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    heap().free(this.#at[0]);
    this.#transposed?.dispose();
    this.#transposed = undefined;
  }

  #address(array: 0 | 1 | 2): number {
    if (this.#disposed) throw new KithError("sparse matrix: it was disposed of");
    return this.#at[array];
  }
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
