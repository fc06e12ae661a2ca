import { heap, kernels, Tensor } from "@kith/core-tensors";
import { historyMatrix } from "./histories.ts";

export interface Ridge {
  /** What each item of a history counts as. */
  readonly highest: number;
  /** What is predicted where nothing is known. */
  readonly mean: number;
  /** The column of the items that is 1. */
  readonly bias: number;
  readonly regularization: number;
}

/**
 * For each history the w that minimises Σ (highest − mean − w · x)² + λ / 2 ‖w‖² over its items' rows x, with the mean added at the bias, which the penalty covers, too; exactly, by Cholesky in float64.
 * Shape [histories, columns], in the scope of the caller.
 */
export function ridgeRows(
  histories: readonly Uint32Array[],
  items: Tensor,
  { highest, mean, bias, regularization }: Ridge,
): Tensor {
  const { columns } = items;
  const [rows, gram] = [
    Tensor.zeros([histories.length, columns]),
    Tensor.zeros([columns, columns]),
  ];
  // The gradient of λ / 2 ‖w‖² is λ w, that of a squared error twice the error's: the equations have half of λ.
  const penalty = Math.max(regularization / 2, 1e-3);
  const penalties = Tensor.from(new Float32Array(histories.length).fill(penalty));
  const lossesAt = heap().allocate(histories.length * 8);
  try {
    // The kernel solves (Σ v x xᵀ + λ I) w = Σ (1 + v) x; with v = 1 that is twice the w of a target of 1.
    const losses = heap().float64(lossesAt, histories.length);
    const matrix = historyMatrix(histories, items.rows, () => 1);
    kernels().als(losses, rows.data, matrix, items.data, gram.data, penalties.data, columns, 0);
  } finally {
    heap().free(lossesAt);
  }
  kernels().scale(rows.data, (highest - mean) / 2, rows.data);
  for (let row = 0; row < rows.rows; row++) rows.data[row * columns + bias] += mean;
  return rows;
}
