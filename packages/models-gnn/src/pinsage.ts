import {
  Adam,
  between,
  type Csr,
  concat,
  gather,
  matmul,
  maxMarginLoss,
  multiply,
  positive,
  positiveInteger,
  propagate,
  Rng,
  type Rule,
  type Rules,
  requireMemory,
  resolveOptions,
  rowDot,
  SparseMatrix,
  Tensor,
  wholeNumber,
} from "@kith/core-tensors";
import type { Interactions } from "@kith/data";
import { bipartite, degrees } from "@kith/graph";
import {
  AdditiveRecommender,
  type Epoch,
  type TrainOptions,
  trainingLoop,
} from "@kith/recommender";
import { DistinctIds, mostVisited } from "@kith/sampling";
import { ImportanceGraph } from "./importance-graph.ts";
import { edgeWeights, type TypeOptions, targetsOf, typeRules } from "./interaction-types.ts";
import { type ChosenFeatures, encoded, featuresRule, fitEncoders } from "./node-features.ts";
import { type PairBatch, PairBatches } from "./pair-batches.ts";
import { PinSageEncoder } from "./pinsage-encoder.ts";

/** Blocks of a batch with the states and gradients of their items. */
const ARENA_SLACK = 2 ** 28;

export interface PinSageOptions extends TypeOptions {
  /** Length of the embeddings. Default 64. */
  dim?: number;
  /** Convolutions. Default 2. */
  layers?: number;
  /** Neighbours of an item: those that walks visit most often. Default 20; the paper takes 50. */
  neighbours?: number;
  /** Walks from each item, by which neighbours are found. Default 200. */
  walks?: number;
  /** Nodes of the graph of users and items in a walk, its start included. Default 5: the item, a user, an item, a user, an item. */
  walkLength?: number;
  /** Passes over as many pairs as there are interactions. Default 10. */
  epochs?: number;
  /** Pairs in a step. Default 512. */
  batchSize?: number;
  /** Step size of Adam at its height, at the end of the first epoch; from then on it falls by 5 % an epoch. Default 0.003. */
  learningRate?: number;
  /** Margin Δ by which a pair should score above others. Default 1. */
  margin?: number;
  /** Items that all pairs of a step are told from, drawn uniformly. Default 500. */
  negatives?: number;
  /** Hard negatives of a pair at most: there are n − 1 of them in epoch n. Default 6. */
  hardNegatives?: number;
  /** Which ranks among the visited items hard negatives are drawn from. Default [50, 200]; the paper takes [2000, 5000] of billions. */
  hardRanks?: readonly number[];
  /** Which features of the items are read, where the data have any; without them an embedding of each item is learned. Default "all". */
  nodeFeatures?: ChosenFeatures;
  /** Same seed, data and kernels: same model, to the bit. Default 42. */
  seed?: number;
}

const ranksRule: Rule<readonly number[]> = {
  default: [50, 200],
  wanted: "two whole numbers, the first below the second",
  accepts: (value) =>
    Array.isArray(value) &&
    value.length === 2 &&
    value.every((rank) => Number.isInteger(rank) && rank >= 0 && rank <= 1e6) &&
    value[0] < value[1],
};

/**
 * PinSage (Ying et al., KDD 2018, https://arxiv.org/abs/1806.01973): embeddings of items from their features and from the items that random walks over the graph of
 * users and items visit most often, in convolutions that weigh neighbours by their visits. It learns from pairs of items that one user has, by a
 * margin, against items drawn for all pairs of a step and, from epoch to epoch more, against hard ones that are nearly right; edges between the items of a
 * pair are left out while it is learned. A user is the sum of their items.
 */
export class PinSage extends AdditiveRecommender {
  /** What each option must be, and its default. */
  static readonly rules: Rules<PinSageOptions> = {
    dim: positiveInteger(64, 4096),
    layers: positiveInteger(2, 8),
    neighbours: positiveInteger(20, 1000),
    walks: positiveInteger(200, 1e5),
    walkLength: wholeNumber(5, 3, 1000),
    epochs: positiveInteger(10),
    batchSize: positiveInteger(512),
    learningRate: positive(3e-3),
    margin: between(1, 0, 1e3),
    negatives: positiveInteger(500),
    hardNegatives: wholeNumber(6, 0, 100),
    hardRanks: ranksRule,
    nodeFeatures: featuresRule,
    ...typeRules,
    seed: wholeNumber(42),
  };
  readonly name = "PinSage";
  readonly options: Readonly<Required<PinSageOptions>>;

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(options: PinSageOptions = {}) {
    super();
    this.options = resolveOptions("PinSage", options, PinSage.rules);
  }

