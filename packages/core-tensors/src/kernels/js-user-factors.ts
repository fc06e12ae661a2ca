import type { Kernels, UserFactorRules, UserItemPairs } from "./kernels.ts";
import { hashed, shuffled } from "./permutation.ts";
import { scaled } from "./stream.ts";

/** The reference of the kernel `userFactors`. */
export const userFactors: Kernels["userFactors"] = (
  losses,
  { left: users, right: items, leftBias, rightBias, dim },
  pairs,
  rules,
  key,
  first,
) => {
  const { loss, negatives, mean, frozen } = rules;
  const rate = Math.fround(rules.rate);
  const kept = 1 - rate * rules.decay;
  const [keptItems, moves] = frozen ? [1, 0] : [kept, 1];
  const row = (table: Float32Array, n: number) => table.subarray(n * dim, (n + 1) * dim);
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, d) => sum + x * b[d], 0);
  /** Adds g to the user's bias, `ofItem` · g to the item's, and so on for the rows. */
  const move = (user: number, item: number, g: number): void => {
    const [p, q] = [row(users, user), row(items, item)];
    for (let d = 0; d < dim; d++) {
      const before = p[d];
      p[d] = kept * before + g * q[d];
      q[d] = keptItems * q[d] + moves * g * before;
    }
    if (!leftBias || !rightBias) return;
    leftBias[user] = leftBias[user] * kept + g;
    rightBias[item] = rightBias[item] * keptItems + g * moves;
  };
  const example = (user: number, item: number, wanted: number): number => {
    const biases = leftBias && rightBias ? leftBias[user] + rightBias[item] : 0;
    const score = dot(row(users, user), row(items, item)) + biases + mean;
    if (loss === "bce") {
      const sign = wanted > 0 ? 1 : -1;
      move(user, item, sign * slope(sign * score) * rate);
      return softplus(-sign * score);
    }
    move(user, item, (wanted - score) * rate);
    return (wanted - score) ** 2;
  };
  const apart = (user: number, item: number, other: number): number => {
    const [p, q, r] = [row(users, user), row(items, item), row(items, other)];
    const biases = rightBias ? rightBias[item] - rightBias[other] : 0;
    const score = p.reduce((sum, x, d) => sum + x * (q[d] - r[d]), 0) + biases;
    const g = slope(score) * rate;
    for (let d = 0; d < dim; d++) {
      const before = p[d];
      p[d] = kept * before + g * (q[d] - r[d]);
      q[d] = keptItems * q[d] + moves * g * before;
      r[d] = keptItems * r[d] - moves * g * before;
    }
    if (rightBias) {
      rightBias[item] = rightBias[item] * keptItems + g * moves;
      rightBias[other] = rightBias[other] * keptItems - g * moves;
    }
    return softplus(-score);
  };
  for (let t = 0; t < losses.length; t++) {
    const pair = shuffled(first + t, pairs.users.length, ...key);
    const [user, item] = [pairs.users[pair], pairs.items[pair]];
    let total = loss === "bpr" ? 0 : example(user, item, pairs.values?.[pair] ?? 1);
    const word = (n: number) => hashed(...key, first + t, n);
    for (const other of drawn(pairs, user, negatives, word))
      total += loss === "bpr" ? apart(user, item, other) : example(user, other, 0);
    losses[t] = total;
  }
};

/** σ(−x). */
function slope(x: number): number {
  return 1 / (1 + Math.exp(x));
}

function softplus(x: number): number {
  return Math.log1p(Math.exp(-Math.abs(x))) + Math.max(x, 0);
}

/** Items that a user has not, uniform; none where they have all. */
function drawn(
  { seen, itemCount }: UserItemPairs,
  user: number,
  count: UserFactorRules["negatives"],
  word: (n: number) => number,
): number[] {
  const own = new Set(seen.items.subarray(seen.offsets[user], seen.offsets[user + 1]));
  const others = Array.from({ length: itemCount }, (_, i) => i).filter((i) => !own.has(i));
  if (others.length === 0) return [];
  return Array.from({ length: count }, (_, n) => others[scaled(word(n), others.length)]);
}
