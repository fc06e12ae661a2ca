import {
  type Csr,
  NotSupportedError,
  nonNegative,
  OptionError,
  oneOf,
  positive,
  positiveInteger,
  Rng,
  type Rules,
  resolveOptions,
  rowsOf,
  SparseMatrix,
  scope,
  type Tensor,
  wholeNumber,
} from "@kith/core-tensors";
import type { Id, Interactions } from "@kith/data";
import {
  EmbeddingRecommender,
  type Embeddings,
  type Epoch,
  type Reason,
  ratingSummary,
  type TrainOptions,
  trainNetwork,
  type UserQuery,
} from "@kith/recommender";
import { type AutoRecNetwork, encodeRatings, widthFor } from "./autorec-network.ts";
import { AutoRecTraining } from "./autorec-training.ts";
import { historyMatrix } from "./histories.ts";
import { padded } from "./padded.ts";
import { ratingsOf } from "./ratings.ts";
import { ridgeRows } from "./ridge-rows.ts";

export interface AutoRecOptions {
  /** What is a row that goes in and comes out: an item, of the ratings by all users, or a user, of the ratings of all items. Default "item", which predicts better. */
  kind?: "item" | "user";
  /** Units of the hidden layer. Default 500. */
  hidden?: number;
  /** Weight λ of the L2 penalty on both matrices, λ / 2 ‖·‖², beside the sum of squared errors of all rows. Default 500. */
  regularization?: number;
  /** Rows in a step. Default 100. */
  batchSize?: number;
  /** Passes over the rows. Default 50. */
  epochs?: number;
  /** Step size of Adam. Default 0.001. */
  learningRate?: number;
  /** Same seed, data and kernels: same model, to the bit. Default 42. */
  seed?: number;
}

/** Rows that are encoded at a time. */
const ROWS = 1024;
const RANGE = "ratings";

/**
 * AutoRec (Sedhain et al., WWW 2015, https://doi.org/10.1145/2740908.2742726): an autoencoder of one hidden layer over the ratings of an item, or of a user.
 *
 *   h(r) = W σ(V r + μ) + b      min Σ ‖r − h(r)‖²_O + λ / 2 (‖W‖² + ‖V‖²)
 *
 * O are the ratings that are there: only they go in, and only they are compared. An epoch's loss is their mean squared error, without the penalty.
 * Scores are predicted ratings, `predict` clips them to the range of those that training has seen.
 *
 * A history has no ratings, so its items count as rated highest. Of a newcomer the user-based model encodes them. The item-based one has no row of W for newcomers: they get
 * the one that ridge regression finds for their items' codes, as those stay what training users made them.
 */
export class AutoRec extends EmbeddingRecommender {
  /** What each option must be, and its default. */
  static readonly rules: Rules<AutoRecOptions> = {
    kind: oneOf(["item", "user"], "item"),
    hidden: positiveInteger(500, 511),
    regularization: nonNegative(500),
    batchSize: positiveInteger(100),
    epochs: positiveInteger(50),
    learningRate: positive(1e-3),
    seed: wholeNumber(42),
  };
  readonly name = "AutoRec";
  readonly options: Readonly<Required<AutoRecOptions>>;

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(options: AutoRecOptions = {}) {
    super();
    this.options = resolveOptions("AutoRec", options, AutoRec.rules);
  }

  /**
   * Reads what `save` wrote.
   * @throws FormatError or OptionError when it is something else
   */
  static load(file: Uint8Array): AutoRec {
    return AutoRec.restore("AutoRec", file, (options) => new AutoRec(options));
  }

