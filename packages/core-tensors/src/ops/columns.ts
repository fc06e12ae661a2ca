import { kernels } from "../backend.ts";
import { ShapeError } from "../errors.ts";
import { Tensor } from "../tensor.ts";
import { checkMatrix } from "./check.ts";

/**
 * Columns begin … end of a matrix: [rows, end − begin]. The opposite of `concat`.
 * @throws ShapeError when they are not within the matrix
 */
export function columns(x: Tensor, begin: number, end: number): Tensor {
  checkMatrix("columns", x);
  if (
    !(
      Number.isInteger(begin) &&
      Number.isInteger(end) &&
      begin >= 0 &&
      begin <= end &&
      end <= x.columns
    )
  )
    throw new ShapeError("columns", `columns within 0 … ${x.columns}`, [begin, end]);
  const width = end - begin;
  const y = Tensor.empty([x.rows, width], {
    parents: [x],
    backward(dy, give) {
      const dx = Tensor.zeros(x.shape);
      kernels().copyColumns(dx.data, x.columns, begin, dy.data, width, 0, width);
      give.dense(x, dx, true);
    },
  });
  kernels().copyColumns(y.data, width, 0, x.data, x.columns, begin, width);
  return y;
}
