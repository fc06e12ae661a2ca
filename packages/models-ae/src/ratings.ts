import { type Csr, transpose } from "@kith/core-tensors";
import type { Interactions } from "@kith/data";

/** Ratings as a matrix. */
export interface Ratings {
  /** [items, users] or [users, items]. */
  readonly matrix: Csr;
  /** The lowest and the highest rating, and their mean. */
  readonly range: readonly [lowest: number, highest: number, mean: number];
}

/** A row for each item or user. A user who rated an item several times has as many entries. */
export function ratingsOf(
  { user, item, users, items }: Interactions,
  value: Float32Array,
  rows: "item" | "user",
): Ratings {
  const [row, column, counts] =
    rows === "item"
      ? [user, item, [users.size, items.size]]
      : [item, user, [items.size, users.size]];
  // By the other side first: the transpose then has its columns in ascending order.
  const offsets = new Uint32Array(counts[0] + 1);
  for (const r of row) offsets[r + 1]++;
  for (let r = 0; r < counts[0]; r++) offsets[r + 1] += offsets[r];
  const next = offsets.slice();
  const [indices, values] = [new Uint32Array(row.length), new Float32Array(row.length)];
  for (let n = 0; n < row.length; n++) {
    const at = next[row[n]]++;
    [indices[at], values[at]] = [column[n], value[n]];
  }
  let [lowest, highest, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const one of value) {
    lowest = Math.min(lowest, one);
    highest = Math.max(highest, one);
    sum += one;
  }
  return {
    matrix: transpose({ rows: counts[0], columns: counts[1], offsets, indices, values }),
    range: [lowest, highest, sum / value.length],
  };
}
