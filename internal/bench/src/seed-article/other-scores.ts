import type { ItemPairs } from "@kith/data";
import {
  decodeModelFile,
  evaluatePairs,
  type ItemRecommender,
  type PairScorer,
} from "@kith/recommender";
import { vectorScorer } from "../pair-scorers.ts";
import type { ArticleSplit } from "./article-split.ts";

/** The AUC of all and of seen pairs by another score than the cosine, made of the same vectors. */
export interface OtherScores {
  readonly dot: Aucs;
  /** By the product of one item's vector and the other's vector as a target, which is what training makes large. */
  readonly target: Aucs;
}

interface Aucs {
  readonly all: number;
  readonly seen: number;
}

/** Tells the pairs by the scores beside the cosine that a trained skip-gram's tables allow. */
export async function otherScores<Data>(
  model: ItemRecommender<Data>,
  { all, seen }: Pick<ArticleSplit, "all" | "seen">,
): Promise<OtherScores> {
  const auc = async (scorer: PairScorer, pairs: ItemPairs) =>
    (await evaluatePairs(scorer, pairs, { metrics: ["auc"] })).metrics.auc;
  const both = async (scorer: PairScorer) => ({
    all: await auc(scorer, all),
    seen: await auc(scorer, seen),
  });
  const { shape, data } = model.vectors();
  const target = decodeModelFile(model.save()).tensors["items.target"];
  const byTarget = vectorScorer(model.items, shape[1], {
    left: { data, width: shape[1] },
    right: { data: target.data as Float32Array, width: target.shape[1] },
    cosine: false,
  });
  const byDot = {
    items: model.items,
    pairScores: (pairs: ItemPairs) => model.pairScores(pairs, "dot"),
  };
  return { dot: await both(byDot), target: await both(byTarget) };
}
