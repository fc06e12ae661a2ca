import { OptionError, type Rng } from "@kith/core-tensors";

/** Draws 0 … n − 1 with given weights in constant time (Walker 1977, built in linear time as by Vose 1991). */
export class AliasTable {
  readonly size: number;
  readonly #keep: Float64Array;
  readonly #alias: Uint32Array;

  /**
   * @param weights not negative, finite, and not all zero
   * @throws OptionError otherwise
   */
  constructor(weights: ArrayLike<number>) {
    const n = weights.length;
    let total = 0;
    for (let i = 0; i < n; i++) {
      if (!(weights[i] >= 0 && Number.isFinite(weights[i])))
        throw new OptionError(
          "AliasTable",
          "weights",
          `must be finite numbers of at least 0, got ${weights[i]} at ${i}`,
        );
      total += weights[i];
    }
    if (!(total > 0 && Number.isFinite(total)))
      throw new OptionError(
        "AliasTable",
        "weights",
        `must have a positive finite sum, got ${total}`,
      );
    this.size = n;
    this.#keep = new Float64Array(n);
    this.#alias = new Uint32Array(n);
    const stacks = { small: new Uint32Array(n), large: new Uint32Array(n) };
    let [small, large] = [0, 0];
    for (let i = 0; i < n; i++) {
      this.#keep[i] = (weights[i] / total) * n; // in this order nothing overflows
      if (this.#keep[i] < 1) stacks.small[small++] = i;
      else stacks.large[large++] = i;
    }
    while (small > 0 && large > 0) {
      const s = stacks.small[--small];
      const l = stacks.large[large - 1];
      this.#alias[s] = l;
      this.#keep[l] -= 1 - this.#keep[s];
      if (this.#keep[l] < 1) {
        large--;
        stacks.small[small++] = l;
      }
    }
    // What is left of either stack is 1 but for rounding; a weight of 0 left over must still never be drawn.
    const heaviest = large > 0 ? stacks.large[large - 1] : indexOfMaximum(weights);
    while (large > 0) this.#keep[stacks.large[--large]] = 1;
    while (small > 0) {
      const s = stacks.small[--small];
      this.#keep[s] = weights[s] > 0 ? 1 : 0;
      this.#alias[s] = heaviest;
    }
  }

  /** The table as kernels take it: slot i gives i where a random word of 32 bits is below thresholds[i], else aliases[i]. Shape [size] each. */
  words(): { readonly thresholds: Uint32Array; readonly aliases: Uint32Array } {
    const keep = this.#keep;
    return {
      thresholds: Uint32Array.from(keep, (share) =>
        Math.min(2 ** 32 - 1, Math.round(share * 2 ** 32)),
      ),
      aliases: this.#alias.map((alias, i) => (keep[i] >= 1 ? i : alias)),
    };
  }

  draw(rng: Rng): number {
    const i = rng.below(this.size);
    return rng.next() < this.#keep[i] ? i : this.#alias[i];
  }
}

function indexOfMaximum(values: ArrayLike<number>): number {
  let best = 0;
  for (let i = 1; i < values.length; i++) if (values[i] > values[best]) best = i;
  return best;
}
