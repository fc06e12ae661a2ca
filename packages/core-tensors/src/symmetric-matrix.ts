import { kernels } from "./backend.ts";
import { choleskyInvert } from "./cholesky.ts";
import { KithError, TrainingError } from "./errors.ts";
import { heap } from "./heap.ts";
import { SWEEP_TILE as N } from "./kernels/kernels.ts";

/** Tiles that are changed between two reports: some 20 ms. */
const TILES = 100;

/**
 * A symmetric matrix [n, n] in float64 on the heap, of which only the lower triangle is there, in tiles: 4 n² bytes. All zeros at first. Lasts until `dispose()`.
 */
export class SymmetricMatrix {
  readonly size: number;
  readonly #tileRows: number;
  readonly #at: number;
  #disposed = false;

  /** @throws MemoryError when it does not fit */
  constructor(size: number) {
    this.size = size;
    this.#tileRows = Math.ceil(size / N);
    this.#at = heap().allocate(this.#tiles * N * N * 8);
    this.#data.fill(0);
  }

  /** Bytes that a matrix of so many rows takes, while it is inverted. */
  static bytes(size: number): number {
    const rows = Math.ceil(size / N);
    return ((rows * (rows + 1)) / 2 + 2 * rows + 1) * N * N * 8;
  }

  get(i: number, j: number): number {
    return this.#data[place(Math.max(i, j), Math.min(i, j))];
  }

  /** Elements 0 … i of row i become those of `values`. */
  setRow(i: number, values: ArrayLike<number>): void {
    const data = this.#data;
    for (let j = 0; j <= i; j++) data[place(i, j)] = values[j];
  }

  /** Row i, all of it, into `out`, of `size` numbers. */
  row(i: number, out: Float64Array): void {
    const data = this.#data;
    for (let j = 0; j <= i; j++) out[j] = data[place(i, j)];
    for (let j = i + 1; j < this.size; j++) out[j] = data[place(j, i)];
  }

  /**
   * Becomes its own inverse: block after block is swept (Goodnight, The American Statistician 1979), each pivot block inverted by Cholesky. n³ / 2 multiply-adds,
   * on threads, in steps of some 20 ms; yields the share that is done.
   * @throws TrainingError where the matrix is not positive definite, within rounding
   */
  *invert(): Generator<number, void, void> {
    const rows = this.#tileRows;
    const tile = N * N;
    for (let i = this.size; i < rows * N; i++) this.#data[place(i, i)] = 1; // what fills the last tile inverts to itself
    const panelsAt = heap().allocate((2 * rows + 1) * tile * 8);
    const panels = () => {
      const all = heap().float64(panelsAt, (2 * rows + 1) * tile);
      return {
        left: all.subarray(0, rows * tile),
        right: all.subarray(rows * tile, 2 * rows * tile),
        inverse: all.subarray(2 * rows * tile),
      };
    };
    try {
      for (let pivot = 0; pivot < rows; pivot++) {
        this.#invertPivot(pivot, panels().inverse);
        const { left, right, inverse } = panels();
        kernels().sweepPanels(this.#data, left, right, pivot, inverse);
        for (let first = 0; first < this.#tiles; first += TILES) {
          const { left, right } = panels();
          const count = Math.min(TILES, this.#tiles - first);
          kernels().sweepTiles(this.#data, left, right, pivot, first, count);
          yield (pivot + (first + count) / this.#tiles) / rows;
        }
      }
      // What sweeping leaves is −A⁻¹.
      for (let t = 0; t < this.#tiles; t += TILES) {
        const part = this.#data.subarray(t * tile, (t + TILES) * tile);
        for (let n = 0; n < part.length; n++) part[n] = -part[n];
        yield 1;
      }
    } finally {
      heap().free(panelsAt);
    }
  }

  /** Frees the memory. Does nothing the second time. */
  dispose(): void {
    if (!this.#disposed) heap().free(this.#at);
    this.#disposed = true;
  }

  /** The inverse D of the pivot's tile into `inverse`, −D in its place. */
  #invertPivot(pivot: number, inverse: Float64Array): void {
    const at = place(pivot * N, pivot * N);
    const tile = this.#data.subarray(at, at + N * N);
    for (let r = 0; r < N; r++)
      for (let c = 0; c < N; c++) inverse[r * N + c] = tile[Math.max(r, c) * N + Math.min(r, c)];
    choleskyInvert(inverse, N);
    for (let n = 0; n < tile.length; n++) {
      if (!Number.isFinite(inverse[n]))
        throw new TrainingError(
          `SymmetricMatrix.invert: the matrix of ${this.size} rows is not positive definite, within rounding; add more to its diagonal`,
        );
      tile[n] = -inverse[n];
    }
  }

  get #tiles(): number {
    return (this.#tileRows * (this.#tileRows + 1)) / 2;
  }

  get #data(): Float64Array {
    if (this.#disposed) throw new KithError("symmetric matrix: it was disposed of");
    return heap().float64(this.#at, this.#tiles * N * N);
  }
}

/** Where element (i, j), i ≥ j, stands. */
function place(i: number, j: number): number {
  const [row, column] = [Math.floor(i / N), Math.floor(j / N)];
  const tile = (row * (row + 1)) / 2 + column;
  return (tile * N + (i - row * N)) * N + (j - column * N);
}
