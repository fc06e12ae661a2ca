import type { ItemPairs } from "@kith/data";
import type { PrecisionRecallCurve } from "@kith/metrics";
import {
  type Epoch,
  evaluatePairs,
  type ItemRecommender,
  type PairScorer,
} from "@kith/recommender";
import type { ArticleSplit } from "./article-split.ts";

/** How well some pairs are told from others. */
export interface Told {
  readonly auc: number;
  readonly averagePrecision: number;
}

/** What a training gave. */
export interface Measured {
  readonly all: Told;
  readonly seen: Told;
  /** Pairs with an item that training has not seen; undefined where the model does not know it. */
  readonly unseen?: Told;
  readonly seconds: number;
  /** Items of walks, or pairs with their negatives, that training went through in a second. */
  readonly perSecond: number;
  readonly epochs: readonly {
    readonly epoch: number;
    readonly loss: number;
    readonly auc: number;
    readonly seconds: number;
  }[];
  readonly curves: { readonly all: Curve; readonly seen: Curve };
}

/** A precision–recall curve as JSON: three decimals are more than a picture shows. */
export interface Curve {
  readonly precision: readonly number[];
  readonly recall: readonly number[];
}

/**
 * Trains a model and tells the held-out pairs with it.
 * @param perEpoch pairs of an epoch, of a model whose epochs do not count their tokens
 */
export async function measured<Data>(
  model: ItemRecommender<Data>,
  data: Data,
  split: ArticleSplit,
  perEpoch?: number,
): Promise<Measured> {
  const epochs: Epoch[] = [];
  const validation = { data: split.seen, metrics: ["auc"] };
  for await (const epoch of model.train(data, { validation })) epochs.push(epoch);
  const seconds = epochs.reduce((sum, epoch) => sum + epoch.seconds, 0);
  const units = epochs.reduce((sum, { tokens = perEpoch ?? 0 }) => sum + tokens, 0);
  return {
    ...(await told(model, split)),
    seconds,
    perSecond: units / seconds,
    epochs: epochs.map(({ epoch, loss, seconds, validation }) => ({
      epoch,
      loss,
      seconds,
      auc: validation?.auc ?? Number.NaN,
    })),
  };
}

/** Tells the parts of a split with a model. */
export async function told(
  model: PairScorer,
  split: ArticleSplit,
): Promise<Pick<Measured, "all" | "seen" | "unseen" | "curves">> {
  const of = async (pairs: ItemPairs) => {
    const { metrics, curve } = await evaluatePairs(model, pairs, {
      metrics: ["auc", "average-precision"],
    });
    return {
      told: { auc: metrics.auc, averagePrecision: metrics["average-precision"] },
      curve: rounded(curve),
    };
  };
  const all = await of(split.all);
  const seen = await of(split.seen);
  const knows = model.pairScores(split.unseen).known.some((known) => known === 1);
  return {
    all: all.told,
    seen: seen.told,
    ...(knows && { unseen: (await of(split.unseen)).told }),
    curves: { all: all.curve, seen: seen.curve },
  };
}

function rounded({ precision, recall }: PrecisionRecallCurve): Curve {
  const short = (values: Float64Array) =>
    Array.from(values, (value) => Math.round(value * 1000) / 1000);
  return { precision: short(precision), recall: short(recall) };
}
