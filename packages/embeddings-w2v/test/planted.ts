import { Rng } from "@kith/core-tensors";
import { ItemPairs, Sequences } from "@kith/data";
import { evaluatePairs, type ItemRecommender } from "@kith/recommender";

/** Groups of items that occur together: item n of group g is "g-n". */
export interface Planted {
  readonly groups: number;
  readonly size: number;
}

export const PLANTED: Planted = { groups: 4, size: 8 };

/** Sequences whose items are all of one group, drawn uniformly. */
export function plantedSequences(
  count: number,
  { length = 8, seed = 1, of = PLANTED }: { length?: number; seed?: number; of?: Planted } = {},
): Sequences {
  const rng = new Rng(seed);
  return Sequences.from(
    Array.from({ length: count }, (_, s) =>
      Array.from({ length }, () => `${s % of.groups}-${rng.below(of.size)}`),
    ),
  );
}

/** Pairs of items of one group, each with the next few in a ring, so that the graph is one ring for each group. */
export function plantedPairs({ groups, size }: Planted = PLANTED): ItemPairs {
  const pairs: [string, string][] = [];
  for (let g = 0; g < groups; g++)
    for (let n = 0; n < size; n++)
      for (const step of [1, 2]) pairs.push([`${g}-${n}`, `${g}-${(n + step) % size}`]);
  return ItemPairs.from(pairs);
}

/** The AUC of telling pairs of one group from pairs of two. */
export async function plantedAuc(
  model: ItemRecommender<never>,
  { groups, size }: Planted = PLANTED,
): Promise<number> {
  const items = Array.from({ length: groups * size }, (_, n) => ({
    id: `${Math.floor(n / size)}-${n % size}`,
    group: Math.floor(n / size),
  }));
  const test = items.flatMap((a, n) =>
    items
      .slice(n + 1)
      .map((b) => ({ source: a.id, target: b.id, label: Number(a.group === b.group) })),
  );
  const { metrics } = await evaluatePairs(model, ItemPairs.from(test), { metrics: ["auc"] });
  return metrics.auc;
}
