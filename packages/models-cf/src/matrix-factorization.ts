import {
  between,
  flag,
  kernels,
  OptionError,
  oneOf,
  positive,
  positiveInteger,
  Rng,
  type Rules,
  requireMemory,
  resolveOptions,
  Tensor,
  type UserFactorRules,
  wholeNumber,
} from "@kith/core-tensors";
import type { Interactions } from "@kith/data";
import {
  EmbeddingRecommender,
  type Embeddings,
  type Epoch,
  ratingSummary,
  type TrainOptions,
  trainingLoop,
} from "@kith/recommender";
import { checkDecay } from "./check-decay.ts";
import { frozenTables, startTables, writeAnswers } from "./user-factor-tables.ts";
import { UserFactorTraining } from "./user-factor-training.ts";
import { learnHistory } from "./user-fold-in.ts";

export interface MatrixFactorizationOptions {
  /** Length of each vector. Default 64. */
  dim?: number;
  /**
   * "bpr" tells an item of a user from one they have not; "bce" gives pairs 1 and drawn ones 0, by cross-entropy; "squared" the same by squared error; "ratings" learns the values of
   * the interactions by squared error, with the mean of all, and draws nothing. Default "bpr".
   */
  loss?: "bpr" | "bce" | "squared" | "ratings";
  /** Whether users and items have biases. Default true. */
  biases?: boolean;
  /** Items drawn for each pair, uniformly among those that the user has not; not for "ratings". Default 1. */
  negatives?: number;
  /** Passes over the pairs. Default 50. */
  epochs?: number;
  /** Step size. Default 0.05. */
  learningRate?: number;
  /** Weight λ of the L2 penalty on the vectors and biases that a step trains. Default 0.01. */
  regularization?: number;
  /** Length of vectors at first, about: their numbers are drawn from N(0, initialScale² / dim). Default 0.1. */
  initialScale?: number;
  /** Train on one thread, so that the same seed gives the same model to the bit; else threads change the same vectors without locks (Hogwild). Default false. */
  deterministic?: boolean;
  /** Default 42. */
  seed?: number;
}

/** Lowest and highest value of the training data and what is added to all scores, their mean where there are biases; zeros where values are not learned. */
const RATINGS = "ratings";

/**
 * Matrix factorisation of users × items by stochastic gradient descent, a pair at a time.
 *
 *   score(u, i) = pᵤ · qᵢ + bᵤ + bᵢ (+ μ)
 *
 * With "bpr" that of Rendle et al. (UAI 2009, https://arxiv.org/abs/1205.2618): −ln σ(score(u, i) − score(u, j)); with "ratings" that of Koren, Bell and Volinsky (Computer 2009,
 * https://doi.org/10.1109/MC.2009.263): (value − score)². All with λ / 2 of the squares of what a step trains. An epoch's loss is the mean over its pairs, each with its drawn items, without the penalty.
 * A newcomer's vector is learned the same way from their history, while the items' stay.
 */
export class MatrixFactorization extends EmbeddingRecommender {
  /** What each option must be, and its default. */
  static readonly rules: Rules<MatrixFactorizationOptions> = {
    dim: positiveInteger(64, 4096),
    loss: oneOf(["bpr", "bce", "squared", "ratings"], "bpr"),
    biases: flag(true),
    negatives: wholeNumber(1, 1, 1000),
    epochs: positiveInteger(50),
    learningRate: positive(0.05),
    regularization: between(0.01, 0, 1e3),
    initialScale: positive(0.1),
    deterministic: flag(false),
    seed: wholeNumber(42),
  };
  readonly name = "MatrixFactorization";
  readonly options: Readonly<Required<MatrixFactorizationOptions>>;

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(options: MatrixFactorizationOptions = {}) {
    super();
    this.options = resolveOptions("MatrixFactorization", options, MatrixFactorization.rules);
    checkDecay("MatrixFactorization", this.options);
  }

  /**
   * Reads what `save` wrote.
   * @throws FormatError or OptionError when it is something else
   */
  static load(file: Uint8Array): MatrixFactorization {
    const make = (options: object) => new MatrixFactorization(options);
    return MatrixFactorization.restore("MatrixFactorization", file, make);
  }

