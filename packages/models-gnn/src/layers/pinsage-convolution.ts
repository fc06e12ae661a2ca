import { addBias, concat, matmul, normalizeRows, relu, type Tensor } from "@kith/core-tensors";
import { aggregate, type Neighbourhood, ownRows } from "./neighbourhood.ts";
import type { Shapes, Weights } from "./weights.ts";

/** The weights of a convolution whose inputs and result have `dim` numbers. */
export function pinsageShapes(dim: number): Shapes {
  return { neighbours: [dim, dim], neighboursBias: [dim], joint: [2 * dim, dim], jointBias: [dim] };
}

/**
 * The convolution of PinSage (Ying et al., KDD 2018, https://arxiv.org/abs/1806.01973, algorithm 1): with α the graph's weights, which sum to 1 in each row,
 *
 *   n = Σⱼ αⱼ ReLU(hⱼ Q + q)      z = ReLU([n ‖ h] W + w)      z / ‖z‖, which stays 0 where z is
 */
export function pinsageConvolution(
  at: Neighbourhood,
  h: Tensor,
  { neighbours, neighboursBias, joint, jointBias }: Weights,
): Tensor {
  const n = aggregate(at, relu(addBias(matmul(h, neighbours), neighboursBias)));
  const z = relu(addBias(matmul(concat([n, ownRows(at, h)]), joint), jointBias));
  return normalizeRows(z);
}
