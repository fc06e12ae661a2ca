import { flag, type Rng, type Rules, resolveOptions } from "@kith/core-tensors";
import type { ItemPairs } from "@kith/data";
import { RANDOM_WALKS_RULES, type RandomWalksOptions } from "@kith/sampling";
import { type OpenedData, SkipGramRecommender } from "./skip-gram-recommender.ts";
import { type SkipGramOptions, skipGramRules } from "./training/skip-gram-options.ts";
import { type DirectionOptions, walkData, walkLengthRule } from "./walk-data.ts";

export interface Node2VecOptions extends SkipGramOptions, DirectionOptions, RandomWalksOptions {}

/**
 * node2vec (Grover and Leskovec, KDD 2016, https://arxiv.org/abs/1607.00653): DeepWalk whose walks of second order lean towards going back (p below 1),
 * staying near (q above 1) or going far (q below 1). Memory is O(edges): steps are drawn by rejection, without a table for each edge. Defaults as
 * its authors' code has them: vectors of 128, 10 walks of 80 nodes from each node, window 10, 1 epoch.
 */
export class Node2Vec extends SkipGramRecommender<ItemPairs> {
  /** What each option must be, and its default. */
  static readonly rules: Rules<Node2VecOptions> = {
    ...skipGramRules({ dim: 128, window: 10, epochs: 1 }),
    ...RANDOM_WALKS_RULES,
    walkLength: walkLengthRule(80),
    directed: flag(false),
  };
  readonly name = "Node2Vec";
  readonly options: Readonly<Required<Node2VecOptions>>;

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(options: Node2VecOptions = {}) {
    super();
    this.options = resolveOptions("Node2Vec", options, Node2Vec.rules);
  }

  /**
   * Reads what `save` wrote.
   * @throws FormatError or OptionError when it is something else
   */
  static load(file: Uint8Array): Node2Vec {
    return Node2Vec.restore("Node2Vec", file, (options) => new Node2Vec(options));
  }

  protected open(pairs: ItemPairs, rng: Rng): OpenedData {
    return walkData(this.name, pairs, this.options, rng);
  }
}
