import {
  Adam,
  add,
  gather,
  mean,
  multiply,
  normal,
  Rng,
  rowDot,
  scale,
  softplus,
  Tensor,
  sum as total,
} from "@kith/core-tensors";
import { evaluatePairs } from "@kith/recommender";
import { AliasTable } from "@kith/sampling";
import { vectorScorer } from "../pair-scorers.ts";
import type { ArticleSplit } from "./article-split.ts";
import { type CurvePoint, cosineRate, type EnactedSettings, repeated, shareOf } from "./enacted.ts";

/** What is wrong with the article's matrix factorisation, each to be switched off by itself. */
export interface MatrixDefects {
  /** The learning rate falls within each epoch and jumps back, instead of once over all of them. */
  readonly restarts: boolean;
  /** One table of vectors for both sides of a pair. */
  readonly sharedTable: boolean;
  /** Vectors start from N(0, 1) in each dimension, which makes products of about ±√dim, instead of N(0, 1/dim). */
  readonly wideStart: boolean;
  /** The penalty is on the whole table at each step. Adam divides a gradient by its own size, so rows that a step does not use lose as much as the rate is. */
  readonly densePenalty: boolean;
}

/** Of the article: the penalty's weight, Adam's rate, negatives for each pair. */
const PENALTY = 1e-6;
/** Instead of none: next to Adam's ε it is nothing, and it keeps the means of idle rows from becoming subnormal numbers, with which processors are slow. */
const NEXT_TO_NONE = 1e-12;
const RATE = 0.01;
const NEGATIVES = 5;

/**
 * Matrix factorisation on pairs as the article's code does it, with its defects as asked for: binary cross-entropy of σ(x_a · y_b) with Adam. Written anew
 * for this page; only the loss, the optimiser, the schedule and the start are the article's.
 */
export async function enactMatrix(
  { train, seen }: ArticleSplit,
  { restarts, sharedTable, wideStart, densePenalty }: MatrixDefects,
  { dim, epochs, batch, measurements, seed }: EnactedSettings,
): Promise<CurvePoint[]> {
  const rng = new Rng(seed).fork("matrix");
  const { items, length } = train;
  const start = wideStart ? 1 : 1 / Math.sqrt(dim);
  const table = (name: string) =>
    normal(Tensor.parameter([items.size, dim]), rng.fork(name), start);
  const left = table("left");
  const right = sharedTable ? left : table("right");
  const tables = sharedTable ? [left] : [left, right];
  const adam = new Adam(tables, { learningRate: RATE });
  const frequencies = new Float64Array(items.size);
  for (const side of [train.source, train.target]) for (const item of side) frequencies[item]++;
  const negatives = new AliasTable(frequencies.map((count) => count ** 0.75));

  const curve: CurvePoint[] = [];
  const steps = Math.ceil(length / batch);
  const draws = rng.fork("draws");
  const order = Uint32Array.from({ length }, (_, row) => row);
  for (let epoch = 0; epoch < epochs; epoch++) {
    draws.shuffle(order);
    for (let step = 0; step < steps; step++) {
      const rows = order.subarray(step * batch, (step + 1) * batch);
      const turned = rows.map(() => draws.below(2)); // either item may be the left one
      const a = rows.map((row, n) => (turned[n] ? train.target : train.source)[row]);
      const b = rows.map((row, n) => (turned[n] ? train.source : train.target)[row]);
      const ranked = repeated(b, 1 + NEGATIVES); // and all but the first time something else in its place
      for (let n = b.length; n < ranked.length; n++) ranked[n] = negatives.draw(draws);
      const signs = new Float32Array(ranked.length).fill(1).fill(-1, 0, b.length);
      adam.options.learningRate =
        RATE * cosineRate(shareOf(restarts, { epoch, epochs, step, steps }));
      adam.minimize(() => {
        const scores = rowDot(gather(left, repeated(a, 1 + NEGATIVES)), gather(right, ranked));
        const loss = mean(softplus(multiply(Tensor.from(signs), scores)));
        const weight = densePenalty ? PENALTY : NEXT_TO_NONE;
        return tables.reduce((all, x) => add(all, scale(total(rowDot(x, x)), weight)), loss);
      });
      if (
        Math.floor(((step + 1) * measurements) / steps) ===
        Math.floor((step * measurements) / steps)
      )
        continue;
      const scorer = vectorScorer(items, dim, {
        left: { data: left.data, width: dim },
        right: { data: right.data, width: dim },
        cosine: false,
      });
      const { metrics } = await evaluatePairs(scorer, seen, { metrics: ["auc"] });
      curve.push({ epoch: epoch + (step + 1) / steps, auc: metrics.auc });
    }
  }
  for (const owner of [adam, ...tables]) owner.dispose();
  return curve;
}
