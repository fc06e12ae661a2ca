import { kernels } from "../backend.ts";
import { ShapeError } from "../errors.ts";
import { heap } from "../heap.ts";
import type { Pattern } from "../kernels/kernels.ts";
import { scratch, Tensor } from "../tensor.ts";
import { checkMatrix } from "./check.ts";

/**
 * x[r] · a within each of `heads` equal shares of the columns: [rows, heads], for x [rows, dim] and a vector a [dim].
 * @throws ShapeError when a has not one number for each column, or dim is no multiple of heads
 */
export function headDots(x: Tensor, a: Tensor, heads: number): Tensor {
  checkMatrix("headDots", x);
  const { rows, columns: dim } = x;
  if (a.shape.length !== 1 || a.size !== dim) throw new ShapeError("headDots", [dim], a.shape);
  if (!(heads >= 1 && dim % heads === 0))
    throw new ShapeError("headDots", `a multiple of ${heads} columns, for as many heads`, x.shape);
  const y = Tensor.empty([rows, heads], {
    parents: [x, a],
    backward(dy, give) {
      if (x.requiresGradient) {
        const dx = Tensor.empty(x.shape);
        const all = allToOne(rows);
        kernels().spmmHeads(dx.data, all(), dy.data, a.data, dim, heads, undefined);
        give.dense(x, dx, true);
      }
      if (a.requiresGradient) {
        const da = Tensor.empty(a.shape);
        const one = oneToAll(rows);
        kernels().spmmHeads(da.data, one(), dy.data, x.data, dim, heads, undefined);
        give.dense(a, da, true);
      }
    },
  });
  const all = allToOne(rows);
  kernels().edgeDots(y.data, all(), x.data, a.data, dim, heads);
  return y;
}

/** The pattern of a column of `rows` entries. */
function allToOne(rows: number): () => Pattern {
  const at = scratch((2 * rows + 1) * 4);
  const offsets = () => heap().uint32(at, rows + 1);
  const indices = () => heap().uint32(at + (rows + 1) * 4, rows);
  offsets().forEach((_, r, all) => {
    all[r] = r;
  });
  indices().fill(0);
  return () => ({ rows, offsets: offsets(), indices: indices() });
}

/** The pattern of a row of `columns` entries. */
function oneToAll(columns: number): () => Pattern {
  const at = scratch((columns + 2) * 4);
  const offsets = () => heap().uint32(at, 2);
  const indices = () => heap().uint32(at + 8, columns);
  offsets().set([0, columns]);
  indices().forEach((_, c, all) => {
    all[c] = c;
  });
  return () => ({ rows: 1, offsets: offsets(), indices: indices() });
}
