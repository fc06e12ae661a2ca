import { add, addBias, leakyRelu, matmul, multiply, type Tensor } from "@kith/core-tensors";
import { aggregate, type Neighbourhood, ownRows } from "./neighbourhood.ts";
import type { Weights } from "./weights.ts";

/** LeakyReLU's slope, TensorFlow's default, with which the authors trained. */
const SLOPE = 0.2;

/**
 * Embedding propagation of NGCF (Wang et al., SIGIR 2019, https://arxiv.org/abs/1905.08108). With E the sources, S = A E, and ⊙ by element:
 *
 * - "paper", equation 7, where A is symmetrically normalised:  LeakyReLU((S + E) W₁ + (S ⊙ E) W₂ + b₁ + b₂)
 * - "official-code", where A = D⁻¹(A + I) has the loops:  LeakyReLU(S W₁ + b₁) + LeakyReLU((S ⊙ E) W₂ + b₂)
 *
 * @param weights `sum` W₁ and `product` W₂ [inputs, outputs], `sumBias` and `productBias` [outputs]
 */
export function ngcfConvolution(
  at: Neighbourhood,
  x: Tensor,
  { sum, product, sumBias, productBias }: Weights,
  variant: "paper" | "official-code",
): Tensor {
  const side = aggregate(at, x);
  const own = ownRows(at, x);
  const interaction = addBias(matmul(multiply(side, own), product), productBias);
  if (variant === "paper")
    return leakyRelu(add(addBias(matmul(add(side, own), sum), sumBias), interaction), SLOPE);
  return add(leakyRelu(addBias(matmul(side, sum), sumBias), SLOPE), leakyRelu(interaction, SLOPE));
}
