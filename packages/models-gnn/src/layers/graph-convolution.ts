import type { Tensor } from "@kith/core-tensors";
import { addBias, SparseMatrix } from "@kith/core-tensors";
import { type Dropout, dropped, type Input, linear } from "./linear.ts";
import { aggregate, type Neighbourhood, targetCount, type Weights } from "./neighbourhood.ts";

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
  // The product that leaves less to do comes first; both orders are equal but for rounding.
  const [inputs, outputs] = weight.shape;
  const { columns: sources } = at.graph;
  const narrowsFirst = targetCount(at) * inputs > sources * outputs;
  if (x instanceof SparseMatrix || narrowsFirst)
    return addBias(aggregate(at, linear(x, weight, noise)), bias);
  return addBias(linear(aggregate(at, dropped(x, noise)), weight), bias);
}
