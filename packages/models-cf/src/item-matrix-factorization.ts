import {
  between,
  FormatError,
  flag,
  KithError,
  kernels,
  normalizeRows,
  OptionError,
  oneOf,
  positive,
  positiveInteger,
  Rng,
  type Rules,
  resolveOptions,
  Tensor,
  wholeNumber,
} from "@kith/core-tensors";
import type { Id, ItemPairs, Sequences } from "@kith/data";
import { pairGraph } from "@kith/graph";
import {
  type Epoch,
  ItemRecommender,
  type ItemScore,
  type ItemTables,
  type Learned,
  type StoredTensor,
  type TensorReader,
  type TrainOptions,
  trainingLoop,
} from "@kith/recommender";
import { RandomWalks } from "@kith/sampling";
import { checkDecay } from "./check-decay.ts";
import { answerColumns, startFactors, withoutBiases, writeAnswers } from "./factor-tables.ts";
import { edgePairs, type PairSource, sequencePairs } from "./pair-source.ts";
import { PairTraining } from "./pair-training.ts";

export interface ItemMatrixFactorizationOptions {
  /** Length of each vector. Default 128. */
  dim?: number;
  /** Whether each item has a bias, too: what it scores with any other. Default false. */
  biases?: boolean;
  /** One table of vectors for both sides of pairs instead of one for each: then scores are symmetric. Default false. */
  sharedTable?: boolean;
  /** Of pairs only: 0 learns the pairs themselves; else the window pairs of so many random walks from each item over their graph. Default 0. */
  walksPerNode?: number;
  /** Items in a walk. Default 40. */
  walkLength?: number;
  /** Of walks and sequences: items on either side that make a pair with one; the span is drawn from 1 … window. Default 5. */
  window?: number;
  /** Items drawn for each pair, to tell it from pairs with them. Default 5. */
  negatives?: number;
  /** They are drawn by the power alpha of how often they are in pairs. Default 0.75. */
  alpha?: number;
  /** Whether pairs, and steps of walks, count by their weights. Default true. */
  weighted?: boolean;
  /** Passes over the pairs. Default 20. */
  epochs?: number;
  /** Step size at first. Default 0.1. */
  learningRate?: number;
  /**
   * "linear": the step size falls to nearly 0 over all epochs; "restarts": it does so within each epoch and jumps back, as in SGDR (Loshchilov and Hutter 2017,
   * https://arxiv.org/abs/1608.03983) but along a line, so that each epoch forgets some of what the one before learned. Default "linear".
   */
  schedule?: "linear" | "restarts";
  /** Weight of the L2 penalty on the vectors and biases that a step trains. Default 0.01. */
  regularization?: number;
  /** Length of vectors at first, about: their numbers are drawn from N(0, initialScale² / dim). Default 1. */
  initialScale?: number;
  /** Train on one thread, so that the same seed gives the same model to the bit; else threads change the same vectors without locks (Hogwild). Default false. */
  deterministic?: boolean;
  /** Default 42. */
  seed?: number;
}

/**
 * Logistic matrix factorisation (Johnson, NIPS workshop 2014) of pairs of items, with drawn negatives as in word2vec (Mikolov et al., NIPS 2013,
 * https://arxiv.org/abs/1310.4546).
 *
 *   score(a, b) = pₐ · q_b + βₐ + γ_b      loss = −Σ (log σ(score(a, b)) + Σₙ log σ(−score(a, n)))      n drawn by frequency^0.75
 *
 * a is the item asked about, b the one that is ranked. Each pair is learned in both directions, so score(a, b) and score(b, a) are about the same; they are
 * equal with one table for both sides. An epoch's loss is the mean over its pairs, each with its negatives, summed in float64.
 */
export class ItemMatrixFactorization extends ItemRecommender<ItemPairs | Sequences> {
  /** What each option must be, and its default. */
  static readonly rules: Rules<ItemMatrixFactorizationOptions> = {
    dim: positiveInteger(128, 4096),
    biases: flag(false),
    sharedTable: flag(false),
    walksPerNode: wholeNumber(0, 0, 1e6),
    walkLength: positiveInteger(40, 1e5),
    window: positiveInteger(5, 10_000),
    negatives: wholeNumber(5, 1, 50),
    alpha: between(0.75, 0, 2),
    weighted: flag(true),
    epochs: positiveInteger(20),
    learningRate: positive(0.1),
    schedule: oneOf(["linear", "restarts"], "linear"),
    regularization: between(0.01, 0, 1e3),
    initialScale: positive(1),
    deterministic: flag(false),
    seed: wholeNumber(42),
  };
  readonly name = "ItemMatrixFactorization";
  readonly options: Readonly<Required<ItemMatrixFactorizationOptions>>;

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(options: ItemMatrixFactorizationOptions = {}) {
    super();
    this.options = resolveOptions(
      "ItemMatrixFactorization",
      options,
      ItemMatrixFactorization.rules,
    );
    checkDecay("ItemMatrixFactorization", this.options);
  }

