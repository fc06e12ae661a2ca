import { kernels } from "../backend.ts";
import { ShapeError } from "../errors.ts";
import { Tensor } from "../tensor.ts";

/** Σ x, a scalar; summed in float64. */
export function sum(x: Tensor): Tensor {
  const y = Tensor.empty([], {
    parents: [x],
    backward: (dy, give) => give.dense(x, filled(x.shape, dy.item()), true),
  });
  y.data[0] = kernels().sum(x.data);
  return y;
}

/**
 * The mean of all elements, a scalar; summed in float64.
 * @throws ShapeError when there are none
 */
export function mean(x: Tensor): Tensor {
  if (x.size === 0) throw new ShapeError("mean", "at least one element", x.shape);
  const y = Tensor.empty([], {
    parents: [x],
    backward: (dy, give) => give.dense(x, filled(x.shape, dy.item() / x.size), true),
  });
  y.data[0] = kernels().sum(x.data) / x.size;
  return y;
}

/** ‖x‖² = Σ x², a scalar; summed in float64. */
export function sumOfSquares(x: Tensor): Tensor {
  const y = Tensor.empty([], {
    parents: [x],
    backward(dy, give) {
      const dx = Tensor.empty(x.shape);
      kernels().scale(dx.data, 2 * dy.item(), x.data);
      give.dense(x, dx, true);
    },
  });
  y.data[0] = kernels().sumOfSquares(x.data);
  return y;
}

function filled(shape: readonly number[], value: number): Tensor {
  const tensor = Tensor.empty(shape);
  tensor.data.fill(value);
  return tensor;
}
