import { type Csr, Rng } from "@kith/core-tensors";
import { Interactions, Vocabulary } from "@kith/data";

export const u32 = (...values: number[]): Uint32Array => Uint32Array.from(values);
export const f32 = (...values: number[]): Float32Array => Float32Array.from(values);

/** The matrix with its zeros. */
export function dense({ rows, columns, offsets, indices, values }: Csr): number[][] {
  const matrix = Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
  for (let row = 0; row < rows; row++)
    for (let k = offsets[row]; k < offsets[row + 1]; k++) matrix[row][indices[k]] = values[k];
  return matrix;
}

/** Whether indices ascend strictly within each row. */
export function isSorted({ rows, offsets, indices }: Csr): boolean {
  for (let row = 0; row < rows; row++)
    for (let k = offsets[row] + 1; k < offsets[row + 1]; k++)
      if (indices[k] <= indices[k - 1]) return false;
  return true;
}

/** Dense indices, of which some have no rows and some pairs come twice. */
export function interactions(
  pairs: readonly (readonly [user: number, item: number])[],
  users: number,
  items: number,
): Interactions {
  return Interactions.fromColumns({
    users: Vocabulary.from(Array.from({ length: users }, (_, n) => `u${n}`)),
    items: Vocabulary.from(Array.from({ length: items }, (_, n) => `i${n}`)),
    user: u32(...pairs.map(([user]) => user)),
    item: u32(...pairs.map(([, item]) => item)),
  });
}

/** Pairs at random, popular items first, with duplicates. */
export function randomPairs(
  seed: number,
  count: number,
  users: number,
  items: number,
): [number, number][] {
  const rng = new Rng(seed);
  return Array.from({ length: count }, () => [
    rng.below(users),
    Math.min(rng.below(items), rng.below(items)),
  ]);
}

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

/** A number's place after a reshuffle of 0 … n − 1. */
export function permutation(n: number, seed: number): number[] {
  const rng = new Rng(seed);
  const order = Array.from({ length: n }, (_, i) => i);
  for (let i = n - 1; i > 0; i--) {
    const j = rng.below(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
