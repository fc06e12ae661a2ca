import { kernels } from "../backend.ts";
import { OptionError, ShapeError } from "../errors.ts";
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

/**
 * Σ weights[n] · tensors[n], of one shape, where the weights, [count] or [1, count], are learned, too.
 * @throws OptionError for an empty list
 * @throws ShapeError when there is not one weight for each tensor
 */
export function weightedSum(tensors: readonly Tensor[], weights: Tensor): Tensor {
  if (tensors.length === 0)
    throw new OptionError("weightedSum", "tensors", "must hold at least one tensor");
  if (weights.size !== tensors.length)
    throw new ShapeError("weightedSum", `${tensors.length} weights`, weights.shape);
  for (const tensor of tensors) checkSameShape("weightedSum", tensors[0], tensor);
  const y = Tensor.empty(tensors[0].shape, {
    parents: [...tensors, weights],
    backward(dy, give) {
      tensors.forEach((tensor, n) => {
        if (tensor.requiresGradient) give.dense(tensor, scaled(dy, weights.data[n]), true);
      });
      if (!weights.requiresGradient) return;
      const dWeights = Tensor.empty(weights.shape);
      const along = Tensor.empty(dy.shape);
      tensors.forEach((tensor, n) => {
        kernels().multiply(along.data, dy.data, tensor.data);
        dWeights.data[n] = kernels().sum(along.data);
      });
      give.dense(weights, dWeights, true);
    },
  });
  kernels().scale(y.data, weights.data[0], tensors[0].data);
  for (let n = 1; n < tensors.length; n++)
    kernels().combine(y.data, 1, y.data, weights.data[n], tensors[n].data);
  return y;
}

function scaled(x: Tensor, factor: number): Tensor {
  const y = Tensor.empty(x.shape);
  kernels().scale(y.data, factor, x.data);
  return y;
}
