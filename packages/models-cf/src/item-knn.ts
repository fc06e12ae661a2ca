import {
  type Csr,
  nonNegative,
  positiveInteger,
  type Rules,
  resolveOptions,
} from "@kith/core-tensors";
import type { Interactions } from "@kith/data";
import { itemGraphSteps } from "@kith/graph";
import { NeighbourRecommender } from "./neighbour-recommender.ts";

export interface ItemKNNOptions {
  /** Items that each item keeps as its most similar ones, k. Default 100. */
  neighbours?: number;
  /** Pulls similarities that few users attest towards 0. Default 0, plain cosine, as published baselines are; sparse data gains from 20 to 100. */
  shrinkage?: number;
}

/**
 * Item-based nearest neighbours (Sarwar et al., WWW 2001, https://doi.org/10.1145/371920.372071) for a ranking of the best items
 * (Deshpande and Karypis, TOIS 2004, https://doi.org/10.1145/963770.963776), on the cosine of binary columns.
 *
 *   s(i, j) = |Uᵢ ∩ Uⱼ| / (√(|Uᵢ| |Uⱼ|) + shrinkage)      score(u, i) = Σ s(i, j) over the j in N(i) that u has
 *
 * Uᵢ are the distinct users of item i, N(i) the k items most similar to it, equal ones by position in `items`. The sum is over the neighbours of
 * the item that is scored (Sarwar's equation 5 without its denominator), not over those of the items in the history.
 */
export class ItemKNN extends NeighbourRecommender {
  /** What each option must be, and its default. */
  static readonly rules: Rules<ItemKNNOptions> = {
    neighbours: positiveInteger(100),
    shrinkage: nonNegative(0),
  };
  readonly name = "ItemKNN";
  readonly options: Required<ItemKNNOptions>;
  protected readonly largest = 1;

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(options: ItemKNNOptions = {}) {
    super();
    this.options = resolveOptions("ItemKNN", options, ItemKNN.rules);
  }

  /**
   * Reads what `save` wrote.
   * @throws FormatError or OptionError when it is something else
   */
  static load(file: Uint8Array): ItemKNN {
    return ItemKNN.restore("ItemKNN", file, (options) => new ItemKNN(options));
  }

  protected neighbourhoods(data: Interactions): Generator<number, Csr, void> {
    return itemGraphSteps(data, { weight: "cosine", ...this.options });
  }
}
