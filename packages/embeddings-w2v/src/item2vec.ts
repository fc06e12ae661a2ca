import { positiveInteger, type Rules, resolveOptions } from "@kith/core-tensors";
import type { Sequences } from "@kith/data";
import { sequenceData } from "./sequence-data.ts";
import { type OpenedData, SkipGramRecommender } from "./skip-gram-recommender.ts";
import { type SkipGramOptions, skipGramRules } from "./training/skip-gram-options.ts";

export interface Item2VecOptions extends SkipGramOptions {
  /** Items that occur less often are left out. Default 1. */
  minCount?: number;
}

/**
 * Item2Vec (Barkan and Koenigstein, 2016, https://arxiv.org/abs/1603.04259): skip-gram on any sequences of items, such as sessions, baskets or
 * histories. The paper takes each set as one window: give a window as long as the longest. Defaults: vectors of 100, window 5, 5 epochs.
 */
export class Item2Vec extends SkipGramRecommender<Sequences> {
  /** What each option must be, and its default. */
  static readonly rules: Rules<Item2VecOptions> = {
    ...skipGramRules({ dim: 100, window: 5, epochs: 5 }),
    minCount: positiveInteger(1),
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

  protected open(sequences: Sequences): OpenedData {
    return sequenceData(this.name, sequences, this.options.minCount);
  }
}
