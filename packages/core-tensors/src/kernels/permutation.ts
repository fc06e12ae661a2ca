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

function mix(word: number): number {
  let x = word >>> 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b) >>> 0;
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35) >>> 0;
  return (x ^ (x >>> 16)) >>> 0;
}
