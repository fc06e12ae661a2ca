import type { ItemPairs, Sequences } from "@kith/data";
import { evaluatePairs, type ItemRecommender, type PairEvaluation } from "@kith/recommender";
import { type FeaturedPairs, prepareFeaturedPairs } from "../load-features.ts";
import { loadLabelled } from "../load-pairs.ts";
import { prepareSequences } from "../load-sequences.ts";
import type { NamedCurve } from "../plots/curves.ts";
import { preparePairs } from "../prepare-pairs.ts";
import { FEATURE_FLAGS } from "../read-flags.ts";
import { count, number } from "../words.ts";
import type { Family, FamilyFlag, Measured, MeasuringOptions } from "./family.ts";
import { measuring } from "./measuring.ts";

/** What models of items are measured by. */
const METRICS = ["auc", "auc-seen", "average-precision", "average-precision-seen"];

const PAIR_COLUMNS: readonly FamilyFlag[] = ["sourceCol", "targetCol", "relationCol", "labelCol"];
const PAIR_FLAGS: readonly FamilyFlag[] = [
  ...PAIR_COLUMNS,
  "weightCol",
  "relation",
  "testShare",
  "validationShare",
  "splitSeed",
];

/** What all models of items have in common: they tell pairs that are there from pairs that are not. */
const linkPrediction = {
  protocol: "link-prediction",
  metrics: METRICS.slice(0, 3),
  hasMetric: (key: string) => METRICS.includes(key),
  loadTest: async (
    path: string,
    flags: Parameters<typeof loadLabelled>[2],
    tell: (sentence: string) => void,
    signal: AbortSignal,
  ) => ({ test: await loadLabelled("--test", path, flags, tell, signal) }),
  measure: (
    model: ItemRecommender<never>,
    { test }: { readonly test: ItemPairs },
    options: MeasuringOptions,
  ) => measurePairs(model, model.scoring, test, options),
} as const;

/** Models that learn from pairs of items. */
export const pairs: Family<ItemPairs, ItemPairs, ItemRecommender<ItemPairs>> = {
  ...linkPrediction,
  learnsFrom: "pairs of items",
  splits: ["pairs", "items", "none"],
  flags: PAIR_FLAGS,
  load: preparePairs,
};

/** Models that learn from sequences of items. */
export const sequences: Family<Sequences, ItemPairs, ItemRecommender<Sequences>> = {
  ...linkPrediction,
  learnsFrom: "sequences of items",
  splits: ["none"],
  flags: [...PAIR_COLUMNS, "relation", "itemsCol", "separator", "userCol", "itemCol", "timeCol"],
  load: prepareSequences,
};

/** Models that learn from pairs of items and what is known about items. */
export const featuredPairs: Family<FeaturedPairs, ItemPairs, ItemRecommender<FeaturedPairs>> = {
  ...linkPrediction,
  learnsFrom: "pairs of items and their features",
  splits: ["pairs", "items", "none"],
  flags: [...PAIR_FLAGS, "features", ...FEATURE_FLAGS, "itemCol"],
  load: prepareFeaturedPairs,
};

/** Link prediction by whatever scores pairs. */
export async function measurePairs(
  scorer: Parameters<typeof evaluatePairs>[0],
  scoring: string,
  test: ItemPairs,
  { metrics, line, signal, curves = false }: MeasuringOptions,
): Promise<Measured> {
  const evaluation = await measuring(line, (onProgress) =>
    evaluatePairs(scorer, test, { metrics, signal, onProgress }),
  );
  const { perRelation = {}, omitted } = evaluation;
  const hasRelations = Object.keys(perRelation).length > 1;
  return {
    metrics: evaluation.metrics,
    subject: `${number(test.length)} pairs by ${scoring}`,
    parts: hasRelations ? perRelation : undefined,
    fields: {
      metrics: evaluation.metrics,
      ...(hasRelations && { perRelation }),
      ...(Object.keys(omitted).length > 0 && { omitted }),
      protocol: evaluation.protocol,
      scoring,
      pairs: evaluation.pairs,
      positives: evaluation.positives,
      negatives: evaluation.negatives,
      unknownPairs: evaluation.unknownPairs,
      medianScore: evaluation.medianScore,
      tieRate: evaluation.tieRate,
      evaluationSeconds: evaluation.seconds,
    },
    notes: notesOn(evaluation),
    ...(curves && { curves: await curvesOf(scorer, test, evaluation, signal) }),
  };
}

function notesOn({ pairs, unknownPairs, medianScore, tieRate, omitted }: PairEvaluation): string[] {
  const notes: string[] = [];
  if (unknownPairs > 0)
    notes.push(
      `${count(unknownPairs, "pair")} of ${number(pairs)} ${unknownPairs === 1 ? "has" : "have"} an item that the model does not know, and the median score ${medianScore.toPrecision(4)}`,
    );
  if (tieRate - unknownPairs / pairs > 0.05)
    notes.push(
      `${(tieRate * 100).toFixed(0)} % of the pairs share their score with another: ties count half`,
    );
  for (const [key, why] of Object.entries(omitted)) notes.push(`${key} has no value: ${why}`);
  return notes;
}

/** The curve of all pairs and, where there are others, of those whose items are both known. */
async function curvesOf(
  scorer: Parameters<typeof evaluatePairs>[0],
  test: ItemPairs,
  { curve, unknownPairs, metrics }: PairEvaluation,
  signal: AbortSignal,
): Promise<NamedCurve[]> {
  const all = { name: named("all pairs", metrics), curve };
  if (unknownPairs === 0 || metrics["auc-seen"] === undefined) return [all];
  const known = test.items.indicesIn(scorer.items);
  const seen = test.select((row) => known[test.source[row]] >= 0 && known[test.target[row]] >= 0);
  const ofSeen = await evaluatePairs(scorer, seen, { metrics: ["average-precision"], signal });
  return [all, { name: named("seen pairs", ofSeen.metrics), curve: ofSeen.curve }];
}

function named(pairs: string, { "average-precision": value }: Measured["metrics"]): string {
  return value === undefined ? pairs : `${pairs}: average precision ${value.toFixed(4)}`;
}
