import { checkNames, OptionError } from "@kith/core-tensors";
import { ItemPairs, type Vocabulary } from "@kith/data";
import type { PrecisionRecallCurve } from "@kith/metrics";
import { breathe } from "./breathe.ts";
import { checkLabels } from "./check-item-pairs.ts";
import { type KnownPairs, knownPairs } from "./known-pairs.ts";
import { allOf, measurePairs, measureRelations, oneKind, partlyKnown } from "./pair-measures.ts";
import { PAIR_METRICS, parsePairMetrics } from "./pair-metric-keys.ts";
import { thinCurve } from "./thin-curve.ts";

/** The scores of some pairs. */
export interface PairScores {
  /** 0 where an item of the pair is unknown. Shape [pairs]. */
  readonly scores: Float32Array;
  /** 1 where both items of the pair are known. Shape [pairs]. */
  readonly known: Uint8Array;
}

/** What can be evaluated by pairs: a model of items, or vectors that came from elsewhere. */
export interface PairScorer {
  readonly items: Vocabulary;
  pairScores(pairs: ItemPairs): PairScores;
}

export interface EvaluatePairsOptions {
  /** Of auc, auc-seen, average-precision, average-precision-seen. Default the first three. */
  readonly metrics?: readonly string[];
  readonly signal?: AbortSignal | undefined;
  /** Called several times a second with the share that is done. */
  readonly onProgress?: (done: number) => void;
}

/** How a model tells pairs that are there from pairs that are not. */
export interface PairEvaluation {
  /** How it was measured. */
  readonly protocol: "link prediction";
  /** By metric key. */
  readonly metrics: Readonly<Record<string, number>>;
  /** What each key means. */
  readonly formulas: Readonly<Record<string, string>>;
  /** By metric key, why one of the default metrics has no value here. */
  readonly omitted: Readonly<Record<string, string>>;
  readonly pairs: number;
  readonly positives: number;
  readonly negatives: number;
  /** Pairs with an item that the model does not know: they have the median score of the others. */
  readonly unknownPairs: number;
  /** That score; of an even number of known pairs the mean of the middle two. */
  readonly medianScore: number;
  /** Share of pairs whose score another pair has, too: 1 − distinct scores / pairs. */
  readonly tieRate: number;
  /** The precision–recall curve of all pairs as `prCurve` of @kith/metrics gives it, thinned to at most 500 thresholds. */
  readonly curve: PrecisionRecallCurve;
  /** The same metrics for the pairs of each relation, where there are relations; those without a value are left out. */
  readonly perRelation?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly seconds: number;
}

/** Points kept of the curve. */
const POINTS = 500;
/** Pairs scored at a time, and longest time between two turns of the event loop. */
const CHUNK = 2 ** 16;
const TURN = 50;

/**
 * Link prediction: scores pairs of items and measures how well the scores tell those of label 1 from those of label 0. A pair with an item that the
 * model does not know gets the median score of the known pairs, so that it speaks neither way; such pairs are counted, and the metrics "-seen"
 * leave them out.
 * @param pairs with labels; may have a vocabulary of their own
 * @throws OptionError for an unknown metric, for one named in `metrics` that has no value on these pairs, for pairs without labels or with
 * labels of one kind, and when the model knows the items of no pair
 */
export async function evaluatePairs(
  model: PairScorer,
  pairs: ItemPairs,
  options: EvaluatePairsOptions = {},
): Promise<PairEvaluation> {
  checkNames("evaluatePairs", options, ["metrics", "signal", "onProgress"]);
  if (typeof model?.pairScores !== "function")
    throw new OptionError(
      "evaluatePairs",
      "model",
      "must be a fitted model of items; the pairs come second",
    );
  const { metrics = PAIR_METRICS, signal } = options;
  const started = performance.now();
  signal?.throwIfAborted();
  const wanted = parsePairMetrics(metrics);
  checkLabels("evaluatePairs", "pairs", pairs);
  const own = knownPairs(pairs, model.items);
  checkKnown(pairs, own, options.metrics);
  const scored = { pairs, known: own.known, scores: await scoresOf(model, own, options) };
  const part = partlyKnown(scored);
  const medianScore = part.seen.median;
  const all = allOf(part, medianScore);
  const perRelation = measureRelations(wanted, scored, medianScore);
  return {
    protocol: "link prediction",
    ...measurePairs(wanted, all, part.seen),
    formulas: Object.fromEntries(wanted.map(({ key, formula }) => [key, formula])),
    pairs: pairs.length,
    positives: all.positives.length,
    negatives: all.negatives.length,
    unknownPairs: part.unknownPositives + part.unknownNegatives,
    medianScore,
    tieRate: 1 - all.curve.thresholds.length / pairs.length,
    curve: thinCurve(all.curve, POINTS),
    ...(perRelation && { perRelation }),
    seconds: (performance.now() - started) / 1000,
  };
}

/**
 * Refuses pairs and metrics that cannot be measured, without scoring anything.
 * @param items of the model, where they are known already
 * @throws OptionError
 */
export function checkMeasurablePairs(
  pairs: ItemPairs,
  metrics: readonly string[] | undefined,
  items: Vocabulary | undefined,
): void {
  parsePairMetrics(metrics ?? PAIR_METRICS);
  checkLabels("evaluatePairs", "pairs", pairs);
  if (items) checkKnown(pairs, knownPairs(pairs, items), metrics);
}

/** @param named metrics that were asked for by name, and therefore must have a value */
function checkKnown(
  pairs: ItemPairs,
  { known, source }: KnownPairs,
  named: readonly string[] = [],
): void {
  if (source.length === 0)
    throw new OptionError(
      "evaluatePairs",
      "pairs",
      `must have a pair of items that the model knows, got ${pairs.length} with an item that it does not`,
    );
  const metric = named.length > 0 && parsePairMetrics(named).find(({ isOfSeen }) => isOfSeen);
  if (!metric) return;
  let positives = 0;
  for (let row = 0; row < known.length; row++)
    if (known[row] === 1) positives += pairs.label?.[row] ?? 0;
  const negatives = source.length - positives;
  if (positives === 0 || negatives === 0)
    throw new OptionError(
      "evaluatePairs",
      "metrics",
      `cannot have ${metric.key}: ${oneKind(positives, negatives)}`,
    );
}

/** The scores of all pairs, 0 where they are not known: a chunk at a time, with turns for the event loop. */
async function scoresOf(
  model: PairScorer,
  { known, source, target }: KnownPairs,
  { signal, onProgress }: EvaluatePairsOptions,
): Promise<Float32Array> {
  const scores = new Float32Array(known.length);
  let row = 0;
  let turn = performance.now();
  for (let begin = 0; begin < source.length; begin += CHUNK) {
    const end = Math.min(begin + CHUNK, source.length);
    const part = ItemPairs.fromColumns({
      items: model.items,
      source: source.subarray(begin, end),
      target: target.subarray(begin, end),
    });
    for (const score of model.pairScores(part).scores) {
      while (known[row] === 0) row++;
      scores[row++] = score;
    }
    onProgress?.(end / source.length);
    if (performance.now() - turn > TURN) {
      await breathe();
      turn = performance.now();
    }
    signal?.throwIfAborted();
  }
  return scores;
}
