import { kernels } from "../backend.ts";
import { ShapeError } from "../errors.ts";
import { Tensor } from "../tensor.ts";
import { checkMatrix } from "./check.ts";

/**
 * One step of a GRU with the reset gate after the matrix product, and a bias of its own for it, as in cuDNN and PyTorch's GRUCell:
 *
 *   u = h U + b   r = σ(x_r + u_r)   z = σ(x_z + u_z)   h̃ = tanh(x_c + r ⊙ u_c)   h′ = (1 − z) ⊙ h + z ⊙ h̃
 *
 * @param x what the input gives, biases included: [n, 3 width], a row is candidate, reset, update
 * @param state h: [n, width]
 * @param weights U: [width, 3 width]
 * @param bias b: [3 width]
 * @returns h′: [n, width]
 * @throws ShapeError when they do not fit
 */
export function gruCellAfter(x: Tensor, state: Tensor, weights: Tensor, bias: Tensor): Tensor {
  const name = "gruCellAfter";
  for (const tensor of [x, state, weights]) checkMatrix(name, tensor);
  const [n, width] = [state.rows, state.columns];
  for (const [tensor, rows] of [
    [x, n],
    [weights, width],
  ] as const)
    if (tensor.rows !== rows || tensor.columns !== 3 * width)
      throw new ShapeError(name, [rows, 3 * width], tensor.shape);
  if (bias.size !== 3 * width) throw new ShapeError(name, [3 * width], bias.shape);

  const u = Tensor.empty([n, 3 * width]);
  const gates = Tensor.empty([n, 2 * width]);
  const candidate = Tensor.empty([n, width]);
  const y = Tensor.empty([n, width], {
    parents: [x, state, weights, bias],
    backward(dy, give) {
      const k = kernels();
      const [dx, du] = [Tensor.empty(x.shape), Tensor.empty(u.shape)];
      const dState = Tensor.empty(state.shape);
      const saved = [u.data, state.data, gates.data, candidate.data] as const;
      k.gruAfterBackward(dx.data, du.data, dState.data, dy.data, ...saved, width);
      give.dense(x, dx, true);
      if (state.requiresGradient) {
        const back = { m: n, n: width, k: 3 * width, transposeB: true, accumulate: true };
        k.gemm(dState.data, du.data, weights.data, back);
        give.dense(state, dState, true);
      }
      if (weights.requiresGradient) {
        const dWeights = Tensor.empty(weights.shape);
        const shape = { m: width, n: 3 * width, k: n, transposeA: true };
        k.gemm(dWeights.data, state.data, du.data, shape);
        give.dense(weights, dWeights, true);
      }
      if (bias.requiresGradient) {
        const dBias = Tensor.empty(bias.shape);
        k.columnSums(dBias.data, du.data);
        give.dense(bias, dBias, true);
      }
    },
  });
  const k = kernels();
  k.gemm(u.data, state.data, weights.data, { m: n, n: 3 * width, k: width });
  k.addBias(u.data, u.data, bias.data);
  k.gruAfter(y.data, gates.data, candidate.data, x.data, u.data, state.data, width);
  return y;
}