  /** @throws OptionError where the interactions have no values, the ratings */
  async *train(data: Interactions, options: TrainOptions = {}): AsyncGenerator<Epoch, void, void> {
    options.signal?.throwIfAborted();
    const { kind, hidden, seed } = this.options;
    this.learnVocabularies(data);
    this.dispose(); // what was learned before is of other users and items
    if (!data.value)
      throw new OptionError(
        this.name,
        "data",
        "must have values, the ratings; these have none: read the file with its valueColumn, or take MultDAE",
      );
    const ratings = ratingsOf(data, data.value, kind);
    const range = ratingSummary(data.value);
    const [users, items] = [data.users.size, data.items.size];
    const inputs = ratings.columns;
    yield* trainNetwork(this, options, {
      memory: {
        what: `two matrices of ${inputs.toLocaleString("en-US")} ${kind === "item" ? "users" : "items"} × ${hidden}, their gradients, the state of Adam, and tables of users and items to answer from`,
        bytes: 4 * hidden * (10 * inputs + users + items),
      },
      open: (finish) => {
        const rng = new Rng(seed);
        const hash = () => data.hash();
        return new AutoRecTraining(ratings, range[2], this.options, rng, hash, finish);
      },
      answer: (network: AutoRecNetwork) =>
        this.updateEmbeddings(users, items, widthFor(hidden), (tables) =>
          this.#fill(tables, network, ratings, range),
        ),
    });
  }

  override explain(_query: UserQuery, _item: Id): Reason[] {
    throw new NotSupportedError(
      `${this.name}: its hidden layer is not additive: a score is no sum of what items of the history add; EASE and ItemKNN explain`,
    );
  }

  protected furtherTables(items: number): Readonly<Record<string, readonly number[]>> {
    const { kind, hidden } = this.options;
    const encoder = kind === "user" && {
      "encoder.weight": [items, hidden],
      "encoder.bias": [hidden],
    };
    return { [RANGE]: [3], ...encoder };
  }

  protected override get predictsRatings(): boolean {
    return true;
  }

  protected override get ratingRange(): readonly [number, number] {
    const [lowest, highest] = this.fitted().further[RANGE].data;
    return [lowest, highest];
  }

  protected embedNewcomers(
    histories: readonly Uint32Array[],
    { items, further }: Embeddings,
  ): Tensor {
    const { hidden, kind, regularization } = this.options;
    const [, highest, mean] = further[RANGE].data;
    if (kind === "item")
      return ridgeRows(histories, items, { bias: hidden, highest, mean, regularization });
    const rows = historyMatrix(histories, items.rows, () => highest);
    return padded(encodeRatings(further, rows), items.columns);
  }

  protected override get likenessColumns(): number {
    return this.options.hidden;
  }

  /** Codes on one side, each with a 1 behind it, and output weights on the other, with biases there; rows that nobody rated have the mean alone. */
  #fill(
    { users, items, further }: Embeddings,
    network: AutoRecNetwork,
    matrix: Csr,
    range: readonly number[],
  ): void {
    const { kind, hidden } = this.options;
    const [codes, outputs] = kind === "item" ? [items, users] : [users, items];
    const { columns: width } = codes;
    for (let begin = 0; begin < matrix.rows; begin += ROWS)
      scope(() => {
        const rows = Uint32Array.from(
          { length: Math.min(ROWS, matrix.rows - begin) },
          (_, n) => begin + n,
        );
        const some = new SparseMatrix(rowsOf(matrix, rows), { scoped: true });
        codes.data.set(padded(network.encode(some), width).data, begin * width);
      });
    const rated = new Uint8Array(matrix.columns);
    for (const column of matrix.indices) rated[column] = 1;
    const [weights, biases] = [network.outputs.data, network.biases.data];
    outputs.data.fill(0);
    for (let row = 0; row < outputs.rows; row++) {
      const at = row * width;
      if (rated[row]) outputs.data.set(weights.subarray(row * hidden, (row + 1) * hidden), at);
      outputs.data[at + hidden] = rated[row] ? biases[row] : range[2];
    }
    further[RANGE].data.set(range);
    for (const [name, table] of Object.entries(further))
      if (name !== RANGE) table.data.set(network.parameters[name].data);
  }
}