  /** @throws OptionError for loss "ratings" where the interactions have no values */
  async *train(data: Interactions, options: TrainOptions = {}): AsyncGenerator<Epoch, void, void> {
    kernels(); // chooses what computes, which allocates, before there are views
    options.signal?.throwIfAborted();
    const { dim, loss, seed, epochs, biases } = this.options;
    this.learnVocabularies(data);
    this.dispose(); // what was learned before is of other users and items
    const rated = loss === "ratings";
    const range = rated ? rangeOf(data, biases) : [0, 0, 0];
    const [users, items] = [data.users.size, data.items.size];
    requireMemory(
      `${this.name}: vectors of ${users.toLocaleString("en-US")} users and ${items.toLocaleString("en-US")} items × ${dim}, to learn and to answer from`,
      (users + items) * (2 * dim + 10) * 4 + data.length * 20,
    );
    const rng = new Rng(seed);
    const held: { dispose(): void }[] = [];
    try {
      const tables = startTables(users, items, this.options, rng.fork("init"));
      held.push(...Object.values(tables).filter((table) => table));
      const columns = dim + (biases ? 2 : 0);
      const finish = () =>
        this.updateEmbeddings(users, items, columns, (answers) => {
          writeAnswers(answers, tables, dim, range[2]);
          answers.further[RATINGS].data.set(range);
        });
      const rules = this.#rules(range[2]);
      const training = new UserFactorTraining(
        data,
        { tables, epochs, rules, rated, finish },
        rng.fork("pairs"),
      );
      held.push(training);
      yield* trainingLoop(this, training, options);
    } finally {
      for (const owner of held) owner.dispose();
    }
  }

  protected furtherTables(): Readonly<Record<string, readonly number[]>> {
    return { [RATINGS]: [3] };
  }

  protected override get predictsRatings(): boolean {
    return this.options.loss === "ratings";
  }

  protected override get ratingRange(): readonly [number, number] {
    if (!this.predictsRatings) return super.ratingRange;
    const [lowest, highest] = this.fitted().further[RATINGS].data;
    return [lowest, highest];
  }

  /** Each by itself, so that nobody's vector depends on who else is asked for. */
  protected embedNewcomers(
    histories: readonly Uint32Array[],
    { items, further }: Embeddings,
  ): Tensor {
    const { dim, loss, biases, seed } = this.options;
    const [, highest, mean] = further[RATINGS].data;
    const answers = Tensor.zeros([histories.length, items.columns]);
    const tables = frozenTables(items, dim, biases);
    const rules = { ...this.#rules(mean), frozen: true, deterministic: true };
    const value = loss === "ratings" ? highest : undefined;
    const rng = new Rng(seed).fork("newcomers");
    histories.forEach((history, r) => {
      learnHistory(tables, { history, value, rules, rng });
      const row = answers.data.subarray(r * items.columns, (r + 1) * items.columns);
      row.set(tables.users.data.subarray(0, dim));
      if (tables.userBias) row.set([tables.userBias.data[0] + mean, 1], dim);
    });
    return answers;
  }

  /** The vectors alone: biases say nothing about who and what is alike. */
  protected override get likenessColumns(): number {
    return this.options.dim;
  }

  #rules(mean: number): UserFactorRules {
    const { loss, negatives, learningRate, regularization, deterministic } = this.options;
    const rated = loss === "ratings";
    return {
      loss: rated ? "squared" : loss,
      negatives: rated ? 0 : negatives,
      mean,
      rate: learningRate,
      decay: regularization,
      frozen: false,
      deterministic,
    };
  }
}

/** The lowest and the highest value, and what is added to all scores. */
function rangeOf({ value }: Interactions, biases: boolean): readonly [number, number, number] {
  if (!value)
    throw new OptionError(
      "MatrixFactorization",
      "loss",
      'must be another than "ratings" for interactions without values; read the file with its valueColumn, or take "bpr"',
    );
  const [lowest, highest, mean] = ratingSummary(value);
  return [lowest, highest, biases ? mean : 0];
}
