import { type Csr, transpose } from "@kith/core-tensors";
import type { Interactions } from "@kith/data";

/** A row for each item or user, in ascending order of its columns. A user who rated an item several times has as many entries. */
export function ratingsOf(data: Interactions, value: Float32Array, rows: "item" | "user"): Csr {
  const { user, item, users, items, length } = data;
  const [row, column] = rows === "item" ? [user, item] : [item, user];
  const [rowCount, columnCount] =
    rows === "item" ? [users.size, items.size] : [items.size, users.size];
  // Each row of the data is a row of one entry at first; of its transpose, entries know the row that they are from.
  const ends = Uint32Array.from({ length: length + 1 }, (_, n) => n);
  const { offsets, indices, values } = transpose({
    rows: length,
    columns: rowCount,
    offsets: ends,
    indices: row,
    values: value,
  });
  return transpose({
    rows: rowCount,
    columns: columnCount,
    offsets,
    indices: indices.map((from) => column[from]),
    values,
  });
}
