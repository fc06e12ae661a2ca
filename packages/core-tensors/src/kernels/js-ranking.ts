import type { Kernels, RankingRules } from "./kernels.ts";

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const slopeOf = (s: number): number => s * (1 - s);

/** The references of the kernels that compare one score of a row with all others. */
export const rankingKernels: Pick<Kernels, "rankingLoss" | "rankCounts"> = {
  rankingLoss(losses, dx, x, columns, rules) {
    const lossOf = rules.loss === "bpr" || rules.loss === "top1" ? plainLoss : maxLoss;
    for (let r = 0; r < losses.length; r++) {
      const row = x.subarray(r * columns, (r + 1) * columns);
      losses[r] = lossOf(dx.subarray(r * columns, (r + 1) * columns), row, r, rules);
    }
  },

  rankCounts(above, equal, x, columns, targets) {
    for (let r = 0; r < targets.length; r++) {
      const row = x.subarray(r * columns, (r + 1) * columns);
      const target = row[targets[r]];
      above[r] = row.reduce((count, score) => count + Number(!(score <= target)), 0);
      equal[r] = Math.max(0, row.reduce((count, score) => count + Number(score === target), 0) - 1);
    }
  },
};

/** BPR and TOP1: every negative counts the same. */
function plainLoss(
  dx: Float32Array,
  x: Float32Array,
  positive: number,
  { loss, scale }: RankingRules,
): number {
  const share = loss === "bpr" ? 1 : 1 / x.length;
  let [total, pull] = [0, 0];
  for (let j = 0; j < x.length; j++) {
    if (j === positive) continue;
    const gap = x[j] - x[positive];
    const p = sigmoid(gap);
    const q = sigmoid(x[j] ** 2);
    const [value, push, further] =
      loss === "bpr"
        ? [Math.max(gap, 0) + Math.log1p(Math.exp(-Math.abs(gap))), p, 0]
        : [p + q, slopeOf(p), 2 * x[j] * slopeOf(q)];
    total += share * value;
    dx[j] = scale * share * (push + further);
    pull += push;
  }
  dx[positive] = -scale * share * pull;
  return total;
}

/** BPR-max and TOP1-max: negatives weighted by their softmax. */
function maxLoss(
  dx: Float32Array,
  x: Float32Array,
  positive: number,
  { loss, penalty, scale }: RankingRules,
): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < x.length; j++) if (j !== positive && x[j] > largest) largest = x[j];
  const weights = Float64Array.from(x, (s, j) => (j === positive ? 0 : Math.exp(s - largest)));
  const total = weights.reduce((sum, weight) => sum + weight, 0) || 1;
  let [mean, slope, square] = [0, 0, 0];
  for (let j = 0; j < x.length; j++) {
    const w = weights[j] / total;
    const p = loss === "bpr-max" ? sigmoid(x[positive] - x[j]) : sigmoid(x[j] - x[positive]);
    mean += w * (loss === "bpr-max" ? p : p + sigmoid(x[j] ** 2));
    slope += w * slopeOf(p);
    square += w * x[j] ** 2;
  }
  const share = 1 / (mean + 1e-24);
  for (let j = 0; j < x.length; j++) {
    const w = weights[j] / total;
    if (loss === "bpr-max") {
      const p = sigmoid(x[positive] - x[j]);
      const penalised = penalty * (x[j] ** 2 - square + 2 * x[j]);
      dx[j] = scale * w * (share * (slopeOf(p) - (p - mean)) + penalised);
    } else {
      const [p, q] = [sigmoid(x[j] - x[positive]), sigmoid(x[j] ** 2)];
      dx[j] = scale * w * (p + q - mean + slopeOf(p) + 2 * x[j] * slopeOf(q));
    }
  }
  dx[positive] = -scale * slope * (loss === "bpr-max" ? share : 1);
  return loss === "bpr-max" ? -Math.log(mean + 1e-24) + penalty * square : mean;
}
