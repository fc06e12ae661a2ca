import { flag, type Rng, type Rules, resolveOptions } from "@kith/core-tensors";
import type { ItemPairs } from "@kith/data";
import { RANDOM_WALKS_RULES, type RandomWalksOptions } from "@kith/sampling";
import { type OpenedData, SkipGramRecommender } from "./skip-gram-recommender.ts";
import { type SkipGramOptions, skipGramRules } from "./training/skip-gram-options.ts";
import { type DirectionOptions, walkData, walkLengthRule } from "./walk-data.ts";

export interface DeepWalkOptions
  extends SkipGramOptions,
    DirectionOptions,
    Pick<RandomWalksOptions, "walksPerNode" | "walkLength" | "restart"> {}

const { walksPerNode, restart } = RANDOM_WALKS_RULES;

/**
 * DeepWalk (Perozzi et al., KDD 2014, https://arxiv.org/abs/1403.6652): random walks over the graph of item pairs, read as sentences by skip-gram.
 * Steps follow the pairs' weights, and negative sampling takes the place of the paper's hierarchical softmax. Defaults: vectors of 64, 10 walks
 * of 40 nodes from each node, window 5, as its authors' code has them; 5 epochs.
 */
export class DeepWalk extends SkipGramRecommender<ItemPairs> {
  /** What each option must be, and its default. */
  static readonly rules: Rules<DeepWalkOptions> = {
    ...skipGramRules({ dim: 64, window: 5, epochs: 5 }),
    walksPerNode,
    walkLength: walkLengthRule(40),
    restart,
    directed: flag(false),
  };
  readonly name = "DeepWalk";
  readonly options: Readonly<Required<DeepWalkOptions>>;

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(options: DeepWalkOptions = {}) {
    super();
    this.options = resolveOptions("DeepWalk", options, DeepWalk.rules);
  }

  /**
   * Reads what `save` wrote.
   * @throws FormatError or OptionError when it is something else
   */
  static load(file: Uint8Array): DeepWalk {
    return DeepWalk.restore("DeepWalk", file, (options) => new DeepWalk(options));
  }

  protected open(pairs: ItemPairs, rng: Rng): OpenedData {
    return walkData(this.name, pairs, { ...this.options, p: 1, q: 1 }, rng);
  }
}
