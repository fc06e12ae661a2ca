import type { ItemPairs } from "@kith/data";
import { LabelledScores } from "./labelled-scores.ts";
import type { PairMetric } from "./pair-metric-keys.ts";

/** Pairs with their scores, row by row. */
export interface ScoredPairs {
  readonly pairs: ItemPairs;
  /** Whatever where the model does not know the pair. Shape [pairs]. */
  readonly scores: Float32Array;
  /** 1 where the model knows both items. Shape [pairs]. */
  readonly known: Uint8Array;
}

/** Some pairs of which the model does not know all. */
export interface PartlyKnown {
  /** Those that it knows. */
  readonly seen: LabelledScores;
  /** How many of label 1 it does not know. */
  readonly unknownPositives: number;
  readonly unknownNegatives: number;
}

/** Metrics by key, and why those that have no value here have none. */
export interface PairMeasures {
  readonly metrics: Readonly<Record<string, number>>;
  readonly omitted: Readonly<Record<string, string>>;
}

/** Pairs by label: some rows, or all. */
export function partlyKnown(
  { pairs, scores, known }: ScoredPairs,
  rows?: ArrayLike<number>,
): PartlyKnown {
  const labels = pairs.label ?? new Uint8Array(pairs.length);
  const length = rows ? rows.length : pairs.length;
  const sizes = [0, 0];
  const unknown = [0, 0];
  for (let n = 0; n < length; n++) {
    const row = rows ? rows[n] : n;
    if (known[row] === 1) sizes[labels[row]]++;
    else unknown[labels[row]]++;
  }
  const [negatives, positives] = sizes.map((size) => new Float32Array(size));
  for (let n = 0, p = 0, q = 0; n < length; n++) {
    const row = rows ? rows[n] : n;
    if (known[row] === 0) continue;
    if (labels[row] === 1) positives[p++] = scores[row];
    else negatives[q++] = scores[row];
  }
  return {
    seen: new LabelledScores(positives, negatives),
    unknownPositives: unknown[1],
    unknownNegatives: unknown[0],
  };
}

/** All of the pairs: those that the model does not know have one score. */
export function allOf(
  { seen, unknownPositives, unknownNegatives }: PartlyKnown,
  score: number,
): LabelledScores {
  return seen.and(score, unknownPositives, unknownNegatives);
}

/** Each metric that has a value, and why the others have none. */
export function measurePairs(
  wanted: readonly PairMetric[],
  all: LabelledScores,
  seen: LabelledScores,
): PairMeasures {
  const metrics: Record<string, number> = {};
  const omitted: Record<string, string> = {};
  for (const { key, isOfSeen, of } of wanted) {
    const pairs = isOfSeen ? seen : all;
    if (pairs.canBeMeasured) metrics[key] = of(pairs);
    else omitted[key] = oneKind(pairs.positives.length, pairs.negatives.length);
  }
  return { metrics, omitted };
}

/** The same for the pairs of each relation, by its id; metrics without a value are left out. */
export function measureRelations(
  wanted: readonly PairMetric[],
  scored: ScoredPairs,
  unknownScore: number,
): Record<string, PairMeasures["metrics"]> | undefined {
  const { relation, relations } = scored.pairs;
  if (!relation || !relations) return undefined;
  const rows = relations.ids().map((): number[] => []);
  for (let row = 0; row < relation.length; row++) rows[relation[row]].push(row);
  return Object.fromEntries(
    rows.map((own, index) => {
      const part = partlyKnown(scored, own);
      const { metrics } = measurePairs(wanted, allOf(part, unknownScore), part.seen);
      return [String(relations.id(index)), metrics];
    }),
  );
}

/** Why there is nothing to measure on some pairs. */
export function oneKind(positives: number, negatives: number): string {
  return `of the pairs whose items the model knows ${positives} have label 1 and ${negatives} have label 0; it takes both`;
}
