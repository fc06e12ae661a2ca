import { concat, edgeDots, type SparseMatrix, Tensor } from "@kith/core-tensors";

/** Rows with a 1 behind each, for a bias, and zeros up to a width. */
export function padded(rows: Tensor, width: number = rows.columns + 1): Tensor {
  const more = Tensor.zeros([rows.rows, width - rows.columns]);
  for (let row = 0; row < more.rows; row++) more.data[row * more.columns] = 1;
  return concat([rows, more]);
}

/**
 * Scores of the entries of a matrix [rows, outputs] alone, [entries, 1]: an output's row times what the row of the matrix has, and its bias.
 * @param outputs [outputs, width]
 * @param biases [outputs, 1]
 */
export function scoresOf(
  wanted: SparseMatrix,
  rows: Tensor,
  outputs: Tensor,
  biases: Tensor,
): Tensor {
  return edgeDots(wanted, padded(rows), concat([outputs, biases]));
}
