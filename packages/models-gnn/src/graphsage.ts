import {
  fraction,
  gather,
  normalizeRows,
  OptionError,
  oneOf,
  positive,
  positiveInteger,
  Rng,
  type Rule,
  type Rules,
  relu,
  requireMemory,
  resolveOptions,
  scope,
  type Tensor,
  UnknownIdError,
  wholeNumber,
} from "@kith/core-tensors";
import type { Interactions } from "@kith/data";
import { bipartite, degrees } from "@kith/graph";
import type {
  Embeddings,
  Epoch,
  StoredTensor,
  TensorReader,
  TrainOptions,
} from "@kith/recommender";
import { type TargetOptions, targetRules, targetsOf } from "./interaction-types.ts";
import { LayeredRecommender, type Trained } from "./layered-recommender.ts";
import type { Neighbourhood } from "./layers/neighbourhood.ts";
import { type Aggregator, sageConvolution, sageShapes } from "./layers/sage-convolution.ts";
import { drawnWeights, type Shapes, type Weights } from "./layers/weights.ts";
import type { Propagation } from "./newcomer-graph.ts";
import {
  type ChosenFeatures,
  encoded,
  featuresRule,
  fitEncoders,
  type NodeEncoders,
  readEncoders,
} from "./node-features.ts";
import { inputShapes, type Known, NodeInputs } from "./node-inputs.ts";
import { type RankingOptions, rankingRules } from "./ranking-options.ts";
import { SampledEncoder } from "./sampled-encoder.ts";
import { trainRanking } from "./train-ranking.ts";
import { WalkBatches } from "./walk-batches.ts";

/** Tiles of scores and whatever else does not grow. */
const ARENA_SLACK = 2 ** 27;
/** Tensors of the nodes of a block that a step makes and keeps until their gradients are known, with these. */
const TENSORS_OF_A_STEP = 8;

export interface GraphSAGEOptions extends Omit<RankingOptions, "loss">, TargetOptions {
  /**
   * "walks" is the paper's unsupervised loss: nodes that short walks bring together are near, nodes drawn by degree^0.75 are far. "softmax" and "bpr"
   * rank items for users. Default "softmax".
   */
  loss?: "softmax" | "bpr" | "walks";
  /** Passes over the interactions. Default 10. */
  epochs?: number;
  /** Draws per step. Default 1024. */
  batchSize?: number;
  /** Step size of Adam. Default 0.01. */
  learningRate?: number;
  /** Weight λ of the L2 penalty on the batch's embeddings. Default 0. */
  regularization?: number;
  /** "softmax": items that all rows of a step are told from, 0 for all; "walks": nodes. Each is computed like the others. Default 1024. */
  negatives?: number;
  /** How neighbours become one vector. Default "mean". */
  aggregator?: Aggregator;
  /** Neighbours that are drawn of each node, the nearest first; as many numbers as layers. Default [25, 10]. */
  fanOut?: readonly number[];
  /** Share of the numbers that a layer reads which are dropped in training. Default 0. */
  dropout?: number;
  /** Which features of users and items are read, where the data have any; without them an embedding of each item is learned. Default "all". */
  nodeFeatures?: ChosenFeatures;
  /** "walks" only: walks that start at each node in an epoch. Default 5. */
  walksPerNode?: number;
  /** "walks" only: nodes in a walk, its start included. Default 6. */
  walkLength?: number;
}

