// Where number i of a shuffle stands, without the shuffle: a Feistel network over as many bits as are needed, walked until it lands below n
// (Black & Rogaway, "Ciphers with arbitrary finite domains", CT-RSA 2002). Its rounds mix; they do not encrypt.

import { below } from "./random";

@inline function mix(word: u32): u32 {
  let x = word;
  x = (x ^ (x >> 16)) * 0x85ebca6b;
  x = (x ^ (x >> 13)) * 0xc2b2ae35;
  return x ^ (x >> 16);
}

/** Number i of a permutation of 0 … n − 1, n ≤ 2³¹. */
export function permuted(i: u32, n: u32, k0: u32, k1: u32): u32 {
  const bits = max<u32>(2, 32 - clz<u32>(n - 1)), low = bits >> 1;
  const lowMask: u32 = (1 << low) - 1, highMask: u32 = (1 << (bits - low)) - 1;
  let x = i;
  do {
    let a = x >> low, b = x & lowMask;
    for (let round: u32 = 0; round < 3; round++) {
      a ^= mix(b ^ (k0 + round * 0x9e3779b9)) & highMask;
      b ^= mix(a ^ (k1 + round * 0x9e3779b9)) & lowMask;
    }
    x = (a << low) | b;
  } while (x >= n);
  return x;
}

/** Neighbours that `shuffled` keeps near each other: their users' rows fit the cache. */
const BLOCK: u32 = 1 << 12;

/**
 * Number i of a permutation of 0 … n − 1, n ≤ 2³¹, that keeps neighbours near each other: blocks of 4096 in random order, random within, with edges elsewhere for
 * each key. What is left over of n comes last. In an order without blocks each step waits for memory.
 */
export function shuffled(i: u32, n: u32, k0: u32, k1: u32): u32 {
  const whole = n / BLOCK, inWhole = i < whole * BLOCK;
  const block = inWhole ? permuted(i / BLOCK, whole, k0, k1) : whole;
  const length = inWhole ? BLOCK : n - whole * BLOCK;
  const at = block * BLOCK + permuted(i % BLOCK, length, k0 ^ mix(block + 1), k1) + below(k1, n);
  return at >= n ? at - n : at;
}

/** A word of (key, i, j): well mixed, not a cipher, which would take longer than what is learned from it. */
@inline export function hashed(k0: u32, k1: u32, i: u32, j: u32): u32 {
  return mix(mix(i ^ k0) ^ k1 ^ (j * 0x9e3779b9));
}
