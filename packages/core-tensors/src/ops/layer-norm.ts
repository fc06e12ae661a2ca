import { kernels } from "../backend.ts";
import { ShapeError } from "../errors.ts";
import { Tensor } from "../tensor.ts";
import { checkMatrix } from "./check.ts";

/**
 * gain ⊙ (x[r] − mean) / √(variance + ε) + bias for each row of a matrix [n, m], with gain and bias [m] (Ba, Kiros & Hinton, 2016, https://arxiv.org/abs/1607.06450). Mean and
 * variance are of the row's m numbers.
 * @throws ShapeError when gain or bias has not one number for each column, or there are no columns
 */
export function layerNorm(x: Tensor, gain: Tensor, bias: Tensor, epsilon = 1e-5): Tensor {
  checkMatrix("layerNorm", x);
  const { rows, columns } = x;
  if (columns === 0) throw new ShapeError("layerNorm", "at least one column", x.shape);
  for (const each of [gain, bias])
    if (each.shape.length !== 1 || each.size !== columns)
      throw new ShapeError("layerNorm", [columns], each.shape);
  const unit = Tensor.empty(x.shape);
  const inverses = Tensor.empty([rows]);
  const y = Tensor.empty(x.shape, {
    parents: [x, gain, bias],
    backward(dy, give) {
      if (x.requiresGradient) {
        const dx = Tensor.empty(x.shape);
        kernels().layerNormBackward(dx.data, unit.data, inverses.data, gain.data, dy.data);
        give.dense(x, dx, true);
      }
      if (gain.requiresGradient) {
        const [products, dGain] = [Tensor.empty(x.shape), Tensor.empty(gain.shape)];
        kernels().multiply(products.data, dy.data, unit.data);
        kernels().columnSums(dGain.data, products.data);
        give.dense(gain, dGain, true);
      }
      if (!bias.requiresGradient) return;
      const dBias = Tensor.empty(bias.shape);
      kernels().columnSums(dBias.data, dy.data);
      give.dense(bias, dBias, true);
    },
  });
  kernels().layerNorm(y.data, unit.data, inverses.data, x.data, gain.data, bias.data, epsilon);
  return y;
}
