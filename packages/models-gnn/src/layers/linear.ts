import {
  dropout,
  matmul,
  propagate,
  propagateWeighted,
  type Rng,
  SparseMatrix,
  Tensor,
} from "@kith/core-tensors";

/** What a first layer may read: a dense matrix [nodes, features], or a sparse one. */
export type Input = Tensor | SparseMatrix;

/** How training disturbs what a layer reads; nothing is disturbed without a generator. */
export interface Dropout {
  readonly rate: number;
  /** A stream of this layer and step. */
  readonly rng: Rng;
}

/** x · weight, where numbers of x are dropped in training: of a sparse x only those that it stores. */
export function linear(x: Input, weight: Tensor, noise?: Dropout): Tensor {
  if (x instanceof SparseMatrix) {
    if (!noise || noise.rate === 0) return propagate(x, weight);
    const values = Tensor.from(x.values, [x.entries, 1]);
    return propagateWeighted(x, dropout(values, noise.rate, noise.rng), weight);
  }
  return matmul(dropped(x, noise), weight);
}

/** x with numbers dropped in training. */
export function dropped(x: Tensor, noise?: Dropout): Tensor {
  return noise ? dropout(x, noise.rate, noise.rng) : x;
}
