import {
  add,
  addAll,
  bprLoss,
  dotSoftmaxCrossEntropy,
  gather,
  matmul,
  mean,
  normalizeRows,
  rowDot,
  scale,
  softplus,
  sum,
  sumOfSquares,
  type Tensor,
} from "@kith/core-tensors";
import type { Distinct, DistinctIds } from "@kith/sampling";
import type { RankingSettings } from "./ranking-options.ts";

/** The nodes of a batch as the model sees them: a row for each distinct one. */
export interface Embedded {
  /** [nodes, dim]: the score of two nodes is the dot product of their rows. */
  readonly embeddings: Tensor;
  /** [nodes, …]: what the L2 penalty is on. */
  readonly penalised: Tensor;
}

/**
 * The loss of a batch: BPR on (user, liked, unseen); the softmax over items of the cosine divided by a temperature, whose keys are the liked items
 * and the negatives that all rows share; or that of GraphSAGE (equation 1) on nodes that walks bring together. And λ/2 ‖·‖² of what is penalised, over the batch.
 * @param positions where the users, liked items and others of the batch stand among the nodes
 */
export function rankingLoss(
  { embeddings, penalised }: Embedded,
  { positions: [u, i, j] }: Distinct,
  { loss, regularization, temperature }: RankingSettings,
  distinct: DistinctIds,
): Tensor {
  let ranking: Tensor;
  if (loss === "bpr") {
    const eu = gather(embeddings, u);
    ranking = bprLoss(rowDot(eu, gather(embeddings, i)), rowDot(eu, gather(embeddings, j)));
  } else if (loss === "walks") {
    // −ln σ(zᵤ · zᵥ) − Σ ln σ(−zᵤ · zₙ) over the negatives that all rows share
    const eu = gather(embeddings, u);
    const near = mean(softplus(scale(rowDot(eu, gather(embeddings, i)), -1)));
    const far = sum(softplus(matmul(eu, gather(embeddings, j), { transposeB: true })));
    ranking = add(near, scale(far, 1 / u.length));
  } else {
    const keys = distinct.of([i, j]); // each item once, liked or not; a row's target is where its liked item stands
    const [queries, items] = [gather(embeddings, u), gather(embeddings, keys.ids)];
    ranking = dotSoftmaxCrossEntropy(
      normalizeRows(queries),
      normalizeRows(items),
      keys.positions[0],
      { temperature },
    );
  }
  if (regularization === 0) return ranking;
  const squares = (loss === "bpr" ? [u, i, j] : [u, i]).map((rows) =>
    sumOfSquares(gather(penalised, rows)),
  );
  return add(ranking, scale(addAll(squares), regularization / 2 / u.length));
}

/** x[r] / ‖x[r]‖^power, in place; zero rows stay. */
export function divideByLength(x: Tensor, power: number): void {
  const { data, columns } = x;
  for (let begin = 0; begin < data.length; begin += columns) {
    const row = data.subarray(begin, begin + columns);
    const factor = row.reduce((sum, value) => sum + value * value, 0) ** (-power / 2);
    if (Number.isFinite(factor)) for (let j = 0; j < columns; j++) row[j] *= factor;
  }
}
