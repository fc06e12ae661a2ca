import { normal, type Rng, type Tensor } from "@kith/core-tensors";

/** Numbers in a row that kernels can take: a whole number of SIMD lanes. */
export function widthFor(dim: number): number {
  return 4 * Math.ceil(dim / 4);
}

/** Fills the first `dim` numbers of each row from N(0, scale² / dim), and what lies beyond them with 0. */
export function drawRows(table: Tensor, dim: number, scale: number, rng: Rng): Tensor {
  normal(table, rng, scale / Math.sqrt(dim));
  const { data, rows, columns } = table;
  for (let r = 0; columns > dim && r < rows; r++)
    data.fill(0, r * columns + dim, (r + 1) * columns);
  return table;
}
