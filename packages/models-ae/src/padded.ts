import { concat, Tensor } from "@kith/core-tensors";

/** Rows with a 1 behind each, for a bias, and zeros up to a width. */
export function padded(rows: Tensor, width: number): Tensor {
  const more = Tensor.zeros([rows.rows, width - rows.columns]);
  for (let row = 0; row < more.rows; row++) more.data[row * more.columns] = 1;
  return concat([rows, more]);
}
