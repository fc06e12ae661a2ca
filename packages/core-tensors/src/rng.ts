import { OptionError } from "./errors.ts";

/** Where a generator stands; plain numbers, so that it can be kept in a checkpoint. */
export interface RngState {
  readonly key: readonly [number, number];
  readonly counter: number;
}

/**
 * A counter-based random number generator: Threefry-2x32 with 20 rounds (Salmon et al., "Parallel random numbers:
 * as easy as 1, 2, 3", SC 2011). Draw n of a stream is a pure function of (key, n), so threads and
 * kernels can draw any part of a stream without sharing state and get the same bits.
 */
export class Rng {
  readonly #key0: number;
  readonly #key1: number;
  #counter = 0;
  #stale = true; // whether #block belongs to another counter, as after a restore
  readonly #block = new Uint32Array(2);

  /** @param seed any finite number; equal seeds give equal streams */
  constructor(seed: number | RngState) {
    if (typeof seed === "number") {
      if (!Number.isFinite(seed))
        throw new OptionError("Rng", "seed", `must be a finite number, got ${seed}`);
      const words = new Uint32Array(new Float64Array([seed + 0]).buffer); // −0 + 0 is 0
      this.#key0 = words[0];
      this.#key1 = words[1];
    } else {
      [this.#key0, this.#key1] = seed.key;
      this.#counter = seed.counter;
    }
  }

  /** The two words that key this stream, for kernels that draw from it by counter. */
  get key(): readonly [number, number] {
    return [this.#key0, this.#key1];
  }

  get state(): RngState {
    return { key: this.key, counter: this.#counter };
  }

  /** An independent stream for one purpose, so that a new draw in one place never shifts another. */
  fork(purpose: string | number): Rng {
    let [a, b] = [this.#key0, this.#key1];
    const block = new Uint32Array(2);
    for (const unit of typeof purpose === "number"
      ? [-1, purpose]
      : [...(purpose || "\0")].map((c) => c.codePointAt(0) as number)) {
      threefry(block, a, b, unit >>> 0, 0x4b495448);
      [a, b] = block;
    }
    return new Rng({ key: [a, b], counter: 0 });
  }

  /** Uniform in 0 … 2³² − 1. Two draws share one block of the cipher. */
  uint32(): number {
    const n = this.#counter++;
    if ((n & 1) === 0 || this.#stale) {
      const block = Math.floor(n / 2);
      threefry(this.#block, this.#key0, this.#key1, block >>> 0, Math.floor(block / 2 ** 32));
      this.#stale = false;
    }
    return this.#block[n & 1];
  }

  /** Uniform in [0, 1), a multiple of 2⁻³². */
  next(): number {
    return this.uint32() / 2 ** 32;
  }

  /**
   * Uniform in 0 … n − 1, without bias.
   * @throws OptionError unless n is a whole number from 1 to 2³²
   */
  below(n: number): number {
    if (!(Number.isInteger(n) && n > 0 && n <= 2 ** 32))
      throw new OptionError("below", "n", `must be a whole number from 1 to 2^32, got ${n}`);
    const limit = 2 ** 32 - (2 ** 32 % n);
    let draw = this.uint32();
    while (draw >= limit) draw = this.uint32();
    return draw % n;
  }

  /** Standard normal (Box–Muller, one of the pair). */
  normal(): number {
    const radius = Math.sqrt(-2 * Math.log((this.uint32() + 1) / 2 ** 32));
    return radius * Math.cos(2 * Math.PI * this.next());
  }

  /** Shuffles in place (Fisher–Yates) and returns the array. */
  shuffle<A extends { length: number; [index: number]: unknown }>(array: A): A {
    for (let i = array.length - 1; i > 0; i--) {
      const j = this.below(i + 1);
      const kept = array[i];
      array[i] = array[j];
      array[j] = kept;
    }
    return array;
  }
}

/** Threefry-2x32-20: enciphers the counter (c0, c1) under the key (k0, k1) into out[0], out[1]. */
export function threefry(out: Uint32Array, k0: number, k1: number, c0: number, c1: number): void {
  const k2 = k0 ^ k1 ^ 0x1bd11bda;
  let a = (c0 + k0) | 0;
  let b = (c1 + k1) | 0;
  for (let group = 0; group < 5; group++) {
    if ((group & 1) === 0) {
      a = (a + b) | 0;
      b = ((b << 13) | (b >>> 19)) ^ a;
      a = (a + b) | 0;
      b = ((b << 15) | (b >>> 17)) ^ a;
      a = (a + b) | 0;
      b = ((b << 26) | (b >>> 6)) ^ a;
      a = (a + b) | 0;
      b = ((b << 6) | (b >>> 26)) ^ a;
    } else {
      a = (a + b) | 0;
      b = ((b << 17) | (b >>> 15)) ^ a;
      a = (a + b) | 0;
      b = ((b << 29) | (b >>> 3)) ^ a;
      a = (a + b) | 0;
      b = ((b << 16) | (b >>> 16)) ^ a;
      a = (a + b) | 0;
      b = ((b << 24) | (b >>> 8)) ^ a;
    }
    const s = group + 1;
    a = (a + (s % 3 === 0 ? k0 : s % 3 === 1 ? k1 : k2)) | 0;
    b = (b + (s % 3 === 0 ? k1 : s % 3 === 1 ? k2 : k0) + s) | 0;
  }
  out[0] = a;
  out[1] = b;
}
