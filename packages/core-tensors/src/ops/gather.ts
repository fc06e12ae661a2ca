import { kernels } from "../backend.ts";
import { checkIds, idsOnHeap, idsToKeep, Tensor } from "../tensor.ts";
import { checkMatrix } from "./check.ts";

/**
 * Rows `ids` of a table [rows, dim], repeats allowed; the table's gradient stays row-sparse.
 * @throws ShapeError when an id is not a row
 */
export function gather(table: Tensor, ids: Uint32Array): Tensor {
  checkMatrix("gather", table);
  checkIds("gather", ids, table.rows);
  const rows = idsToKeep(ids);
  const y = Tensor.empty([ids.length, table.columns], {
    parents: [table],
    backward: (dy, give) => give.rows(table, rows, dy),
  });
  const here = idsOnHeap(rows);
  kernels().gatherRows(y.data, table.data, here, table.columns);
  return y;
}
