import { Rng } from "@kith/core-tensors";
import { Interactions } from "@kith/data";

/**
 * Pearson's statistic of counts against probabilities, in standard deviations above its mean: beyond 5 is no chance. What has
 * probability 0 must not occur at all.
 */
export function surprise(counts: ArrayLike<number>, probabilities: ArrayLike<number>): number {
  const total = Array.from(counts).reduce((sum, count) => sum + count, 0);
  let statistic = 0;
  let freedom = -1;
  for (let i = 0; i < counts.length; i++) {
    const expected = total * probabilities[i];
    if (expected === 0 && counts[i] > 0) return Number.POSITIVE_INFINITY;
    if (expected === 0) continue;
    statistic += (counts[i] - expected) ** 2 / expected;
    freedom++;
  }
  return freedom === 0 ? 0 : (statistic - freedom) / Math.sqrt(2 * freedom);
}

/** How often each of 0 … size − 1 was drawn. */
export function count(size: number, draws: number, draw: () => number): Float64Array {
  const counts = new Float64Array(size);
  for (let n = 0; n < draws; n++) counts[draw()]++;
  return counts;
}

/** Users with 1 to 12 of 20 items, one with all, one with all but one, and one with none. */
export function unevenData(): Interactions {
  const rng = new Rng(11);
  const pairs: [string, string][] = [];
  for (let item = 0; item < 20; item++) pairs.push(["all", `i${item}`]);
  for (let item = 0; item < 19; item++) pairs.push(["all but one", `i${item}`]);
  pairs.push(["none", "i0"]);
  for (let user = 1; user <= 12; user++)
    for (let n = 0; n < user; n++) pairs.push([`u${user}`, `i${rng.below(10) * 2}`]);
  const data = Interactions.from(pairs);
  const none = data.users.indexOf("none");
  return data.select((row) => data.user[row] !== none);
}
