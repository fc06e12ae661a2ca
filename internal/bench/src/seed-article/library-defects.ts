import { ItemMatrixFactorization, type ItemMatrixFactorizationOptions } from "@kith/models-cf";
import type { ArticleSplit } from "./article-split.ts";
import { measured } from "./measured.ts";

const EPOCHS = 10;
const DIM = 128;
const WIDE = { initialScale: Math.sqrt(DIM) }; // N(0, 1) in each dimension
const RESTARTS = { schedule: "restarts" } as const;
const SHARED = { sharedTable: true };

/** Defects of the article's matrix factorisation that are options of ours. */
const VARIANTS: Readonly<Record<string, ItemMatrixFactorizationOptions>> = {
  mended: {},
  restarts: RESTARTS,
  sharedTable: SHARED,
  wideStart: WIDE,
  restartsAndSharedTable: { ...RESTARTS, ...SHARED },
  allThree: { ...RESTARTS, ...SHARED, ...WIDE },
};

/** The AUC of seen pairs after each epoch of our own ItemMatrixFactorization on pairs, with each defect switched on. */
export async function libraryDefects(
  split: ArticleSplit,
  seed: number,
): Promise<Record<string, readonly number[]>> {
  const aucs: Record<string, readonly number[]> = {};
  for (const [name, options] of Object.entries(VARIANTS)) {
    const model = new ItemMatrixFactorization({
      dim: DIM,
      epochs: EPOCHS,
      weighted: false,
      ...options,
      seed,
    });
    const { epochs } = await measured(model, split.train, split);
    aucs[name] = epochs.map(({ auc }) => auc);
    model.dispose();
  }
  return aucs;
}
