import { kernels } from "../backend.ts";
import { OptionError, ShapeError } from "../errors.ts";
import { type Activation, RANKING_LOSSES, type RankingLoss } from "../kernels/kernels.ts";
import { checkMatrix } from "../ops/check.ts";
import { idsOnHeap, Tensor } from "../tensor.ts";

export interface InBatchRankingOptions {
  /**
   * Which loss, with r the scores of a row, i its positive and j over all others; σ is the logistic function and s the softmax over the others alone:
   *
   * - "cross-entropy": −ln(softmax(r)ᵢ + 1e-24)
   * - "bpr": −Σⱼ ln σ(rᵢ − rⱼ) (Rendle et al., UAI 2009)
   * - "top1": 1/C Σⱼ σ(rⱼ − rᵢ) + σ(rⱼ²) for C scores (Hidasi et al., ICLR 2016)
   * - "bpr-max": −ln(Σⱼ sⱼ σ(rᵢ − rⱼ) + 1e-24) + λ Σⱼ sⱼ rⱼ² (Hidasi & Karatzoglou, CIKM 2018)
   * - "top1-max": Σⱼ sⱼ (σ(rⱼ − rᵢ) + σ(rⱼ²)) (the same)
   */
  loss: "cross-entropy" | RankingLoss;
  /** Added to the scores of each key, [keys]: as −ln of its sampling probability (logQ correction). For cross-entropy alone. */
  shift?: Float32Array;
  /** f in r = f(scores), not for cross-entropy, whose softmax is its own. Default none. */
  activation?: { readonly name: Activation; readonly alpha: number } | undefined;
  /** λ of "bpr-max". Default 1. */
  penalty?: number;
  /** The sum over the rows is divided by it. Default: their number. */
  divisor?: number;
}

/** Added to the probability of a target, as GRU4Rec's authors do: one that is all but impossible no longer pulls, which keeps large steps with dropout from running away. */
const LEAST = 1e-24;

/**
 * A loss over the scores queries · keysᵀ + bias, for queries [n, dim], keys [m, dim] and a bias of each key [m, 1], in which key r is the positive of row r and
 * all other keys are its negatives: the first n keys are the targets of the batch, each a negative of the other rows, and the m − n others negatives of all.
 * @throws ShapeError when dimensions do not fit or there are fewer keys than queries
 * @throws OptionError for an unknown loss, or a shift with another loss than cross-entropy
 */
export function inBatchRankingLoss(
  queries: Tensor,
  keys: Tensor,
  bias: Tensor,
  options: InBatchRankingOptions,
): Tensor {
  const name = "inBatchRankingLoss";
  checkMatrix(name, queries);
  checkMatrix(name, keys);
  const [n, m, dim] = [queries.rows, keys.rows, queries.columns];
  if (keys.columns !== dim) throw new ShapeError(name, [m, dim], keys.shape);
  if (n === 0 || m < n)
    throw new ShapeError(name, `at least 1 query, and a key for each of ${n}`, keys.shape);
  if (bias.size !== m) throw new ShapeError(name, [m, 1], bias.shape);
  const { loss, shift, activation, penalty = 1, divisor = n } = options;
  if (loss !== "cross-entropy" && !RANKING_LOSSES.includes(loss))
    throw new OptionError(
      name,
      "loss",
      `must be one of cross-entropy, ${RANKING_LOSSES.join(", ")}, got ${loss}`,
    );
  if (shift && loss !== "cross-entropy")
    throw new OptionError(name, "shift", `is for the loss cross-entropy, got ${loss}`);
  if (shift && shift.length !== m) throw new ShapeError(name, [m], [shift.length]);

  const dScores = Tensor.empty([n, m]);
  const value = Tensor.empty([], {
    parents: [queries, keys, bias],
    backward(dy, give) {
      const k = kernels();
      const [dQueries, dKeys] = [Tensor.empty(queries.shape), Tensor.empty(keys.shape)];
      const dBias = Tensor.empty(bias.shape);
      const factor = dy.item();
      if (factor !== 1) k.scale(dScores.data, factor, dScores.data);
      k.gemm(dQueries.data, dScores.data, keys.data, { m: n, n: dim, k: m });
      k.gemm(dKeys.data, dScores.data, queries.data, { m, n: dim, k: n, transposeA: true });
      k.columnSums(dBias.data, dScores.data);
      give.dense(queries, dQueries, true);
      give.dense(keys, dKeys, true);
      give.dense(bias, dBias, true);
    },
  });
  const losses = Tensor.empty([n]);
  const scores = loss === "cross-entropy" ? dScores : Tensor.empty([n, m]);
  const scale = 1 / divisor;
  if (loss === "cross-entropy") {
    const shifts = Tensor.empty([m]);
    if (shift) shifts.data.set(shift);
    else shifts.data.fill(0);
    kernels().combine(shifts.data, 1, shifts.data, 1, bias.data);
    const positives = idsOnHeap(Uint32Array.from({ length: n }, (_, r) => r));
    const k = kernels();
    k.gemm(scores.data, queries.data, keys.data, { m: n, n: m, k: dim, transposeB: true });
    k.softmaxCrossEntropy(losses.data, scores.data, m, positives, scale, shifts.data, LEAST);
  } else {
    const k = kernels();
    k.gemm(scores.data, queries.data, keys.data, { m: n, n: m, k: dim, transposeB: true });
    k.addBias(scores.data, scores.data, bias.data);
    const rules = { loss, penalty, scale };
    if (activation) {
      const activated = Tensor.empty([n, m]);
      const { name: f, alpha } = activation;
      k.activate(activated.data, f, alpha, scores.data);
      k.rankingLoss(losses.data, dScores.data, activated.data, m, rules);
      k.activateBackward(dScores.data, f, alpha, scores.data, activated.data, dScores.data);
    } else k.rankingLoss(losses.data, dScores.data, scores.data, m, rules);
  }
  value.data[0] = kernels().sum(losses.data) / divisor;
  return value;
}
