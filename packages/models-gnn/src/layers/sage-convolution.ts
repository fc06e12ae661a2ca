import {
  addBias,
  concat,
  matmul,
  multiply,
  propagateMax,
  relu,
  rowsOf,
  SparseMatrix,
  Tensor,
} from "@kith/core-tensors";
import { type Dropout, type Input, linear } from "./linear.ts";
import { lstm, lstmShapes } from "./lstm.ts";
import { type Draws, type Neighbourhood, ownRows } from "./neighbourhood.ts";
import { propagateLinear } from "./propagate-linear.ts";
import type { Shapes, Weights } from "./weights.ts";

/** How the neighbours of a node become one vector. */
export type Aggregator = "mean" | "gcn" | "pool" | "lstm";

/** Neighbours that an LSTM reads where none were drawn. */
const SPREAD = 10;

/** The weights of a layer of GraphSAGE whose result has `outputs` numbers, an even number but for "gcn". */
export function sageShapes(aggregator: Aggregator, inputs: number, outputs: number): Shapes {
  if (aggregator === "gcn") return { weight: [inputs, outputs] };
  const half = outputs / 2;
  const both = { self: [inputs, half], neighbours: [inputs, half] };
  if (aggregator === "mean") return both;
  if (aggregator === "pool") return { ...both, pool: [inputs, inputs], poolBias: [inputs] };
  return { ...both, ...lstmShapes(inputs) };
}

/**
 * A layer of GraphSAGE (Hamilton et al., NeurIPS 2017, https://arxiv.org/abs/1706.02216, section 3.3, as the authors' program has it), without its activation.
 * Node and neighbours have weights of their own and stand side by side; "gcn" takes one mean of both:
 *
 * - "mean": [x W_self ‖ mean(x_N) W_neighbours]
 * - "pool": [x W_self ‖ max(ReLU(x_N W_pool + b_pool)) W_neighbours]
 * - "lstm": [x W_self ‖ LSTM(x_N in random order) W_neighbours], over neighbours that were drawn
 * - "gcn": mean(x_N, x) W, over a graph in which nodes are their own neighbours
 *
 * The graph's rows sum to 1. Targets without neighbours have zeros for theirs.
 * @param weights as `sageShapes` names them
 */
export function sageConvolution(
  at: Neighbourhood,
  x: Input,
  weights: Weights,
  aggregator: Aggregator,
  noise?: Dropout,
): Tensor {
  if (aggregator === "gcn") return propagateLinear(at, x, weights.weight, noise);
  const own =
    x instanceof SparseMatrix
      ? ownRows(at, linear(x, weights.self, noise))
      : linear(ownRows(at, x), weights.self, noise);
  return concat([own, ofNeighbours(at, x, weights, aggregator, noise)]);
}

function ofNeighbours(
  at: Neighbourhood,
  x: Input,
  weights: Weights,
  aggregator: "mean" | "pool" | "lstm",
  noise: Dropout | undefined,
): Tensor {
  if (aggregator === "mean") return propagateLinear(at, x, weights.neighbours, noise);
  if (aggregator === "lstm")
    return matmul(readInOrder(at, x as Tensor, weights), weights.neighbours);
  const graph = at.rows ? new SparseMatrix(rowsOf(at.graph, at.rows), { scoped: true }) : at.graph;
  const messages = relu(addBias(linear(x, weights.pool, noise), weights.poolBias));
  return matmul(propagateMax(graph, messages), weights.neighbours);
}

/** What an LSTM makes of the neighbours that were drawn for each target; zeros where there are none. */
function readInOrder({ graph, draws }: Neighbourhood, x: Tensor, weights: Weights): Tensor {
  const { places, fanOut } = draws ?? spread(graph);
  const steps = Array.from({ length: fanOut }, (_, n) =>
    Uint32Array.from({ length: graph.rows }, (_, r) => places[r * fanOut + n]),
  );
  const state = lstm(x, steps, weights);
  const { offsets } = graph;
  const mask = Tensor.zeros(state.shape);
  for (let r = 0; r < graph.rows; r++)
    if (offsets[r] < offsets[r + 1]) mask.data.fill(1, r * x.columns, (r + 1) * x.columns);
  return multiply(state, mask);
}

/** Where nobody has drawn: neighbours at even distances in each row. */
function spread({ rows, offsets, indices }: SparseMatrix): Draws {
  const places = new Uint32Array(rows * SPREAD);
  for (let r = 0; r < rows; r++) {
    const [begin, count] = [offsets[r], offsets[r + 1] - offsets[r]];
    for (let n = 0; n < SPREAD; n++)
      places[r * SPREAD + n] = count === 0 ? r : indices[begin + Math.floor((n * count) / SPREAD)];
  }
  return { places, fanOut: SPREAD };
}
