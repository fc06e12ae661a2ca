import {
  fraction,
  normalizeRows,
  OptionError,
  oneOf,
  positiveInteger,
  Rng,
  type Rule,
  type Rules,
  relu,
  requireMemory,
  resolveOptions,
  type Tensor,
  wholeNumber,
} from "@kith/core-tensors";
import type { Interactions } from "@kith/data";
import { bipartite, degrees } from "@kith/graph";
import type { Epoch, TrainOptions } from "@kith/recommender";
import { LayeredRecommender } from "./layered-recommender.ts";
import type { Neighbourhood, Weights } from "./layers/neighbourhood.ts";
import { type Aggregator, sageConvolution, sageShapes } from "./layers/sage-convolution.ts";
import type { Propagation } from "./newcomer-graph.ts";
import { NodeInputs } from "./node-inputs.ts";
import { type RankingOptions, rankingRules } from "./ranking-options.ts";
import { SampledEncoder } from "./sampled-encoder.ts";
import { trainRanking } from "./train-ranking.ts";
import { WalkBatches } from "./walk-batches.ts";

/** Tiles of scores, and the blocks of a batch with the states and gradients of their nodes. */
const ARENA_SLACK = 2 ** 28;

export interface GraphSAGEOptions extends Omit<RankingOptions, "loss"> {
  /**
   * "walks" is the paper's unsupervised loss: nodes that short walks bring together are near, nodes drawn by degree^0.75 are far. "softmax" and "bpr"
   * rank items for users. Default "softmax".
   */
  loss?: "softmax" | "bpr" | "walks";
  /** How neighbours become one vector. Default "mean". */
  aggregator?: Aggregator;
  /** Neighbours that are drawn of each node, the nearest first; as many numbers as layers. Default [25, 10]. */
  fanOut?: readonly number[];
  /** Share of the numbers that a layer reads which are dropped in training. Default 0. */
  dropout?: number;
  /** "walks" only: walks that start at each node in an epoch. Default 5. */
  walksPerNode?: number;
  /** "walks" only: nodes in a walk, its start included. Default 6. */
  walkLength?: number;
}

const fanOutRule: Rule<readonly number[]> = {
  default: [25, 10],
  wanted: "a list of 1 to 8 whole numbers from 1 to 1000",
  accepts: (value) =>
    Array.isArray(value) &&
    value.length >= 1 &&
    value.length <= 8 &&
    value.every((count) => Number.isInteger(count) && count >= 1 && count <= 1000),
};

/**
 * GraphSAGE (Hamilton et al., NeurIPS 2017, https://arxiv.org/abs/1706.02216): embeddings of users and items from what is known of them and of a fixed number of
 * neighbours of neighbours, by functions that are learned: so nodes that training has not seen get embeddings, too. A step's memory does not grow with the graph.
 *
 *   h_N = AGGREGATE(hⱼ of drawn neighbours)      h⁽ᵏ⁺¹⁾ = ReLU([hᵢ W_self ‖ h_N W_neighbours])      z = h⁽ᴷ⁾ / ‖h⁽ᴷ⁾‖, no ReLU in the last layer
 */
export class GraphSAGE extends LayeredRecommender {
  /** What each option must be, and its default. */
  static readonly rules: Rules<GraphSAGEOptions> = {
    ...rankingRules,
    loss: oneOf(["softmax", "bpr", "walks"], "softmax"),
    epochs: positiveInteger(10),
    batchSize: positiveInteger(512),
    regularization: { ...rankingRules.regularization, default: 0 },
    negatives: { ...rankingRules.negatives, default: 512 },
    aggregator: oneOf(["mean", "gcn", "pool", "lstm"], "mean"),
    fanOut: fanOutRule,
    dropout: fraction(0),
    walksPerNode: positiveInteger(5, 1e4),
    walkLength: wholeNumber(6, 2, 1e4),
  };
  readonly name = "GraphSAGE";
  readonly options: Readonly<Required<GraphSAGEOptions>>;

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(options: GraphSAGEOptions = {}) {
    super();
    this.options = resolveOptions("GraphSAGE", options, GraphSAGE.rules);
    const { dim, aggregator } = this.options;
    if (aggregator !== "gcn" && dim % 2 === 1)
      throw new OptionError(
        "GraphSAGE",
        "dim",
        `must be even, as half of it is a node's own and half its neighbours', got ${dim}`,
      );
  }

  /**
   * Reads what `save` wrote.
   * @throws FormatError or OptionError when it is something else
   */
  static load(file: Uint8Array): GraphSAGE {
    return GraphSAGE.restore("GraphSAGE", file, (options) => new GraphSAGE(options));
  }

  get fanOut(): readonly number[] {
    return this.options.fanOut;
  }

  get selfLoops(): boolean {
    return this.options.aggregator === "gcn";
  }

  get drawsAlways(): boolean {
    return this.options.aggregator === "lstm";
  }

  protected get depth(): number {
    return this.options.fanOut.length;
  }

  protected get propagation(): Propagation {
    return { selfLoops: this.selfLoops, normalization: "row" };
  }

  protected get width(): number {
    return this.options.dim;
  }

  async *train(data: Interactions, options: TrainOptions = {}): AsyncGenerator<Epoch, void, void> {
    const { dim, seed, loss } = this.options;
    this.learnVocabularies(data);
    this.dispose(); // what was learned before is of other users and items
    const known = { users: data.users.size, items: data.items.size };
    const nodes = known.users + known.items;
    requireMemory(
      `GraphSAGE: a graph of ${data.length.toLocaleString("en-US")} interactions, ${this.depth + 3} states of ${nodes.toLocaleString("en-US")} users and items × ${dim}, and embeddings of the items with the state of Adam`,
      data.length * 16 +
        ((this.depth + 3) * nodes + (this.depth + 5) * known.items) * dim * 4 +
        ARENA_SLACK,
    );
    const rng = new Rng(seed);
    const edges = bipartite(data);
    const degreesOfItems = degrees(edges).subarray(known.users);
    yield* trainRanking(
      this,
      data,
      rng,
      {
        lazy: true,
        start: () => {
          const inputs = new NodeInputs(known, dim, rng.fork("inputs"));
          return new SampledEncoder(this, inputs, edges, rng.fork("layers"));
        },
        finish: (encoder) => this.answerFrom(encoder, known.users, degreesOfItems),
        ...(loss === "walks" && {
          batches: (all, _, drawn) => new WalkBatches(all, this.options, drawn),
        }),
      },
      options,
    );
  }

  layerShapes(): Readonly<Record<string, readonly number[]>> {
    const { aggregator, dim } = this.options;
    return sageShapes(aggregator, dim, dim);
  }

  layer(n: number, at: Neighbourhood, x: Tensor, weights: Weights, rng?: Rng): Tensor {
    const { aggregator, dropout } = this.options;
    const h = sageConvolution(at, x, weights, aggregator, rng && { rate: dropout, rng });
    return n < this.depth - 1 ? relu(h) : h;
  }

  combine(states: readonly Tensor[]): Tensor {
    return normalizeRows(states[states.length - 1]);
  }
}
