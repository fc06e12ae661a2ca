import { scaled } from "./stream.ts";

/** Number i of a permutation of 0 … n − 1, n ≤ 2³¹: see assembly/permutation.ts. */
export function permuted(i: number, n: number, k0: number, k1: number): number {
  const bits = Math.max(2, 32 - Math.clz32(n - 1));
  const low = bits >> 1;
  const [lowMask, highMask] = [2 ** low - 1, 2 ** (bits - low) - 1];
  let x = i;
  do {
    let [a, b] = [x >>> low, x & lowMask];
    for (let round = 0; round < 3; round++) {
      a ^= mix(b ^ (k0 + Math.imul(round, 0x9e3779b9))) & highMask;
      b ^= mix(a ^ (k1 + Math.imul(round, 0x9e3779b9))) & lowMask;
    }
    x = ((a << low) | b) >>> 0;
  } while (x >= n);
  return x;
}

/** Numbers that `shuffled` keeps near each other. */
const BLOCK = 2 ** 12;

/** The same that keeps neighbours near each other: see assembly/permutation.ts. */
export function shuffled(i: number, n: number, k0: number, k1: number): number {
  const whole = Math.floor(n / BLOCK);
  const inWhole = i < whole * BLOCK;
  const block = inWhole ? permuted(Math.floor(i / BLOCK), whole, k0, k1) : whole;
  const length = inWhole ? BLOCK : n - whole * BLOCK;
  const within = permuted(i % BLOCK, length, k0 ^ mix(block + 1), k1);
  return (block * BLOCK + within + scaled(k1, n)) % n;
}

/** A word of (key, i, j): well mixed, not a cipher. */
export function hashed(k0: number, k1: number, i: number, j: number): number {
  return mix(mix(i ^ k0) ^ k1 ^ Math.imul(j, 0x9e3779b9));
}

function mix(word: number): number {
  let x = word >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b) >>> 0;
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35) >>> 0;
  return (x ^ (x >>> 16)) >>> 0;
}
