import { kernels } from "../backend.ts";
import { OptionError, ShapeError } from "../errors.ts";
import { checkMatrix } from "../ops/check.ts";
import { checkIds, idsOnHeap, Tensor } from "../tensor.ts";

/** Scores held at a time: 8 MiB of them. */
const TILE = 1 << 21;

export interface DotSoftmaxOptions {
  /** Scores are divided by it. Default 1. */
  temperature?: number;
  /** Added to the score of each key [keys], such as −ln of its sampling probability (logQ correction). */
  bias?: Float32Array;
  /** Added to the target's probability, so that one that is all but impossible no longer pulls. Default 0. */
  epsilon?: number;
}

/**
 * The mean cross-entropy of a softmax over dot products: −ln softmax(queries · keysᵀ / temperature + bias)[targets], for queries [n, dim],
 * keys [m, dim] and one target key a query. With all items as keys it is the full softmax, with a sample of them the sampled one.
 * The n × m scores exist only a tile at a time: gradients are formed in the same pass.
 * @throws ShapeError when dimensions differ or a target is not a key
 */
export function dotSoftmaxCrossEntropy(
  queries: Tensor,
  keys: Tensor,
  targets: Uint32Array,
  { temperature = 1, bias, epsilon = 0 }: DotSoftmaxOptions = {},
): Tensor {
  const name = "dotSoftmaxCrossEntropy";
  checkMatrix(name, queries);
  checkMatrix(name, keys);
  if (queries.columns !== keys.columns)
    throw new ShapeError(name, [keys.rows, queries.columns], keys.shape);
  if (targets.length !== queries.rows || queries.rows === 0)
    throw new ShapeError(name, `one target for each of ${queries.rows} queries, at least one`, [
      targets.length,
    ]);
  if (bias && bias.length !== keys.rows) throw new ShapeError(name, [keys.rows], [bias.length]);
  if (!(temperature > 0))
    throw new OptionError(name, "temperature", `must be above 0, got ${temperature}`);
  if (!(epsilon >= 0)) throw new OptionError(name, "epsilon", `must be at least 0, got ${epsilon}`);
  checkIds(name, targets, keys.rows);

  const [n, m, dim] = [queries.rows, keys.rows, queries.columns];
  const biases = bias && Tensor.from(bias);
  const wanted = queries.requiresGradient || keys.requiresGradient;
  const dQueries = Tensor.empty(queries.shape);
  const dKeys = Tensor.empty(keys.shape);
  const loss = Tensor.empty([], {
    parents: [queries, keys],
    backward(dy, give) {
      for (const [to, gradient] of [
        [queries, dQueries],
        [keys, dKeys],
      ]) {
        const dx = Tensor.empty(to.shape);
        kernels().scale(dx.data, dy.item(), gradient.data);
        give.dense(to, dx, true);
      }
    },
  });
  const k = kernels();
  const scaledQueries = Tensor.empty(queries.shape);
  k.scale(scaledQueries.data, 1 / temperature, queries.data);
  const losses = Tensor.empty([n]);
  const rows = Math.max(1, Math.min(n, Math.floor(TILE / m)));
  const tile = Tensor.empty([rows, m]);
  const ids = idsOnHeap(targets);
  for (let begin = 0; begin < n; begin += rows) {
    const end = Math.min(n, begin + rows);
    const here = end - begin;
    const scores = tile.slice(0, here).data;
    const q = scaledQueries.slice(begin, end).data;
    k.gemm(scores, q, keys.data, { m: here, n: m, k: dim, transposeB: true });
    // The scale 1/n makes the gradient that of the mean; that of 1/temperature is in q for dKeys and added below for dQueries.
    k.softmaxCrossEntropy(
      losses.slice(begin, end).data,
      scores,
      m,
      ids.subarray(begin, end),
      1 / n,
      biases?.data,
      epsilon,
    );
    if (!wanted) continue;
    k.gemm(dQueries.slice(begin, end).data, scores, keys.data, { m: here, n: dim, k: m });
    k.gemm(dKeys.data, scores, q, { m, n: dim, k: here, transposeA: true, accumulate: begin > 0 });
  }
  if (wanted) k.scale(dQueries.data, 1 / temperature, dQueries.data);
  loss.data[0] = k.sum(losses.data) / n;
  return loss;
}
