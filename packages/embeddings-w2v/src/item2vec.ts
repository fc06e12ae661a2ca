import { positiveInteger, type Rules, resolveOptions, wholeNumber } from "@kith/core-tensors";
import type { Sequences } from "@kith/data";
import { listingData } from "./listing-data.ts";
import type { ListingSessions } from "./listing-sessions.ts";
import { type OpenedData, SkipGramRecommender } from "./skip-gram-recommender.ts";
import { type SkipGramOptions, skipGramRules } from "./training/skip-gram-options.ts";

export interface Item2VecOptions extends SkipGramOptions {
  /** Items that occur less often are left out. Default 1. */
  minCount?: number;
  /** Of sessions with markets: negatives drawn uniformly within the target's market, beside the others. Default 0. */
  marketNegatives?: number;
}

/**
 * Item2Vec (Barkan and Koenigstein, 2016, https://arxiv.org/abs/1603.04259): skip-gram on any sequences of items, such as sessions, baskets or
 * histories. The paper takes each set as one window: give a window as long as the longest. Defaults: vectors of 100, window 5, 5 epochs.
 *
 * On `ListingSessions` it learns the listing embeddings of Grbovic and Cheng (KDD 2018): what a session booked, b, is a context of each of its
 * clicks, however far, and some negatives m are of the target's own market, because clicks within a session hardly leave it.
 *
 *   loss = −Σ (log σ(xᵢ · y_c) + Σₙ log σ(−xᵢ · yₙ) + Σₘ log σ(−xᵢ · yₘ)) − Σᵢ (log σ(xᵢ · y_b) + …)
 *
 * … are negatives of b, as c has them; the paper has none there. A booked item that is not trained, because it is clicked too rarely, is no context.
 */
export class Item2Vec extends SkipGramRecommender<Sequences | ListingSessions> {
  /** What each option must be, and its default. */
  static readonly rules: Rules<Item2VecOptions> = {
    ...skipGramRules({ dim: 100, window: 5, epochs: 5 }),
    minCount: positiveInteger(1),
    marketNegatives: wholeNumber(0, 0, 15),
  };
  readonly name = "Item2Vec";
  readonly options: Readonly<Required<Item2VecOptions>>;

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(options: Item2VecOptions = {}) {
    super();
    this.options = resolveOptions("Item2Vec", options, Item2Vec.rules);
  }

  /**
   * Reads what `save` wrote.
   * @throws FormatError or OptionError when it is something else
   */
  static load(file: Uint8Array): Item2Vec {
    return Item2Vec.restore("Item2Vec", file, (options) => new Item2Vec(options));
  }

  protected open(data: Sequences | ListingSessions): OpenedData {
    return listingData(this.name, data, this.options);
  }
}
