import { kernels } from "../backend.ts";
import { ShapeError } from "../errors.ts";
import { heap } from "../heap.ts";
import type { SparseMatrix } from "../sparse-matrix.ts";
import { scratch, Tensor } from "../tensor.ts";
import { checkMatrix } from "./check.ts";

/**
 * The largest x[j] over the edges (i, j) of each row i of a graph [n, m], number by number: max pooling of neighbours. 0 in rows without edges. The graph's
 * values have no part in it.
 * @throws ShapeError when x has not one row for each column of the graph
 */
export function propagateMax(graph: SparseMatrix, x: Tensor): Tensor {
  checkMatrix("propagateMax", x);
  if (x.rows !== graph.columns)
    throw new ShapeError("propagateMax", [graph.columns, x.columns], x.shape);
  const at = scratch(graph.rows * x.columns * 4);
  const from = () => heap().uint32(at, graph.rows * x.columns);
  const y = Tensor.empty([graph.rows, x.columns], {
    parents: [x],
    backward(dy, give) {
      const dx = Tensor.zeros(x.shape);
      kernels().scatterAddFrom(dx.data, dy.data, from(), x.columns);
      give.dense(x, dx, true);
    },
  });
  kernels().neighbourMax(y.data, from(), graph, x.data, x.columns);
  return y;
}
