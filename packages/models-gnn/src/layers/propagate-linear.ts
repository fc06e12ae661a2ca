import { SparseMatrix, type Tensor } from "@kith/core-tensors";
import { type Dropout, dropped, type Input, linear } from "./linear.ts";
import { aggregate, type Neighbourhood, targetCount } from "./neighbourhood.ts";

/**
 * A x W of some targets. In training that product comes first which leaves less to do; both orders are equal but for rounding. Without noise, in inference, it
 * is always A x, so that an answer does not depend on how many are asked for.
 */
export function propagateLinear(
  at: Neighbourhood,
  x: Input,
  weight: Tensor,
  noise?: Dropout,
): Tensor {
  const [inputs, outputs] = weight.shape;
  const narrowsFirst = noise !== undefined && targetCount(at) * inputs > at.graph.columns * outputs;
  if (x instanceof SparseMatrix || narrowsFirst) return aggregate(at, linear(x, weight, noise));
  return linear(aggregate(at, dropped(x, noise)), weight);
}
