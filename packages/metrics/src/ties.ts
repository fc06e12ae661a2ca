import { checkList, checkScore, draw, show } from "./check.ts";
import { MetricError } from "./errors.ts";

/**
 * Where a target stands among candidates that score exactly the same. There is no default: a constant model
 * is perfect under "optimistic", hopeless under "pessimistic" and chance level under "mean" and "random".
 *
 * | policy        | rank                                  | GRU4Rec's `mode` (evaluation.py) |
 * |---------------|---------------------------------------|----------------------------------|
 * | "optimistic"  | 1 + greater                           | standard                         |
 * | "pessimistic" | 1 + greater + ties                    | conservative, its default        |
 * | "mean"        | 1 + greater + ties / 2                | median                           |
 * | "random"      | 1 + greater + uniform {0, 1, …, ties} | tiebreaking, which adds noise    |
 *
 * greater = candidates scored above the target; ties = other candidates scored the same.
 */
export type TiePolicy = "optimistic" | "pessimistic" | "mean" | "random";

/**
 * The rank, from 1, of the candidate at index `target` among `scores`, higher scores first. O(n).
 * Mask a candidate by leaving it out or by the score −∞. Fractional (…·5) only under "mean".
 *
 * Throws a MetricError on a NaN score, a target that is no index, an unknown policy, and "random" without `random`.
 */
export function rankOf(
  scores: ArrayLike<number>,
  target: number,
  policy: Exclude<TiePolicy, "random">,
): number;
export function rankOf(
  scores: ArrayLike<number>,
  target: number,
  policy: TiePolicy,
  random: () => number,
): number;
export function rankOf(
  scores: ArrayLike<number>,
  target: number,
  policy: TiePolicy,
  random?: () => number,
): number {
  const score = scoreOfTarget("rankOf", scores, target);
  let greater = 0;
  let equal = 0;
  for (let i = 0; i < scores.length; i++) {
    checkScore("rankOf", scores[i], i);
    if (scores[i] > score) greater++;
    else if (scores[i] === score) equal++;
  }
  return place("rankOf", greater, equal - 1, policy, random);
}

/**
 * `rankOf` for a caller who counted already, say in a kernel over a block of users: `greater` candidates scored
 * above the target and `ties` other candidates scored the same (the target itself is in neither).
 *
 * Throws a MetricError on a count that is not a whole number, and as `rankOf` on the policy.
 */
export function rankFromCounts(
  greater: number,
  ties: number,
  policy: Exclude<TiePolicy, "random">,
): number;
export function rankFromCounts(
  greater: number,
  ties: number,
  policy: TiePolicy,
  random: () => number,
): number;
export function rankFromCounts(
  greater: number,
  ties: number,
  policy: TiePolicy,
  random?: () => number,
): number {
  for (const count of [greater, ties]) {
    if (Number.isSafeInteger(count) && count >= 0) continue;
    throw new MetricError(
      `rankFromCounts: expected counts to be whole numbers, got ${show(count)}`,
    );
  }
  return place("rankFromCounts", greater, ties, policy, random);
}

/**
 * How many other candidates score exactly as the target does: 0 means the tie policy does not matter here.
 * Throws a MetricError on a NaN score and on a target that is no index.
 */
export function tieCount(scores: ArrayLike<number>, target: number): number {
  const score = scoreOfTarget("tieCount", scores, target);
  let equal = 0;
  for (let i = 0; i < scores.length; i++) {
    checkScore("tieCount", scores[i], i);
    if (scores[i] === score) equal++;
  }
  return equal - 1;
}

/**
 * The share of candidates that score exactly as another one does.
 *
 *   |{ i : ∃ j ≠ i, s_j = s_i }| / n
 *
 * In [0, 1]: 0 when all scores differ, 1 for a constant or saturated model. A rate far from 0 means that the
 * numbers depend on the tie policy: report it. O(n log n). Throws a MetricError on an empty list and on NaN.
 */
export function tieRate(scores: ArrayLike<number>): number {
  checkList("tieRate", "scores", scores);
  if (scores.length === 0) {
    throw new MetricError("tieRate: expected at least one score, got an empty list");
  }
  for (let i = 0; i < scores.length; i++) checkScore("tieRate", scores[i], i);
  const sorted = Float64Array.from(scores).sort();
  let tied = 0;
  for (let i = 0; i < sorted.length; i++) {
    if (sorted[i] === sorted[i - 1] || sorted[i] === sorted[i + 1]) tied++;
  }
  return tied / sorted.length;
}

function scoreOfTarget(who: string, scores: ArrayLike<number>, target: number): number {
  checkList(who, "scores", scores);
  if (Number.isInteger(target) && target >= 0 && target < scores.length) return scores[target];
  throw new MetricError(
    `${who}: expected target to be an index below ${scores.length}, got ${show(target)}`,
  );
}

function place(
  who: string,
  greater: number,
  ties: number,
  policy: TiePolicy,
  random: (() => number) | undefined,
): number {
  switch (policy) {
    case "optimistic":
      return 1 + greater;
    case "pessimistic":
      return 1 + greater + ties;
    case "mean":
      return 1 + greater + ties / 2;
    case "random":
      return 1 + greater + Math.floor(draw(who, random as () => number) * (ties + 1));
    default:
      throw new MetricError(
        `${who}: expected the tie policy to be "optimistic", "pessimistic", "mean" or "random", got ${show(policy satisfies never)}`,
      );
  }
}