  /**
   * Reads what `save` wrote.
   * @throws FormatError or OptionError when it is something else
   */
  static load(file: Uint8Array): ItemMatrixFactorization {
    const make = (options: object) => new ItemMatrixFactorization(options);
    return ItemMatrixFactorization.restore("ItemMatrixFactorization", file, make);
  }

  override get scoring(): ItemScore {
    return "dot";
  }

  protected override get hasQueryTable(): boolean {
    return !this.options.sharedTable || this.options.biases;
  }

  async *train(
    data: ItemPairs | Sequences,
    options: TrainOptions<ItemPairs> = {},
  ): AsyncGenerator<Epoch, void, void> {
    kernels(); // chooses what computes, which allocates, before there are views
    const { signal } = options;
    signal?.throwIfAborted();
    const rng = new Rng(this.options.seed);
    const held: Held[] = [];
    const hold = (owner: Held) => void held.push(owner);
    try {
      const source = await this.#open(data, rng.fork("pairs"), hold, signal);
      const { frequencies } = source;
      const kept = Uint32Array.from(frequencies.keys()).filter((item) => frequencies[item] > 0);
      if (kept.length === 0)
        throw new KithError(
          `${this.name}: expected pairs of different items to learn from, got none among ${frequencies.length.toLocaleString("en-US")} items`,
        );
      this.learnItems(kept.length === frequencies.length ? data.items : data.items.pick(kept));
      const { name, options: own } = this;
      const start = rng.fork("init");
      const tables = await startFactors(name, frequencies.length, own, start, { hold, signal });
      const write = (answers: ItemTables) => writeAnswers(answers, tables, own.dim, kept);
      const finish = () => this.updateTables(answerColumns(own), write);
      const dataHash = () => data.hash();
      const training = new PairTraining(
        { ...own, source, tables, finish, dataHash },
        rng.fork("negatives"),
      );
      hold(training);
      yield* trainingLoop(this, training, options);
    } finally {
      for (const owner of held) owner.dispose();
    }
  }

  /**
   * An item's vector q, as it is ranked by: a copy of [dim], without the bias.
   * @throws UnknownIdError
   */
  override vector(item: Id): Float32Array {
    return super.vector(item).slice(0, this.options.dim);
  }

  /** All vectors q, in the order of `items`: a copy of [items, dim], without the biases. */
  override vectors(): StoredTensor & { readonly data: Float32Array } {
    const { dim } = this.options;
    const { shape, data } = super.vectors();
    return { shape: [shape[0], dim], data: withoutBiases(data, shape[1], dim) };
  }

  protected override unitVectors(): Tensor {
    const { dim, biases } = this.options;
    if (!biases) return super.unitVectors();
    const { items } = this.tables as ItemTables;
    const vectors = withoutBiases(items.data, items.columns, dim);
    return normalizeRows(Tensor.from(vectors, [items.rows, dim]));
  }

  protected override adoptMore(
    _tensors: TensorReader,
    _vocabularies: Learned["vocabularies"],
    { dim }: { readonly dim: number },
  ): void {
    const columns = answerColumns(this.options);
    if (dim !== columns)
      throw new FormatError(
        `${this.name}.load: rows have ${dim} numbers, expected ${columns} as the options say`,
      );
  }

  /** The pairs to learn from; those of label 0 are none. */
  async #open(
    data: ItemPairs | Sequences,
    rng: Rng,
    hold: (owner: Held) => void,
    signal: AbortSignal | undefined,
  ): Promise<PairSource> {
    const { walksPerNode, walkLength, window, weighted } = this.options;
    if (isSequences(data)) {
      if (walksPerNode > 0)
        throw new OptionError(
          this.name,
          "walksPerNode",
          `must be 0 for sequences, as walks are made of pairs; got ${walksPerNode}`,
        );
      return sequencePairs(data, { items: data.items.size, window, signal }, rng);
    }
    if (typeof data?.source?.length !== "number")
      throw new OptionError(
        this.name,
        "data",
        "must be ItemPairs or Sequences, as their from() makes them",
      );
    const { label } = data;
    const { graph } = pairGraph(label ? data.select((row) => label[row] === 1) : data);
    if (walksPerNode === 0 || graph.indices.length === 0) return edgePairs(graph, weighted, rng);
    const walkable = weighted ? graph : { ...graph, values: graph.values.map(() => 1) };
    const walks = new RandomWalks(walkable, { walksPerNode, walkLength }, rng.fork("walks"));
    hold(walks);
    return sequencePairs(walks, { items: graph.rows, window, signal }, rng);
  }
}

/** Not instanceof, which fails where a program holds two copies of the package. */
function isSequences(data: ItemPairs | Sequences | undefined): data is Sequences {
  return typeof (data as Partial<Sequences> | undefined)?.chunks === "function";
}

/** What holds memory on the heap. */
interface Held {
  dispose(): void;
}
