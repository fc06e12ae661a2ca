import { kernels } from "../backend.ts";
import { Tensor } from "../tensor.ts";
import { checkMatrix, checkSameShape } from "./check.ts";

/** a[r] · b[r] for each row r of two matrices of one shape: a vector [rows]. */
export function rowDot(a: Tensor, b: Tensor): Tensor {
  checkMatrix("rowDot", a);
  checkSameShape("rowDot", a, b);
  const y = Tensor.empty([a.rows], {
    parents: [a, b],
    backward(dy, give) {
      for (const [to, other] of [
        [a, b],
        [b, a],
      ]) {
        if (!to.requiresGradient) continue;
        const dx = Tensor.zeros(a.shape);
        kernels().addScaledRows(dx.data, dy.data, other.data, a.columns);
        give.dense(to, dx, true);
      }
    },
  });
  kernels().rowDot(y.data, a.data, b.data, a.columns);
  return y;
}

/** x[r] / max(‖x[r]‖₂, 1e-12): rows of length 1, so that a dot product is a cosine. Zero rows stay zero. */
export function normalizeRows(x: Tensor): Tensor {
  checkMatrix("normalizeRows", x);
  const norms = Tensor.empty([x.rows]);
  const y = Tensor.empty(x.shape, {
    parents: [x],
    backward(dy, give) {
      const dx = Tensor.empty(x.shape);
      kernels().normalizeRowsBackward(dx.data, y.data, norms.data, dy.data, x.columns);
      give.dense(x, dx, true);
    },
  });
  kernels().normalizeRows(y.data, norms.data, x.data, x.columns);
  return y;
}
