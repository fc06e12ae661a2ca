import { kernels } from "../backend.ts";
import type { Activation } from "../kernels/kernels.ts";
import { Tensor } from "../tensor.ts";

/** max(x, 0). */
export function relu(x: Tensor): Tensor {
  return activate("relu", x);
}

/** x where positive, else slope · x (NGCF and GAT take 0.2). */
export function leakyRelu(x: Tensor, slope = 0.2): Tensor {
  return activate("leakyRelu", x, slope);
}

/** x where positive, else α (eˣ − 1). */
export function elu(x: Tensor, alpha = 1): Tensor {
  return activate("elu", x, alpha);
}

/** 1 / (1 + e⁻ˣ). */
export function sigmoid(x: Tensor): Tensor {
  return activate("sigmoid", x);
}

export function tanh(x: Tensor): Tensor {
  return activate("tanh", x);
}

/** ln(1 + eˣ), without overflow: −ln σ(−x). */
export function softplus(x: Tensor): Tensor {
  return activate("softplus", x);
}

/** eˣ. */
export function exp(x: Tensor): Tensor {
  return activate("exp", x);
}

function activate(f: Activation, x: Tensor, slope = 0): Tensor {
  const y = Tensor.empty(x.shape, {
    parents: [x],
    backward(dy, give) {
      const dx = Tensor.empty(x.shape);
      kernels().activateBackward(dx.data, f, slope, x.data, y.data, dy.data);
      give.dense(x, dx, true);
    },
  });
  kernels().activate(y.data, f, slope, x.data);
  return y;
}
