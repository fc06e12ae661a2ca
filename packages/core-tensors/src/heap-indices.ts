import { KithError } from "./errors.ts";
import { heap } from "./heap.ts";

/** Whole numbers on the heap, where kernels can read them. Lasts until `dispose()`. */
export class HeapIndices {
  readonly length: number;
  readonly #at: number;
  #disposed = false;

  /** A copy of numbers, or room for so many uninitialised ones. */
  constructor(values: Uint32Array | number) {
    this.length = typeof values === "number" ? values : values.length;
    this.#at = heap().allocate(this.length * 4);
    if (typeof values !== "number") this.data.set(values);
  }

  /** A view, derived anew at each call because growth of the heap may detach older ones. */
  get data(): Uint32Array {
    if (this.#disposed) throw new KithError("heap indices: they were disposed of");
    return heap().uint32(this.#at, this.length);
  }

  /** Frees the memory. Does nothing the second time, when the memory may be somebody else's. */
  dispose(): void {
    if (!this.#disposed) heap().free(this.#at);
    this.#disposed = true;
  }
}
