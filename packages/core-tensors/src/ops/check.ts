import { ShapeError } from "../errors.ts";
import type { Tensor } from "../tensor.ts";

/** @throws ShapeError unless both shapes are equal */
export function checkSameShape(operation: string, a: Tensor, b: Tensor): void {
  if (a.shape.length !== b.shape.length || a.shape.some((n, i) => n !== b.shape[i]))
    throw new ShapeError(operation, a.shape, b.shape);
}

/** @throws ShapeError unless it is a matrix */
export function checkMatrix(operation: string, x: Tensor): void {
  if (x.shape.length !== 2) throw new ShapeError(operation, "a matrix [rows, columns]", x.shape);
}
