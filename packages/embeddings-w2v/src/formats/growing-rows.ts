import { FormatError, MemoryError } from "@kith/core-tensors";

/** Floats to begin with: 1 MiB. */
const FIRST = 2 ** 18;

/** A matrix whose size a header promises. It is allocated as the numbers come: a false header costs nothing. */
export class GrowingRows {
  /** Row-major; as long as the promise once everything has come. */
  data: Float32Array<ArrayBuffer> = new Float32Array(0);
  readonly #promised: number;
  readonly #what: string;

  /** @throws FormatError for sizes that no matrix of vectors has */
  constructor(name: string, rows: number, columns: number) {
    this.#what = `${name}: ${rows} vectors of ${columns} numbers`;
    this.#promised = rows * columns;
    if (!(rows >= 1 && columns >= 1 && Number.isSafeInteger(4 * this.#promised)))
      throw new FormatError(
        `${name}: expected at least one vector of at least one number, got ${rows} of ${columns}`,
      );
  }

  /**
   * Makes room for the first so many numbers, which are not more than promised.
   * @throws MemoryError when there is none
   */
  reserve(numbers: number): void {
    if (numbers <= this.data.length) return;
    const length = Math.min(this.#promised, Math.max(numbers, 2 * this.data.length, FIRST));
    try {
      const data = new Float32Array(length);
      data.set(this.data);
      this.data = data;
    } catch {
      throw new MemoryError(`${this.#what} do not fit into memory`);
    }
  }
}
