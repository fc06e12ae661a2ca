import { kernels } from "../backend.ts";
import { Tensor } from "../tensor.ts";
import { checkMatrix } from "./check.ts";

/** eˣ / Σ eˣ over each row. */
export function softmax(x: Tensor): Tensor {
  checkMatrix("softmax", x);
  const y = Tensor.empty(x.shape, {
    parents: [x],
    backward(dy, give) {
      // dx = y ⊙ (dy − (y · dy))
      const along = rowDots(y, dy);
      const dx = Tensor.empty(x.shape);
      dx.data.set(dy.data);
      subtractFromRows(dx, along);
      kernels().multiply(dx.data, dx.data, y.data);
      give.dense(x, dx, true);
    },
  });
  kernels().softmax(y.data, x.data, x.columns);
  return y;
}

/** ln softmax over each row, without underflow. */
export function logSoftmax(x: Tensor): Tensor {
  checkMatrix("logSoftmax", x);
  const y = Tensor.empty(x.shape, {
    parents: [x],
    backward(dy, give) {
      // dx = dy − softmax(x) Σ dy
      const p = Tensor.empty(x.shape);
      kernels().softmax(p.data, x.data, x.columns);
      const totals = rowDots(dy, filledLike(dy, -1));
      const dx = Tensor.empty(x.shape);
      dx.data.set(dy.data);
      kernels().addScaledRows(dx.data, totals.data, p.data, x.columns);
      give.dense(x, dx, true);
    },
  });
  kernels().logSoftmax(y.data, x.data, x.columns);
  return y;
}

function rowDots(a: Tensor, b: Tensor): Tensor {
  const y = Tensor.empty([a.rows]);
  kernels().rowDot(y.data, a.data, b.data, a.columns);
  return y;
}

function subtractFromRows(x: Tensor, amounts: Tensor): void {
  const negative = Tensor.empty(amounts.shape);
  const ones = filledLike(x, 1);
  kernels().scale(negative.data, -1, amounts.data);
  kernels().addScaledRows(x.data, negative.data, ones.data, x.columns);
}

function filledLike(x: Tensor, value: number): Tensor {
  const y = Tensor.empty(x.shape);
  y.data.fill(value);
  return y;
}
