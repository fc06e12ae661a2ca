import { addBias, type Tensor } from "@kith/core-tensors";
import type { Dropout, Input } from "./linear.ts";
import type { Neighbourhood } from "./neighbourhood.ts";
import { propagateLinear } from "./propagate-linear.ts";
import type { Weights } from "./weights.ts";

/**
 * Graph convolution (Kipf & Welling, ICLR 2017, https://arxiv.org/abs/1609.02907, equation 2, without its activation): Â X W + b, where the graph's
 * values are Â = D̃^-½ (A + I) D̃^-½. Shape [targets, outputs].
 * @param weights `weight` [inputs, outputs] and `bias` [outputs]
 */
export function graphConvolution(
  at: Neighbourhood,
  x: Input,
  { weight, bias }: Weights,
  noise?: Dropout,
): Tensor {
  return addBias(propagateLinear(at, x, weight, noise), bias);
}
