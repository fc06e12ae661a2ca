import { kernels } from "../backend.ts";
import { OptionError, ShapeError } from "../errors.ts";
import { checkMatrix } from "../ops/check.ts";
import { checkIds, idsOnHeap, Tensor } from "../tensor.ts";
import { DotTiles, scaledGradient } from "./dot-tiles.ts";

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

  const n = queries.rows;
  const biases = bias && Tensor.from(bias);
  const losses = Tensor.empty([n]);
  const loss = Tensor.empty([], {
    parents: [queries, keys],
    backward(dy, give) {
      if (queries.requiresGradient) give.dense(queries, ...scaledGradient(dy, tiles.dQueries));
      if (keys.requiresGradient) give.dense(keys, ...scaledGradient(dy, tiles.dKeys));
    },
  });
  const tiles = new DotTiles(queries, keys, temperature);
  const ids = idsOnHeap(targets);
  tiles.run((scores, begin, end) => {
    const own = losses.slice(begin, end).data;
    const [columns, wanted, share] = [keys.rows, ids.subarray(begin, end), 1 / n]; // the share makes the gradient that of the mean
    kernels().softmaxCrossEntropy(own, scores, columns, wanted, share, biases?.data, epsilon);
  });
  loss.data[0] = kernels().sum(losses.data) / n;
  return loss;
}
