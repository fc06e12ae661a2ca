import type { Features, Id, Sequences } from "@kith/data";
import { Eges, type EgesOptions } from "@kith/embeddings-w2v";
import { evaluatePairs, type PairScorer } from "@kith/recommender";
import { popularityScorer } from "../pair-scorers.ts";
import type { ArticleSplit } from "./article-split.ts";

const K = 20;

/** How items that training has never seen are ranked by what is known about them. */
export interface ColdItems {
  /** Pairs of such an item, of both labels. */
  readonly pairs: number;
  readonly items: number;
  readonly auc: number;
  readonly aucByPopularity: number;
  /** Share of the held-out partners among the first 20 of all trained items, mean over the cold items; by the model, by popularity, by chance. */
  readonly recall: { readonly model: number; readonly popularity: number; readonly chance: number };
}

/** Trains with side information and ranks partners for the cold items, which have at least one among the trained ones. */
export async function coldItems(
  {
    split,
    walks,
    features,
  }: { readonly split: ArticleSplit; readonly walks: Sequences; readonly features: Features },
  options: EgesOptions,
  seed: number,
): Promise<ColdItems> {
  const model = new Eges({ ...options, seed });
  await model.fit({ graph: walks, features });
  const { train, unseen } = split;
  const auc = async (scorer: PairScorer) =>
    (await evaluatePairs(scorer, unseen, { metrics: ["auc"] })).metrics.auc;
  const trained = new Set<Id>(train.items.ids().filter((id) => model.items.has(id))); // an item paired with itself alone is in no walk
  const partners = new Map<Id, Set<Id>>();
  for (const { source, target, label } of unseen.rows())
    for (const [cold, warm] of [
      [source, target],
      [target, source],
    ])
      if (label === 1 && !trained.has(cold) && trained.has(warm) && model.items.has(cold))
        partners.set(cold, (partners.get(cold) ?? new Set()).add(warm));
  const cold = [...partners.keys()];
  const counts = new Uint32Array(train.items.size);
  for (const side of [train.source, train.target]) for (const item of side) counts[item]++;
  const popular = [...counts.keys()]
    .sort((a, b) => counts[b] - counts[a] || a - b)
    .slice(0, K)
    .map((item) => train.items.id(item));
  const rankings = model.recommendBatch(cold, { k: K, allow: trained });
  const recall = (first: (n: number) => readonly Id[]) => {
    const shares = cold.map((item, n) => {
      const own = partners.get(item) as Set<Id>;
      return first(n).filter((id) => own.has(id)).length / own.size;
    });
    return shares.reduce((sum, share) => sum + share, 0) / shares.length;
  };
  const result = {
    pairs: unseen.length,
    items: cold.length,
    auc: await auc(model),
    aucByPopularity: await auc(popularityScorer(train, unseen.items)),
    recall: {
      model: recall((n) => rankings[n].items),
      popularity: recall(() => popular),
      chance: K / trained.size,
    },
  };
  model.dispose();
  return result;
}
