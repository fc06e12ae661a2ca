import { kernels } from "../backend.ts";
import { KithError, ShapeError } from "../errors.ts";
import { heap } from "../heap.ts";
import type { SparseMatrix } from "../sparse-matrix.ts";
import { checkIds, idsOnHeap, idsToKeep, scratch, Tensor } from "../tensor.ts";
import { checkMatrix } from "./check.ts";

/**
 * A x, one step of propagation over a graph with adjacency A [n, m] and features x [m, dim].
 * @throws ShapeError when x has not one row for each column of A
 */
export function propagate(adjacency: SparseMatrix, x: Tensor): Tensor {
  check("propagate", adjacency, x);
  const y = Tensor.empty([adjacency.rows, x.columns], {
    parents: [x],
    backward(dy, give) {
      const transposed = adjacency.transposed();
      const dx = Tensor.empty(x.shape);
      kernels().spmm(dx.data, transposed, dy.data, x.columns);
      give.dense(x, dx, true);
    },
  });
  kernels().spmm(y.data, adjacency, x.data, x.columns);
  return y;
}

/**
 * Rows `rows` of A x, all different, without computing the others: the last step of propagation when a batch needs few nodes. Its backward
 * pass likewise visits only the entries that those rows reach.
 * @throws ShapeError when a row is not one of A's
 * @throws KithError when a row is listed twice
 */
export function propagateRows(adjacency: SparseMatrix, x: Tensor, rows: Uint32Array): Tensor {
  check("propagateRows", adjacency, x);
  checkIds("propagateRows", rows, adjacency.rows);
  const ids = idsToKeep(rows);
  const y = Tensor.empty([rows.length, x.columns], {
    parents: [x],
    backward(dy, give) {
      const transposed = adjacency.transposed();
      const dx = Tensor.empty(x.shape);
      kernels().spmmFromRows(dx.data, transposed, dy.data, x.columns, position());
      give.dense(x, dx, true);
    },
  });
  const position = y.requiresGradient ? positions(ids, adjacency.rows) : () => new Int32Array(0);
  const here = idsOnHeap(ids);
  kernels().spmmRows(y.data, adjacency, x.data, x.columns, here);
  return y;
}

/** Where in `ids` each of 0 … n − 1 stands, or −1; a view of it, derived anew at each call. */
function positions(ids: Uint32Array, n: number): () => Int32Array {
  const at = scratch(n * 4);
  const position = heap().int32(at, n).fill(-1);
  for (let r = 0; r < ids.length; r++) {
    if (position[ids[r]] >= 0)
      throw new KithError(`propagateRows: row ${ids[r]} is listed twice; list each row once`);
    position[ids[r]] = r;
  }
  return () => heap().int32(at, n);
}

function check(operation: string, adjacency: SparseMatrix, x: Tensor): void {
  checkMatrix(operation, x);
  if (x.rows !== adjacency.columns)
    throw new ShapeError(operation, [adjacency.columns, x.columns], x.shape);
}