const OWN = "items.own";
/** Names in model files. */
const ENCODERS = "features";
const inputName = (name: string) => `inputs.${name}`;

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
    ...targetRules,
    loss: oneOf(["softmax", "bpr", "walks"], "softmax"),
    epochs: positiveInteger(10),
    batchSize: positiveInteger(1024),
    learningRate: positive(0.01),
    regularization: { ...rankingRules.regularization, default: 0 },
    negatives: { ...rankingRules.negatives, default: 1024 },
    aggregator: oneOf(["mean", "gcn", "pool", "lstm"], "mean"),
    fanOut: fanOutRule,
    dropout: fraction(0),
    nodeFeatures: featuresRule,
    walksPerNode: positiveInteger(5, 1e4),
    walkLength: wholeNumber(6, 2, 1e4),
  };
  readonly name = "GraphSAGE";
  readonly options: Readonly<Required<GraphSAGEOptions>>;
  #encoders: NodeEncoders = { users: undefined, items: undefined };

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
    const { dim, seed, loss, nodeFeatures } = this.options;
    const targets = targetsOf("GraphSAGE", data, this.options.targetTypes);
    this.learnVocabularies(data, targets);
    this.dispose(); // what was learned before is of other users and items
    this.#requireMemory(data);
    this.#encoders = fitEncoders(this.name, data, nodeFeatures);
    const known = this.#known(data);
    const edges = bipartite(data);
    const rng = new Rng(seed);
    const start = () => {
      const inputs = NodeInputs.drawn(known, dim, rng.fork("inputs"));
      const ofLayers = rng.fork("layers");
      const weights = this.fanOut.map((_, n) => drawnWeights(this.layerShapes(), ofLayers.fork(n)));
      return new SampledEncoder(this, inputs, weights, edges, rng.fork("inference"));
    };
    const finish = (encoder: SampledEncoder) =>
      this.answerFrom(encoder, known.users, degrees(edges).subarray(known.users));
    const batches = (_: unknown, __: unknown, drawn: Rng) =>
      new WalkBatches(edges, this.options, drawn); // walks go over the whole graph
    const training = { start, finish, targets, lazy: true, ...(loss === "walks" && { batches }) };
    yield* trainRanking(this, data, rng, training, options);
  }

  /**
   * Embeddings of all users and items of other data, which training need not have seen, from their features and neighbours: the model answers for these from then
   * on. Nothing is trained.
   * @throws NotFittedError before training
   * @throws FormatError where features that training had are missing
   * @throws UnknownIdError for an item that training has not seen, when items have no features
   */
  infer(data: Interactions): void {
    const { further } = this.fitted();
    const inputs = this.#inputsFor(data, further);
    const kept = Array.from({ length: this.depth }, (_, n) =>
      Object.fromEntries(
        Object.entries(this.weightsOf(n, further)).map(([name, weight]) => [name, weight.keep()]),
      ),
    );
    const edges = bipartite(data);
    const { users } = this.#known(data);
    this.#requireMemory(data);
    this.dispose();
    const { targetTypes } = this.options;
    const hasTargets = targetTypes.length > 0 && data.types !== undefined;
    this.learnVocabularies(data, hasTargets ? data.ofTypes(targetTypes) : data);
    const rng = new Rng(this.options.seed).fork("inference");
    const encoder = new SampledEncoder(this, inputs, kept, edges, rng);
    try {
      this.answerFrom(encoder, users, degrees(edges).subarray(users));
    } finally {
      encoder.dispose();
    }
  }

  /** What is read of the nodes of other data: by what was learned of features, or of the items that training had. */
  #inputsFor(data: Interactions, further: Readonly<Record<string, Tensor>>): NodeInputs {
    const known = this.#known(data);
    const parameters: Record<string, Tensor> = {};
    for (const name of Object.keys(this.#inputShapes(data.items.size)))
      if (name !== OWN) parameters[name] = further[inputName(name)].keep();
    if (!this.#encoders.items) {
      const rows = data.items.indicesIn(this.items);
      const unknown = rows.indexOf(-1);
      if (unknown >= 0)
        throw new UnknownIdError(
          `${this.name}.infer: item`,
          data.items.id(unknown),
          "it was not in training; train with features of items, by which new ones are known",
        );
      parameters[OWN] = scope(() => gather(further["items.layer0"], Uint32Array.from(rows)).keep());
    }
    return new NodeInputs(known, parameters);
  }

  #known(data: Interactions): Known {
    return {
      users: data.users.size,
      items: data.items.size,
      userFeatures: encoded(this.name, "users", this.#encoders, data),
      itemFeatures: encoded(this.name, "items", this.#encoders, data),
    };
  }

  #inputShapes(items: number): Shapes {
    const { users: ofUsers, items: ofItems } = this.#encoders;
    const widths = { users: ofUsers?.width, items: ofItems?.width };
    return inputShapes({ users: 1, items }, widths, this.options.dim);
  }

  #requireMemory(data: Interactions): void {
    const { dim, batchSize, negatives, loss } = this.options;
    const [users, items] = [data.users.size, data.items.size];
    // Targets of a step, then hop by hop the nodes that they draw: never more than there are.
    let nodes = (loss === "bpr" ? 3 : 2) * batchSize + (loss === "bpr" ? 0 : negatives || items);
    let ofStep = 0;
    for (const fanOut of this.fanOut) {
      nodes = Math.min(users + items, nodes * (1 + fanOut));
      ofStep += nodes;
    }
    const states = (this.depth + 3) * (users + items) + (this.depth + 5) * items;
    requireMemory(
      `GraphSAGE: a graph of ${data.length.toLocaleString("en-US")} interactions, the states of ${(users + items).toLocaleString("en-US")} users and items × ${dim} in ${this.depth} layers, and embeddings of the items with the state of Adam`,
      data.length * 16 + (states + TENSORS_OF_A_STEP * ofStep) * dim * 4 + ARENA_SLACK,
    );
  }

  layerShapes(): Shapes {
    const { aggregator, dim } = this.options;
    return sageShapes(aggregator, dim, dim);
  }

  layer(n: number, at: Neighbourhood, x: Tensor, weights: Weights, rng?: Rng): Tensor {
    const { aggregator, dropout } = this.options;
    const h = sageConvolution(at, x, weights, aggregator, rng && { rate: dropout, rng });
    return n < this.depth - 1 ? relu(h) : h;
  }

  /** The states of layers and what is read of nodes, by which `infer` knows others. */
  protected override furtherTables(items: number): Shapes {
    const inputs = Object.entries(this.#inputShapes(items)).filter(([name]) => name !== OWN);
    return {
      ...super.furtherTables(items),
      ...Object.fromEntries(inputs.map(([name, shape]) => [inputName(name), shape])),
    };
  }

  protected override fillFurther(
    trained: Trained,
    tables: Embeddings,
    states: readonly Tensor[],
  ): void {
    super.fillFurther(trained, tables, states);
    const { parameters } = trained as SampledEncoder;
    for (const name of Object.keys(this.#inputShapes(tables.items.rows)))
      if (name !== OWN) tables.further[inputName(name)].data.set(parameters[name].data);
  }

  protected override learnedTensors(): Readonly<Record<string, StoredTensor>> | undefined {
    const tensors = super.learnedTensors();
    if (!tensors) return undefined;
    const data = new TextEncoder().encode(JSON.stringify(this.#encoders));
    return { ...tensors, [ENCODERS]: { shape: [data.length], data } };
  }

  protected override adoptTensors(tensors: TensorReader, users: number, items: number): void {
    this.#encoders = readEncoders(tensors.json(ENCODERS));
    super.adoptTensors(tensors, users, items);
  }

  combine(states: readonly Tensor[]): Tensor {
    return normalizeRows(states[states.length - 1]);
  }
}
