import { kernels } from "../backend.ts";
import { ShapeError } from "../errors.ts";
import { checkMatrix } from "../ops/check.ts";
import type { SparseMatrix } from "../sparse-matrix.ts";
import { Tensor } from "../tensor.ts";
import { DotTiles, scaledGradient } from "./dot-tiles.ts";

/**
 * The multinomial negative log-likelihood of a softmax over dot products (Liang et al., WWW 2018, https://arxiv.org/abs/1802.05814, equation 2): the mean over rows of
 * −Σᵢ counts[r, i] ln softmax(queries · keysᵀ + bias)[r, i], for queries [n, dim], keys [m, dim], bias [m] and sparse counts [n, m]. The n × m scores exist only a
 * tile at a time: gradients are formed in the same pass.
 * @throws ShapeError when dimensions differ or there is no row
 */
export function dotMultinomialLoss(
  queries: Tensor,
  keys: Tensor,
  bias: Tensor,
  counts: SparseMatrix,
): Tensor {
  const name = "dotMultinomialLoss";
  checkMatrix(name, queries);
  checkMatrix(name, keys);
  const [n, m] = [queries.rows, keys.rows];
  if (queries.columns !== keys.columns)
    throw new ShapeError(name, [m, queries.columns], keys.shape);
  if (bias.shape.length !== 1 || bias.size !== m) throw new ShapeError(name, [m], bias.shape);
  if (n === 0) throw new ShapeError(name, "at least one query", queries.shape);
  if (counts.rows !== n || counts.columns !== m)
    throw new ShapeError(name, [n, m], [counts.rows, counts.columns]);

  const losses = Tensor.empty([n]);
  const dBias = Tensor.zeros(bias.shape);
  const ofTile = Tensor.empty(bias.shape);
  const loss = Tensor.empty([], {
    parents: [queries, keys, bias],
    backward(dy, give) {
      if (queries.requiresGradient) give.dense(queries, ...scaledGradient(dy, tiles.dQueries));
      if (keys.requiresGradient) give.dense(keys, ...scaledGradient(dy, tiles.dKeys));
      give.dense(bias, ...scaledGradient(dy, dBias));
    },
  });
  const tiles = new DotTiles(queries, keys);
  const k = kernels();
  tiles.run((scores, begin, end) => {
    const rows = {
      rows: end - begin,
      columns: m,
      offsets: counts.offsets.subarray(begin, end + 1),
      indices: counts.indices,
      values: counts.values,
    };
    k.multinomialCrossEntropy(losses.slice(begin, end).data, scores, rows, bias.data, 1 / n);
    if (!bias.requiresGradient) return;
    k.columnSums(ofTile.data, scores);
    k.combine(dBias.data, 1, dBias.data, 1, ofTile.data);
  });
  loss.data[0] = k.sum(losses.data) / n;
  return loss;
}
