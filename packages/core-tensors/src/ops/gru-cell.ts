import { kernels } from "../backend.ts";
import { ShapeError } from "../errors.ts";
import { Tensor } from "../tensor.ts";
import { checkMatrix } from "./check.ts";

/**
 * One step of a GRU (Cho et al., EMNLP 2014) with the reset gate before the matrix product, as in GRU4Rec and Theano's, not after it as in cuDNN:
 *
 *   r = σ(x_r + h U_r)   z = σ(x_z + h U_z)   h̃ = tanh(x_c + (r ⊙ h) U_c)   h′ = (1 − z) ⊙ h + z ⊙ h̃
 *
 * @param x what the input gives, biases included: [n, 3 width], a row is candidate, reset, update
 * @param state h: [n, width]
 * @param gates U_r and U_z: [width, 2 width]
 * @param candidate U_c: [width, width]
 * @returns h′: [n, width]
 * @throws ShapeError when they do not fit
 */
export function gruCell(x: Tensor, state: Tensor, gates: Tensor, candidate: Tensor): Tensor {
  const name = "gruCell";
  for (const tensor of [x, state, gates, candidate]) checkMatrix(name, tensor);
  const [n, width] = [state.rows, state.columns];
  for (const [tensor, rows, columns] of [
    [x, n, 3 * width],
    [gates, width, 2 * width],
    [candidate, width, width],
  ] as const)
    if (tensor.rows !== rows || tensor.columns !== columns)
      throw new ShapeError(name, [rows, columns], tensor.shape);

  const product = { m: n, k: width };
  const opened = Tensor.empty([n, 2 * width]);
  const reset = Tensor.empty([n, width]);
  const proposed = Tensor.empty([n, width]);
  const y = Tensor.empty([n, width], {
    parents: [x, state, gates, candidate],
    backward(dy, give) {
      const k = kernels();
      const dx = Tensor.empty([n, 3 * width]);
      const dState = Tensor.empty([n, width]);
      const dReset = Tensor.empty([n, width]);
      const [dProposed, dGates] = [Tensor.empty([n, width]), Tensor.empty([n, 2 * width])];
      k.gruStateBackward(
        dx.data,
        dState.data,
        dy.data,
        opened.data,
        state.data,
        proposed.data,
        width,
      );
      k.copyColumns(dProposed.data, width, 0, dx.data, 3 * width, 0, width);
      const back = { m: n, n: width, k: width, transposeB: true };
      k.gemm(dReset.data, dProposed.data, candidate.data, back);
      k.gruGatesBackward(dx.data, dState.data, dReset.data, opened.data, state.data, width);
      k.copyColumns(dGates.data, 2 * width, 0, dx.data, 3 * width, width, 2 * width);
      if (state.requiresGradient)
        k.gemm(dState.data, dGates.data, gates.data, { ...back, k: 2 * width, accumulate: true });
      const weights = (parameter: Tensor, from: Tensor, to: Tensor): void => {
        if (!parameter.requiresGradient) return;
        const dWeights = Tensor.empty(parameter.shape);
        const shape = { m: width, n: parameter.columns, k: n, transposeA: true };
        k.gemm(dWeights.data, from.data, to.data, shape);
        give.dense(parameter, dWeights, true);
      };
      weights(gates, state, dGates);
      weights(candidate, reset, dProposed);
      give.dense(x, dx, true);
      give.dense(state, dState, true);
    },
  });
  const k = kernels();
  const fromState = Tensor.empty([n, 2 * width]);
  k.gemm(fromState.data, state.data, gates.data, { ...product, n: 2 * width });
  k.gruGates(opened.data, reset.data, x.data, fromState.data, state.data, width);
  const fromReset = Tensor.empty([n, width]);
  k.gemm(fromReset.data, reset.data, candidate.data, { ...product, n: width });
  k.gruState(y.data, proposed.data, x.data, fromReset.data, opened.data, state.data, width);
  return y;
}
