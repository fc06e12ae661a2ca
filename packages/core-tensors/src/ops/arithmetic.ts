import { kernels } from "../backend.ts";
import { OptionError } from "../errors.ts";
import { Tensor } from "../tensor.ts";
import { checkSameShape } from "./check.ts";

/** a + b, of equal shapes. */
export function add(a: Tensor, b: Tensor): Tensor {
  return combination("add", a, b, 1);
}

/** a − b, of equal shapes. */
export function subtract(a: Tensor, b: Tensor): Tensor {
  return combination("subtract", a, b, -1);
}

function combination(operation: string, a: Tensor, b: Tensor, sign: 1 | -1): Tensor {
  checkSameShape(operation, a, b);
  const y = Tensor.empty(a.shape, {
    parents: [a, b],
    backward(dy, give) {
      give.dense(a, dy);
      give.dense(b, sign === 1 ? dy : scaled(dy, -1), sign === -1);
    },
  });
  kernels().combine(y.data, 1, a.data, sign, b.data);
  return y;
}

/** a ⊙ b, of equal shapes. */
export function multiply(a: Tensor, b: Tensor): Tensor {
  checkSameShape("multiply", a, b);
  const y = Tensor.empty(a.shape, {
    parents: [a, b],
    backward(dy, give) {
      for (const [to, other] of [
        [a, b],
        [b, a],
      ]) {
        if (!to.requiresGradient) continue;
        const dx = Tensor.empty(a.shape);
        kernels().multiply(dx.data, dy.data, other.data);
        give.dense(to, dx, true);
      }
    },
  });
  kernels().multiply(y.data, a.data, b.data);
  return y;
}

/** factor · x. */
export function scale(x: Tensor, factor: number): Tensor {
  const y = Tensor.empty(x.shape, {
    parents: [x],
    backward: (dy, give) => give.dense(x, scaled(dy, factor), true),
  });
  kernels().scale(y.data, factor, x.data);
  return y;
}

/**
 * The sum of tensors of one shape, elementwise.
 * @throws OptionError for an empty list
 */
export function addAll(tensors: readonly Tensor[]): Tensor {
  if (tensors.length === 0)
    throw new OptionError("addAll", "tensors", "must hold at least one tensor");
  return tensors.slice(1).reduce(add, tensors[0]);
}

function scaled(x: Tensor, factor: number): Tensor {
  const y = Tensor.empty(x.shape);
  kernels().scale(y.data, factor, x.data);
  return y;
}
