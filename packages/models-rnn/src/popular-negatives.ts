import { type Rng, threefry } from "@kith/core-tensors";
import { AliasTable } from "@kith/sampling";

/** Draws items with probability ∝ (times clicked)^α. */
export class PopularNegatives {
  readonly #thresholds: Uint32Array;
  readonly #aliases: Uint32Array;
  readonly #block: Uint32Array = new Uint32Array(2);

  constructor(clicks: Uint32Array, alpha: number) {
    const weights = Float64Array.from(clicks, (count) => (count > 0 ? count ** alpha : 0));
    const { thresholds, aliases } = new AliasTable(weights).words();
    this.#thresholds = thresholds;
    this.#aliases = aliases;
  }

  /** Fills with draws, which are a function of the generator's key. */
  draw(out: Uint32Array, rng: Rng): void {
    const [k0, k1] = rng.key;
    const block = this.#block;
    const size = this.#thresholds.length;
    for (let n = 0; n < out.length; n++) {
      threefry(block, k0, k1, n, 0);
      const slot = Math.floor((block[0] / 2 ** 32) * size);
      out[n] = block[1] < this.#thresholds[slot] ? slot : this.#aliases[slot];
    }
  }
}
