import { kernels } from "../backend.ts";
import { ShapeError } from "../errors.ts";
import type { SparseMatrix } from "../sparse-matrix.ts";
import { Tensor } from "../tensor.ts";
import { checkMatrix } from "./check.ts";

/**
 * A number of each edge for each head: targets[i] + sources[j] for entry k = (i, j) of a graph [n, m], with targets [n, heads] and sources
 * [m, heads]. Shape [entries, heads]. The graph's values have no part in it.
 * @throws ShapeError when there is not one row for each row and each column of the graph
 */
export function edgeSums(graph: SparseMatrix, targets: Tensor, sources: Tensor): Tensor {
  const heads = targets.columns;
  checkNodes("edgeSums", targets, graph.rows, heads);
  checkNodes("edgeSums", sources, graph.columns, heads);
  const y = Tensor.empty([graph.entries, heads], {
    parents: [targets, sources],
    backward(dy, give) {
      if (targets.requiresGradient) {
        const dTargets = Tensor.empty(targets.shape);
        kernels().segmentSum(dTargets.data, graph.offsets, dy.data, heads, undefined);
        give.dense(targets, dTargets, true);
      }
      if (sources.requiresGradient) {
        const order = orderOf(graph);
        const dSources = Tensor.empty(sources.shape);
        const { offsets } = graph.transposed();
        kernels().segmentSum(dSources.data, offsets, dy.data, heads, order());
        give.dense(sources, dSources, true);
      }
    },
  });
  kernels().edgeSums(y.data, graph, targets.data, sources.data, heads);
  return y;
}

/**
 * The dot product of the two ends of each edge: targets[i] · sources[j] for entry k = (i, j) of a graph [n, m], with targets [n, dim] and sources [m, dim]. Shape [entries, 1].
 * Of a dense product these are the entries that the graph has, and only they are computed. The graph's values have no part in it.
 * @throws ShapeError when there is not one row for each row and each column of the graph
 */
export function edgeDots(graph: SparseMatrix, targets: Tensor, sources: Tensor): Tensor {
  const dim = targets.columns;
  checkNodes("edgeDots", targets, graph.rows, dim);
  checkNodes("edgeDots", sources, graph.columns, dim);
  const y = Tensor.empty([graph.entries, 1], {
    parents: [targets, sources],
    backward(dy, give) {
      if (targets.requiresGradient) {
        const dTargets = Tensor.empty(targets.shape);
        kernels().spmmHeads(dTargets.data, graph, dy.data, sources.data, dim, 1, undefined);
        give.dense(targets, dTargets, true);
      }
      if (sources.requiresGradient) {
        const order = orderOf(graph);
        const dSources = Tensor.empty(sources.shape);
        const transposed = graph.transposed();
        kernels().spmmHeads(dSources.data, transposed, dy.data, targets.data, dim, 1, order());
        give.dense(sources, dSources, true);
      }
    },
  });
  kernels().edgeDots(y.data, graph, targets.data, sources.data, dim, 1);
  return y;
}

/**
 * Softmax over the edges of each row of a graph, for each head by itself: x [entries, heads]. Rows without edges have no part in it.
 * @throws ShapeError when x has not one row for each entry
 */
export function segmentSoftmax(graph: SparseMatrix, x: Tensor): Tensor {
  checkNodes("segmentSoftmax", x, graph.entries, x.columns);
  const y = Tensor.empty(x.shape, {
    parents: [x],
    backward(dy, give) {
      const dx = Tensor.empty(x.shape);
      kernels().segmentSoftmaxBackward(dx.data, graph.offsets, y.data, dy.data, x.columns);
      give.dense(x, dx, true);
    },
  });
  kernels().segmentSoftmax(y.data, graph.offsets, x.data, x.columns);
  return y;
}

/**
 * One step of propagation with weights that are computed: y[i] = Σⱼ w[k] x[j] over the entries k = (i, j) of a graph [n, m], for x [m, dim]
 * and weights [entries, heads], each of whose columns is that of one of `heads` equal shares of x's columns. The graph's values have no part in it.
 * @throws ShapeError when weights or x do not fit the graph, or dim is no multiple of heads
 */
export function propagateWeighted(graph: SparseMatrix, weights: Tensor, x: Tensor): Tensor {
  const name = "propagateWeighted";
  checkNodes(name, weights, graph.entries, weights.columns);
  checkNodes(name, x, graph.columns, x.columns);
  const [dim, heads] = [x.columns, weights.columns];
  if (dim % heads !== 0)
    throw new ShapeError(name, `a multiple of ${heads} columns, for as many heads`, x.shape);
  const y = Tensor.empty([graph.rows, dim], {
    parents: [weights, x],
    backward(dy, give) {
      if (x.requiresGradient) {
        const order = orderOf(graph);
        const dx = Tensor.empty(x.shape);
        const transposed = graph.transposed();
        kernels().spmmHeads(dx.data, transposed, weights.data, dy.data, dim, heads, order());
        give.dense(x, dx, true);
      }
      if (weights.requiresGradient) {
        const dWeights = Tensor.empty(weights.shape);
        kernels().edgeDots(dWeights.data, graph, dy.data, x.data, dim, heads);
        give.dense(weights, dWeights, true);
      }
    },
  });
  kernels().spmmHeads(y.data, graph, weights.data, x.data, dim, heads, undefined);
  return y;
}

/** The order of a graph's transposed entries, made together with the transpose before anything that is allocated later could detach a view. */
function orderOf(graph: SparseMatrix): () => Uint32Array {
  graph.transposed();
  graph.transposedOrder();
  return () => graph.transposedOrder();
}

function checkNodes(operation: string, x: Tensor, rows: number, columns: number): void {
  checkMatrix(operation, x);
  if (x.rows !== rows || x.columns !== columns)
    throw new ShapeError(operation, [rows, columns], x.shape);
}
