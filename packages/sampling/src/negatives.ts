import { itemOutside, KithError, nonNegative, type Rng, resolveOptions } from "@kith/core-tensors";
import type { Interactions } from "@kith/data";
import { AliasTable } from "./alias-table.ts";

export interface NegativeSamplerOptions {
  /** Items are drawn with probability ∝ (times seen)^α: 0 is uniform, 0.75 as in word2vec, 1 is by popularity. Default 0. */
  alpha?: number;
}

const ATTEMPTS = 64;

/** Draws items that a user has not seen, uniformly or by popularity. */
export class NegativeSampler {
  readonly #offsets: Uint32Array;
  readonly #items: Uint32Array;
  readonly #itemCount: number;
  readonly #byPopularity: AliasTable | undefined;
  /** How often each item is drawn, before the known ones are rejected. Shape [items], sums to 1. */
  readonly probabilities: Float64Array;

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(data: Interactions, options: NegativeSamplerOptions = {}) {
    const { alpha } = resolveOptions("NegativeSampler", options, { alpha: nonNegative(0) });
    const { offsets, items } = data.byUser();
    this.#offsets = offsets;
    this.#items = items;
    this.#itemCount = data.items.size;
    const weights = new Float64Array(data.items.size).fill(alpha === 0 ? 1 : 0);
    if (alpha > 0) {
      for (const item of items) weights[item]++;
      for (let i = 0; i < weights.length; i++)
        weights[i] = weights[i] > 0 ? weights[i] ** alpha : 0;
      this.#byPopularity = new AliasTable(weights);
    }
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    this.probabilities = weights.map((weight) => weight / total);
  }

  /** One item of the catalogue, known to the user or not. */
  drawAny(rng: Rng): number {
    return this.#byPopularity?.draw(rng) ?? rng.below(this.#itemCount);
  }

  /**
   * One item that the user has not seen. Draws are rejected while they hit a known item; a user who has seen nearly everything gets
   * a uniform draw among the rest instead of an endless search.
   * @throws KithError when the user has seen all items
   */
  draw(user: number, rng: Rng): number {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const item = this.drawAny(rng);
      if (!this.has(user, item)) return item;
    }
    return this.#among(user, rng);
  }

  /** Whether the user has seen the item. */
  has(user: number, item: number): boolean {
    let lo = this.#offsets[user];
    let hi = this.#offsets[user + 1];
    while (lo < hi) {
      const mid = (lo + hi) >>> 1;
      if (this.#items[mid] < item) lo = mid + 1;
      else hi = mid;
    }
    return lo < this.#offsets[user + 1] && this.#items[lo] === item;
  }

  #among(user: number, rng: Rng): number {
    const seen = this.#items.subarray(this.#offsets[user], this.#offsets[user + 1]);
    if (seen.length >= this.#itemCount)
      throw new KithError(
        `sampling: user ${user} has seen all ${this.#itemCount} items, so no negative can be drawn`,
      );
    return itemOutside(seen, 0, seen.length, rng.below(this.#itemCount - seen.length));
  }
}