  /**
   * Reads what `save` wrote.
   * @throws FormatError or OptionError when it is something else
   */
  static load(file: Uint8Array): PinSage {
    return PinSage.restore("PinSage", file, (options) => new PinSage(options));
  }

  async *train(data: Interactions, options: TrainOptions = {}): AsyncGenerator<Epoch, void, void> {
    const { dim, layers, neighbours, walks, walkLength, hardNegatives, hardRanks } = this.options;
    const { epochs, learningRate, seed } = this.options;
    const targets = targetsOf("PinSage", data, this.options.targetTypes);
    this.learnVocabularies(data, targets);
    this.dispose(); // what was learned before is of other users and items
    const items = data.items.size;
    requireMemory(
      `PinSage: embeddings of ${items.toLocaleString("en-US")} items × ${dim}, ${layers} states of them, and the state of Adam`,
      (layers + 8) * items * dim * 4 + data.length * 16 + ARENA_SLACK,
    );
    const rng = new Rng(seed);
    const keep = Math.max(neighbours, hardNegatives > 0 ? hardRanks[1] : 0);
    const { size } = data.users;
    const edges = bipartite(data, edgeWeights(this.options.typeWeights));
    const graph = new ImportanceGraph(
      mostVisited(edges, [size, size + items], { walks, walkLength, keep }, rng.fork("walks")),
      neighbours,
    );
    const batches = new PairBatches(targets, graph, this.options, rng.fork("pairs"));
    const encoders = fitEncoders(this.name, data, this.options.nodeFeatures);
    const features = encoded(this.name, "items", encoders, data);
    const encoder = new PinSageEncoder(graph, features, { dim, layers }, rng.fork("init"));
    const { parameters } = encoder;
    const adam = new Adam(Object.values(parameters), { learningRate, lazy: true });
    const distinct = new DistinctIds(items);
    try {
      yield* trainingLoop<PairBatch>(
        this,
        {
          epochs,
          parameters,
          optimizer: adam,
          steps: batches.count,
          batches: (epoch) => batches.of(epoch),
          step: (batch) => {
            // Warmed up over the first epoch, then falling.
            const passed = adam.steps / batches.count;
            adam.rateFactor = passed < 1 ? (adam.steps + 1) / batches.count : 0.95 ** (passed - 1);
            return adam.minimize(() => this.#loss(encoder, batch, distinct));
          },
          finish: () => this.#finish(encoder, edges, size),
          dataHash: () => data.hash(),
        },
        options,
      );
    } finally {
      for (const owner of [encoder, adam]) owner.dispose();
    }
  }

  #loss(encoder: PinSageEncoder, batch: PairBatch, distinct: DistinctIds): Tensor {
    const { queries, positives, negatives, hard } = batch;
    const nodes = distinct.of([queries, positives, negatives, hard]);
    const z = encoder.embed(nodes.ids, [queries, positives]);
    const [q, p, n, h] = nodes.positions;
    const query = gather(z, q);
    const liked = rowDot(query, gather(z, p));
    const others = [matmul(query, gather(z, n), { transposeB: true })];
    const hardness = hard.length / queries.length;
    const ones = Tensor.from(new Float32Array(z.columns).fill(1), [z.columns, 1]);
    for (let each = 0; each < hardness; each++) {
      const ids = q.map((_, r) => h[r * hardness + each]);
      others.push(matmul(multiply(query, gather(z, ids)), ones));
    }
    return maxMarginLoss(liked, concat(others), this.options.margin);
  }

  /** The tables to answer from: a user is the sum of their items by weight, by the root of all weights. */
  #finish(encoder: PinSageEncoder, edges: Csr, userCount: number): void {
    const { dim } = this.options;
    const offsets = edges.offsets.slice(0, userCount + 1);
    const size = offsets[userCount];
    const indices = edges.indices.subarray(0, size).map((node) => node - userCount);
    const values = edges.values.slice(0, size);
    const weights = degrees(edges);
    for (let user = 0; user < userCount; user++)
      for (let k = offsets[user]; k < offsets[user + 1]; k++) values[k] /= Math.sqrt(weights[user]);
    const itemCount = edges.rows - userCount;
    const rows = { rows: userCount, columns: itemCount, offsets, indices, values };
    this.updateEmbeddings(userCount, itemCount, dim, ({ users, items, shares }) => {
      items.data.set(encoder.embedAll().data);
      shares.data.set(items.data);
      users.data.set(propagate(new SparseMatrix(rows, { scoped: true }), items).data);
    });
  }
}
