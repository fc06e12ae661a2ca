import { Rng } from "@kith/core-tensors";
import { Interactions } from "@kith/data";

/** Users u0 … and items i0 …, popular items first, with duplicates. */
export function randomInteractions(
  seed: number,
  rows: number,
  users: number,
  items: number,
): Interactions {
  const rng = new Rng(seed);
  return Interactions.from(
    Array.from({ length: rows }, () => [
      `u${rng.below(users)}`,
      `i${Math.min(rng.below(items), rng.below(items))}`,
    ]),
  );
}

/** The same rows in another order, so that every dense number is another one. */
export function shuffled(data: Interactions, seed: number): Interactions {
  const rng = new Rng(seed);
  const rows = Array.from(data.rows(), (row) => ({ row, key: rng.below(2 ** 30) }));
  rows.sort((a, b) => a.key - b.key);
  return Interactions.from(rows.map(({ row }) => row));
}
