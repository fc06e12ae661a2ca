import { ShapeError } from "../errors.ts";
import { Tensor } from "../tensor.ts";
import { checkMatrix } from "./check.ts";

/**
 * The first rows of a matrix: [count, columns].
 * @throws ShapeError when there are fewer
 */
export function firstRows(x: Tensor, count: number): Tensor {
  checkMatrix("firstRows", x);
  if (!(Number.isInteger(count) && count >= 0 && count <= x.rows))
    throw new ShapeError("firstRows", `up to ${x.rows} rows`, [count]);
  if (count === x.rows) return x;
  const y = Tensor.empty([count, x.columns], {
    parents: [x],
    backward(dy, give) {
      const dx = Tensor.empty(x.shape);
      const { data } = dx;
      data.set(dy.data);
      data.fill(0, dy.size);
      give.dense(x, dx, true);
    },
  });
  y.data.set(x.data.subarray(0, y.size));
  return y;
}
