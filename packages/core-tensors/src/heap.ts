import { BackendError, MemoryError } from "./errors.ts";

const PAGE = 65536;
const ALIGNMENT = 64; // a cache line, and a whole number of SIMD lanes
const LIMITS = [65536, 32768, 16384, 8192]; // pages: 4 GiB, or what the platform lets us reserve

/** Bytes at the start of the heap that belong to the kernels: their constants. */
export const RESERVED: number = PAGE;

interface Block {
  at: number;
  size: number;
}

/**
 * The one memory that all tensors and all kernels share: a WebAssembly memory, shared between threads where the platform
 * allows. Addresses are byte offsets, aligned to 64. First-fit allocation with coalescing of free neighbours.
 */
export class Heap {
  readonly memory: WebAssembly.Memory;
  /** Whether threads can work on it. */
  readonly shared: boolean;
  readonly #limit: number;
  readonly #free: Block[] = [];
  readonly #sizes = new Map<number, number>();
  readonly #buffers = new WeakSet<object>();
  #top = RESERVED;
  #allocated = 0;
  #peak = 0;

  constructor() {
    this.shared = typeof SharedArrayBuffer === "function" && canShare();
    [this.memory, this.#limit] = reserve(this.shared);
  }

  /** Bytes in use. */
  get allocated(): number {
    return this.#allocated;
  }

  /** The most bytes ever in use. */
  get peak(): number {
    return this.#peak;
  }

  /** Bytes that the heap can grow to. */
  get limit(): number {
    return this.#limit;
  }

  /**
   * @returns the address of `bytes` uninitialised bytes
   * @throws MemoryError when they do not fit
   */
  allocate(bytes: number): number {
    const size = Math.max(ALIGNMENT, Math.ceil(bytes / ALIGNMENT) * ALIGNMENT);
    let at = this.#fromFree(size);
    if (at === undefined) {
      at = this.#top;
      this.#growTo(at + size, bytes);
      this.#top = at + size;
    }
    this.#sizes.set(at, size);
    this.#allocated += size;
    this.#peak = Math.max(this.#peak, this.#allocated);
    return at;
  }

  /** Gives back what `allocate` returned. */
  free(at: number): void {
    const size = this.#sizes.get(at);
    if (size === undefined) return;
    this.#sizes.delete(at);
    this.#allocated -= size;
    const blocks = this.#free;
    let lo = 0;
    let hi = blocks.length;
    while (lo < hi) {
      const mid = (lo + hi) >> 1;
      if (blocks[mid].at < at) lo = mid + 1;
      else hi = mid;
    }
    blocks.splice(lo, 0, { at, size });
    if (lo + 1 < blocks.length && at + size === blocks[lo + 1].at) {
      blocks[lo].size += blocks[lo + 1].size;
      blocks.splice(lo + 1, 1);
    }
    if (lo > 0 && blocks[lo - 1].at + blocks[lo - 1].size === at) {
      blocks[lo - 1].size += blocks[lo].size;
      blocks.splice(lo, 1);
      lo--;
    }
    const last = blocks[blocks.length - 1];
    if (last.at + last.size === this.#top) {
      this.#top = last.at;
      blocks.pop();
    }
  }

  /** A view of floats at an address; growth of an unshared heap detaches it. */
  float32(at: number, length: number): Float32Array {
    return new Float32Array(this.#buffer(), at, length);
  }

  /** A view of unsigned integers at an address. */
  uint32(at: number, length: number): Uint32Array {
    return new Uint32Array(this.#buffer(), at, length);
  }

  /** A view of signed integers at an address. */
  int32(at: number, length: number): Int32Array {
    return new Int32Array(this.#buffer(), at, length);
  }

  /** A view of double-precision floats at an address. */
  float64(at: number, length: number): Float64Array {
    return new Float64Array(this.#buffer(), at, length);
  }

  /** Whether a typed array views this heap (and is not detached). */
  holds(view: ArrayBufferView): boolean {
    return this.#buffers.has(view.buffer) && (this.shared || view.buffer === this.memory.buffer);
  }

  /**
   * The address of a view on this heap; that of an empty array elsewhere does not matter.
   * @throws BackendError when the array lies elsewhere or growth detached it: a kernel would work on other memory
   */
  addressOf(view: ArrayBufferView): number {
    if (this.holds(view)) return view.byteOffset;
    if (view.byteLength === 0 && !this.#buffers.has(view.buffer)) return 0;
    throw new BackendError(
      this.#buffers.has(view.buffer)
        ? "kernels: an array was detached when the heap grew; take tensor.data again after each allocation"
        : "kernels: an array does not lie on the heap; copy it there with Tensor.from or HeapIndices",
    );
  }

  #buffer(): ArrayBuffer {
    const buffer = this.memory.buffer;
    this.#buffers.add(buffer);
    return buffer;
  }

  #fromFree(size: number): number | undefined {
    const index = this.#free.findIndex((block) => block.size >= size);
    if (index < 0) return undefined;
    const block = this.#free[index];
    const at = block.at;
    if (block.size === size) this.#free.splice(index, 1);
    else {
      block.at += size;
      block.size -= size;
    }
    return at;
  }

  #growTo(end: number, asked: number): void {
    const missing = end - this.memory.buffer.byteLength;
    if (missing <= 0) return;
    try {
      if (end > this.#limit) throw new RangeError();
      this.memory.grow(Math.ceil(missing / PAGE));
    } catch {
      throw new MemoryError(
        `heap: ${mebibytes(asked)} do not fit: ${mebibytes(this.#allocated)} are in use and the limit is ${mebibytes(this.#limit)}; dispose() of models and tensors no longer needed, or make the model smaller`,
      );
    }
  }
}

let theHeap: Heap | undefined;

/** The heap of this program, made on first use. */
export function heap(): Heap {
  theHeap ??= new Heap();
  return theHeap;
}

/**
 * Refuses beforehand what cannot fit.
 * @param what names the thing for the message, such as "LightGCN: parameters and Adam state of 1,000,000 × 64"
 * @throws MemoryError with the estimate
 */
export function requireMemory(what: string, bytes: number): void {
  const { limit, allocated } = heap();
  if (!(bytes <= limit - allocated))
    throw new MemoryError(
      `${what} needs about ${mebibytes(bytes)}, and ${mebibytes(limit - allocated)} of the heap's ${mebibytes(limit)} are free; make the model or the data smaller`,
    );
}

function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 2 ** 20).toLocaleString("en-US")} MiB`;
}

/** Shared memory can be constructed only under cross-origin isolation in browsers; elsewhere always. */
function canShare(): boolean {
  return (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated !== false;
}

function reserve(shared: boolean): [WebAssembly.Memory, number] {
  for (const maximum of LIMITS) {
    try {
      const initial = 1 + RESERVED / PAGE;
      const memory = new WebAssembly.Memory(
        shared ? { initial, maximum, shared } : { initial, maximum },
      );
      return [memory, maximum * PAGE];
    } catch {
      // this much address space is not to be had; try with less
    }
  }
  throw new MemoryError(
    `heap: not even ${mebibytes(LIMITS[LIMITS.length - 1] * PAGE)} of address space can be reserved; raise the limit on virtual memory (ulimit -v)`,
  );
}
