import { kernels } from "../backend.ts";
import { ShapeError } from "../errors.ts";
import { Tensor } from "../tensor.ts";
import { checkMatrix } from "./check.ts";

/**
 * x + b, the vector b [columns] to each row of the matrix x.
 * @throws ShapeError when b has not one number for each column
 */
export function addBias(x: Tensor, b: Tensor): Tensor {
  checkMatrix("addBias", x);
  if (b.shape.length !== 1 || b.size !== x.columns)
    throw new ShapeError("addBias", [x.columns], b.shape);
  const y = Tensor.empty(x.shape, {
    parents: [x, b],
    backward(dy, give) {
      give.dense(x, dy);
      if (!b.requiresGradient) return;
      const db = Tensor.empty(b.shape);
      kernels().columnSums(db.data, dy.data);
      give.dense(b, db, true);
    },
  });
  kernels().addBias(y.data, x.data, b.data);
  return y;
}
