import type { Features, Sequences } from "@kith/data";
import { Eges, type EgesOptions, Item2Vec } from "@kith/embeddings-w2v";
import type { ArticleSplit } from "./article-split.ts";
import { type Told, told } from "./measured.ts";
import { thinned } from "./thinned.ts";

/** Shares of the items that keep what is known about them; the article had 39 %. */
export const SHARES: readonly number[] = [1, 0.7, 0.39, 0.2];

/** AUCs at one share of items with side information: with learned weights, and with equal ones. */
export interface CoveragePoint extends Known {
  readonly share: number;
  readonly equal: Known;
}

/** What thinning side information does, beside skip-gram, which uses none. */
export interface Coverage {
  readonly points: readonly CoveragePoint[];
  readonly without: Known;
}

/** The AUC of seen pairs, and of those with an item that training has not seen, where that is described. */
export interface Known {
  readonly seen: number;
  readonly all: number;
  readonly unseen?: number;
}

/** How side information helps as fewer and fewer items have it. */
export async function coverageCurve(
  {
    split,
    walks,
    features,
  }: { readonly split: ArticleSplit; readonly walks: Sequences; readonly features: Features },
  options: Omit<EgesOptions, "attention">,
  seed: number,
): Promise<Coverage> {
  const plain = new Item2Vec({ ...options, mode: "plain", seed });
  await plain.fit(walks);
  const without = known(await told(plain, split));
  plain.dispose();
  const points: CoveragePoint[] = [];
  for (const share of SHARES) {
    const some = thinned(features, share, seed);
    const run = async (attention: boolean) => {
      const model = new Eges({ ...options, attention, seed });
      await model.fit({ graph: walks, features: some });
      const result = known(await told(model, split));
      model.dispose();
      return result;
    };
    points.push({ share, ...(await run(true)), equal: await run(false) });
  }
  return { points, without };
}

/** The mean of several splits, point by point. */
export function meanCoverage(all: readonly Coverage[]): Coverage {
  return {
    points: all[0].points.map(({ share }, n) => ({
      share,
      ...meanOf(all.map(({ points }) => points[n])),
      equal: meanOf(all.map(({ points }) => points[n].equal)),
    })),
    without: meanOf(all.map(({ without }) => without)),
  };
}

function meanOf(all: readonly Known[]): Known {
  const mean = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const unseen = all.flatMap((each) => (each.unseen === undefined ? [] : [each.unseen]));
  return {
    seen: mean(all.map((each) => each.seen)),
    all: mean(all.map((each) => each.all)),
    ...(unseen.length > 0 && { unseen: mean(unseen) }),
  };
}

function known({ seen, all, unseen }: { seen: Told; all: Told; unseen?: Told }): Known {
  return { seen: seen.auc, all: all.auc, ...(unseen && { unseen: unseen.auc }) };
}
