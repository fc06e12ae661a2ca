import {
  Adagrad,
  add,
  gather,
  KithError,
  kernels,
  multiply,
  normal,
  normalizeRows,
  OptionError,
  oneOf,
  positive,
  positiveInteger,
  Rng,
  type Rules,
  relu,
  requireMemory,
  resolveOptions,
  rowDot,
  scale,
  subtract,
  sum,
  Tensor,
  wholeNumber,
} from "@kith/core-tensors";
import type { Features, ItemPairs } from "@kith/data";
import { pairGraph } from "@kith/graph";
import {
  type Epoch,
  ItemRecommender,
  type ItemScore,
  type TrainOptions,
  trainingLoop,
} from "@kith/recommender";
import { DistinctIds } from "@kith/sampling";
import { Bags, shorten } from "./bags.ts";
import { RankedPairs, type RankedPairsBatch } from "./ranked-pairs.ts";

/** What StarSpace learns from. */
export interface StarSpaceData {
  /** Pairs of items that belong together, in both directions. */
  readonly graph: ItemPairs;
  /** What is known about items, also about such as are in no pair. */
  readonly features?: Features | undefined;
}

export interface StarSpaceOptions {
  /** Length of each vector. Default 100. */
  dim?: number;
  /** How much more like its partner an item should be than one that is drawn. Default 0.05. */
  margin?: number;
  /** Items drawn for each pair. Default 5. */
  negatives?: number;
  /** What likeness is: the cosine, or the dot product. Default "cosine". */
  scoring?: ItemScore;
  /** Longest vector of a feature. Default 1. */
  maxNorm?: number;
  /** Passes over the pairs. Default 20. */
  epochs?: number;
  /** Pairs in a step, each direction counted. Default 256. */
  batchSize?: number;
  /** Step size of Adagrad. Default 0.01. */
  learningRate?: number;
  /** Standard deviation of numbers at first. Default 0.001. */
  initialScale?: number;
  /** Default 42. */
  seed?: number;
}

/**
 * StarSpace (Wu et al., AAAI 2018, https://arxiv.org/abs/1709.03856) for items: an item is the bag of its features, its own id among them.
 *
 *   x(a) = 1/√|a| Σ_{f ∈ a} F_f      loss = mean over pairs (a, b) of w Σₙ max(0, μ − sim(x(a), x(b)) + sim(x(a), x(n)))      ‖F_f‖ ≤ maxNorm
 *
 * n are partners in other pairs, drawn as often as they occur; a and b themselves are left out. Pairs that keep the margin change nothing. An item that is in the
 * features but in no pair is the bag of its features that training has met. Weights w of pairs are divided by their mean.
 */
export class StarSpace extends ItemRecommender<StarSpaceData> {
  /** What each option must be, and its default. */
  static readonly rules: Rules<StarSpaceOptions> = {
    dim: positiveInteger(100, 4096),
    margin: positive(0.05),
    negatives: positiveInteger(5, 1000),
    scoring: oneOf(["cosine", "dot"], "cosine"),
    maxNorm: positive(1),
    epochs: positiveInteger(20),
    batchSize: positiveInteger(256, 2 ** 20),
    learningRate: positive(0.01),
    initialScale: positive(0.001),
    seed: wholeNumber(42),
  };
  readonly name = "StarSpace";
  readonly options: Readonly<Required<StarSpaceOptions>>;

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(options: StarSpaceOptions = {}) {
    super();
    this.options = resolveOptions("StarSpace", options, StarSpace.rules);
  }

  /**
   * Reads what `save` wrote.
   * @throws FormatError or OptionError when it is something else
   */
  static load(file: Uint8Array): StarSpace {
    return StarSpace.restore("StarSpace", file, (options) => new StarSpace(options));
  }

  override get scoring(): ItemScore {
    return this.options.scoring;
  }

  async *train(
    data: StarSpaceData,
    options: TrainOptions<ItemPairs> = {},
  ): AsyncGenerator<Epoch, void, void> {
    kernels(); // chooses what computes, which allocates, before there are views
    const { dim, epochs, learningRate, initialScale, maxNorm, seed } = this.options;
    if (typeof data?.graph?.compact !== "function")
      throw new OptionError(
        this.name,
        "data",
        "must be { graph, features }: ItemPairs, and Features or nothing",
      );
    const { source, target, weight } = data.graph;
    const kept = data.graph.select((row) => source[row] !== target[row] && weight?.[row] !== 0);
    if (kept.length === 0)
      throw new KithError(
        `${this.name}: expected at least one pair of two items with a weight above 0, got none among ${data.graph.length.toLocaleString("en-US")} pairs`,
      );
    const pairs = kept.compact();
    if (pairs.items.size === 2)
      throw new KithError(
        `${this.name}: expected pairs of at least three items, got two, which there is nothing to tell from`,
      );
    const rng = new Rng(seed);
    const ranked = new RankedPairs(pairGraph(pairs).graph, this.options, rng.fork("pairs"));
    const bags = new Bags(this.name, pairs.items, data.features);
    const { size } = bags.items;
    requireMemory(
      `${this.name}: vectors of ${bags.features.toLocaleString("en-US")} items and values × ${dim}, the state of Adagrad, and ${size.toLocaleString("en-US")} vectors to answer from`,
      (2 * bags.features + size) * dim * 4,
    );
    this.learnItems(bags.items);
    const features = normal(Tensor.parameter([bags.features, dim]), rng.fork("init"), initialScale);
    const adagrad = new Adagrad([features], { learningRate });
    const distinct = new DistinctIds(size);
    const step = (batch: RankedPairsBatch) => {
      if (batch.others.length === 0) return { sum: 0, count: batch.count };
      const { ids, positions } = distinct.of([batch.sources, batch.targets, batch.others]);
      return bags.embed(features, ids, (vectors, rows) => {
        const mean = adagrad.minimize(() => this.#loss(vectors(), positions, batch));
        shorten(features, rows, maxNorm);
        return { sum: mean * batch.count, count: batch.count };
      });
    };
    try {
      yield* trainingLoop<RankedPairsBatch, ItemPairs>(
        this,
        {
          epochs,
          parameters: { features },
          optimizer: adagrad,
          steps: ranked.count,
          batches: (epoch) => ranked.of(epoch),
          step,
          finish: () => this.updateTables(dim, ({ items }) => bags.fill(items, features)),
          dataHash: () => [data.graph, data.features].map((part) => part?.hash()).join("-"),
        },
        options,
      );
    } finally {
      for (const owner of [features, adagrad]) owner.dispose();
    }
  }

  /** Σ w max(0, μ − sim(a, b) + sim(a, n)) / pairs. */
  #loss(vectors: Tensor, positions: readonly Uint32Array[], batch: RankedPairsBatch): Tensor {
    const { margin, scoring } = this.options;
    const x = scoring === "cosine" ? normalizeRows(vectors) : vectors;
    const [a, b, n] = positions.map((rows) => gather(x, rows));
    const margins = Tensor.from(new Float32Array(batch.others.length).fill(margin));
    const short = relu(add(margins, subtract(rowDot(a, n), rowDot(a, b))));
    return scale(sum(multiply(Tensor.from(batch.weights), short)), 1 / batch.count);
  }
}
