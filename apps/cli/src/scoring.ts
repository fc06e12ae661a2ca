import type { ItemPairs } from "@kith/data";
import { decodeModelFile, encodeModelFile, ItemRecommender } from "@kith/recommender";
import { UsageError } from "./errors.ts";
import type { AnyModel } from "./families/family.ts";
import { modelOf, rulesOf } from "./models.ts";

/** What a score can be; auto is whichever tells the validation pairs better. */
export const SCORINGS = ["cosine", "dot", "auto"] as const;
export type Scoring = (typeof SCORINGS)[number];

/** The same model with scores of another kind; the given one is disposed of. */
export function withScoring(model: AnyModel, scoring: "cosine" | "dot"): AnyModel {
  const entry = modelOf(model);
  if (!Object.hasOwn(rulesOf(entry), "scoring"))
    throw new UsageError(`--scoring is not for ${entry.name}, which has one kind of score`);
  if ((model.options as { readonly scoring?: string }).scoring === scoring) return model;
  const file = decodeModelFile(model.save());
  model.dispose();
  return entry.type.load(encodeModelFile({ ...file, options: { ...file.options, scoring } }));
}

/** The model with the kind of score by which it tells the validation pairs better, with its metrics on them, and the AUC by both. */
export async function bestScoring(
  model: AnyModel,
  validation: ItemPairs,
  metrics: readonly string[],
  signal: AbortSignal,
): Promise<{ model: AnyModel; aucs: Readonly<Record<"cosine" | "dot", number>> }> {
  const wanted = [...new Set([...metrics, "auc"])];
  const measure = async (scored: AnyModel) =>
    (await scored.measure(validation, { metrics: wanted, signal })).metrics;
  const byCosine = withScoring(model, "cosine");
  const cosine = await measure(byCosine);
  const byDot = withScoring(byCosine, "dot");
  const dot = await measure(byDot);
  const isDot = dot.auc > cosine.auc;
  const best = isDot ? byDot : withScoring(byDot, "cosine");
  const found = isDot ? dot : cosine;
  best.metrics = Object.fromEntries(metrics.map((key) => [key, found[key]]));
  return { model: best, aucs: { cosine: cosine.auc, dot: dot.auc } };
}

/** How a model scores pairs, where it is one of items. */
export function scoringOf(model: AnyModel): string | undefined {
  return model instanceof ItemRecommender ? model.scoring : undefined;
}
