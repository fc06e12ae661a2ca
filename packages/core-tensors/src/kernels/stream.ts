import { threefry } from "../rng.ts";

const block = new Uint32Array(2);

/**
 * The generator of kernels that draw many numbers in a row: xoroshiro64** (Blackman and Vigna, TOMS 2021), seeded by Threefry from
 * (stream, counter). The same words as assembly/stream.ts.
 */
export class Stream {
  #s0: number;
  #s1: number;

  constructor([k0, k1]: readonly [number, number], counter: number, branch = 0) {
    threefry(block, k0, k1, counter >>> 0, branch);
    [this.#s0, this.#s1] = block;
    if (this.#s0 === 0 && this.#s1 === 0) this.#s1 = 1;
  }

  /** Uniform in 0 … 2³² − 1. */
  next(): number {
    const a = this.#s0;
    const b = this.#s1 ^ a;
    this.#s0 = rotate(a, 26) ^ b ^ (b << 9);
    this.#s1 = rotate(b, 13);
    return Math.imul(rotate(Math.imul(a, 0x9e3779bb), 5), 5) >>> 0;
  }

  /** Uniform in 0 … n − 1, but for a bias of n / 2³². */
  below(n: number): number {
    return scaled(this.next(), n);
  }
}

function rotate(x: number, by: number): number {
  return (x << by) | (x >>> (32 - by));
}

/** ⌊word · n / 2³²⌋ exactly. */
export function scaled(word: number, n: number): number {
  const low = (word & 0xffff) * n;
  const high = (word >>> 16) * n;
  return Math.floor((high + Math.floor(low / 65536)) / 65536);
}
