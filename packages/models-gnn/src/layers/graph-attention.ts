import {
  add,
  dropout,
  edgeSums,
  headDots,
  leakyRelu,
  propagateWeighted,
  rowsOf,
  SparseMatrix,
  segmentSoftmax,
  Tensor,
} from "@kith/core-tensors";
import { type Dropout, type Input, linear } from "./linear.ts";
import { type Neighbourhood, ownRows } from "./neighbourhood.ts";
import type { Weights } from "./weights.ts";

/** LeakyReLU's slope in the scores of edges, as in the paper. */
const SLOPE = 0.2;

/**
 * Graph attention (Veličković et al., ICLR 2018, https://arxiv.org/abs/1710.10903, equations 1 to 5, without the activation and bias): each head h
 * averages the neighbours' x W by
 *
 *   αᵢⱼ = softmaxⱼ LeakyReLU(a_target · (x W)ᵢ + a_source · (x W)ⱼ)
 *
 * over the entries of row i, which should include i itself. Heads stand side by side: [targets, outputs]. Where the graph's values wᵢⱼ are not all 1, which the paper does not
 * have, ln wᵢⱼ is added to the scores: α is in proportion to w.
 * @param weights `weight` [inputs, outputs]; `target` and `source` [outputs]: a_target and a_source of all heads
 * @param noise drops numbers of x and coefficients α
 */
export function graphAttention(
  at: Neighbourhood,
  x: Input,
  { weight, target, source }: Weights,
  heads: number,
  noise?: Dropout,
): Tensor {
  const graph = at.rows ? new SparseMatrix(rowsOf(at.graph, at.rows), { scoped: true }) : at.graph;
  const h = linear(x, weight, noise);
  const scores = edgeSums(
    graph,
    headDots(ownRows(at, h), target, heads),
    headDots(h, source, heads),
  );
  const attention = segmentSoftmax(graph, weighed(graph, leakyRelu(scores, SLOPE)));
  const kept = noise ? dropout(attention, noise.rate, noise.rng.fork("attention")) : attention;
  return propagateWeighted(graph, kept, h);
}

/** Scores [entries, heads] with the logarithms of the edges' weights. */
function weighed({ values }: SparseMatrix, scores: Tensor): Tensor {
  if (values.every((weight) => weight === 1)) return scores;
  const priors = Tensor.empty(scores.shape);
  const { data, columns } = priors;
  for (let at = 0; at < data.length; at++) data[at] = Math.log(values[Math.floor(at / columns)]);
  return add(scores, priors);
}
