import {
  addBias,
  concat,
  matmul,
  propagateMax,
  relu,
  rowsOf,
  SparseMatrix,
  type Tensor,
} from "@kith/core-tensors";
import { type Dropout, type Input, linear } from "./linear.ts";
import { aggregate, type Neighbourhood, ownRows, type Weights } from "./neighbourhood.ts";

/** How the neighbours of a node become one vector. */
export type Aggregator = "mean" | "gcn" | "pool";

/**
 * A layer of GraphSAGE (Hamilton et al., NeurIPS 2017, https://arxiv.org/abs/1706.02216, section 3.3, as the authors' program has it), without its activation.
 * Node and neighbours have weights of their own and stand side by side, so that the width doubles; "gcn" takes one mean of both:
 *
 * - "mean": [x W_self ‖ mean(x_N) W_neighbours]
 * - "pool": [x W_self ‖ max(ReLU(x_N W_pool + b_pool)) W_neighbours]
 * - "gcn": mean(x_N, x) W, over a graph in which nodes are their own neighbours
 *
 * The graph's rows sum to 1.
 * @param weights by those names: `self`, `neighbours` and for "pool" `pool` and `poolBias`; for "gcn" `weight`
 */
export function sageConvolution(
  at: Neighbourhood,
  x: Input,
  weights: Weights,
  aggregator: Aggregator,
  noise?: Dropout,
): Tensor {
  if (aggregator === "gcn") return aggregate(at, linear(x, weights.weight, noise));
  const own = ownRows(at, linear(x, weights.self, noise));
  if (aggregator === "mean")
    return concat([own, aggregate(at, linear(x, weights.neighbours, noise))]);
  const graph = at.rows ? new SparseMatrix(rowsOf(at.graph, at.rows), { scoped: true }) : at.graph;
  const messages = relu(addBias(linear(x, weights.pool, noise), weights.poolBias));
  return concat([own, matmul(propagateMax(graph, messages), weights.neighbours)]);
}
