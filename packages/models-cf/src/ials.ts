import {
  between,
  choleskySolve,
  FormatError,
  flag,
  heap,
  kernels,
  oneOf,
  positive,
  positiveInteger,
  Rng,
  type Rules,
  requireMemory,
  resolveOptions,
  SparseMatrix,
  Tensor,
  wholeNumber,
} from "@kith/core-tensors";
import type { Id, Interactions } from "@kith/data";
import {
  EmbeddingRecommender,
  type Embeddings,
  type Epoch,
  historyRows,
  type Reason,
  type TensorReader,
  type TrainOptions,
  trainingLoop,
  type UserQuery,
} from "@kith/recommender";
import { AlsTraining } from "./als-training.ts";
import { confidences } from "./confidences.ts";

export interface IALSOptions {
  /** Length of each vector. Default 64. */
  dim?: number;
  /** Passes over all items and all users. Default 15. */
  epochs?: number;
  /** How much surer a pair of the data is than one that is not there: c = 1 + alpha · r. `implicit` has c = alpha · r: its alpha is ours and 1. Default 10. */
  alpha?: number;
  /** Weight of the L2 penalty, λ. Default 50. */
  regularization?: number;
  /**
   * A user's λ is multiplied by the mean of their c over all items to this power, an item's by its mean over all users: ν of Rendle et al. (RecSys 2022,
   * https://arxiv.org/abs/2110.14037), who found 1 best; 0 is the original. Default 1.
   */
  frequencyExponent?: number;
  /** Whether r is the sum of the values of a pair's rows, 1 each where they have none; else 1. Default true. */
  weighted?: boolean;
  /** "cg": a few steps of conjugate gradient from where the vectors are (Takács et al., RecSys 2011), much faster; "cholesky": the exact solution. Default "cg". */
  solver?: "cg" | "cholesky";
  /** Of "cg". Default 3. */
  cgSteps?: number;
  /** Length of vectors at first, about: their numbers are drawn from N(0, initialScale² / dim). Default 0.1. */
  initialScale?: number;
  /** Default 42. */
  seed?: number;
}

/** The longest vectors that newcomers' equations can be solved for. */
const LONGEST = 512;

/**
 * Matrix factorisation of implicit feedback by alternating least squares (Hu, Koren and Volinsky, ICDM 2008, https://doi.org/10.1109/ICDM.2008.22).
 *
 *   loss = Σᵤᵢ cᵤᵢ (pᵤᵢ − xᵤ · yᵢ)² + Σᵤ λᵤ ‖xᵤ‖² + Σᵢ λᵢ ‖yᵢ‖²      c = 1 + alpha · r      p = 1 where r > 0, else 0      score(u, i) = xᵤ · yᵢ
 *   xᵤ = (YᵀY + λᵤ I + Yᵀ(Cᵤ − I)Y)⁻¹ Yᵀ Cᵤ pᵤ                          and yᵢ likewise
 *
 * The sum is over all pairs of users and items, which YᵀY makes as cheap as the pairs there are. An epoch solves for the items, then for the users, so that
 * users have what newcomers with their items get: the solution for the items as they are. Its loss is the loss at its end, divided by the number of all pairs.
 */
export class IALS extends EmbeddingRecommender {
  /** What each option must be, and its default. */
  static readonly rules: Rules<IALSOptions> = {
    dim: positiveInteger(64, LONGEST),
    epochs: positiveInteger(15),
    alpha: positive(10),
    regularization: positive(50),
    frequencyExponent: between(1, 0, 2),
    weighted: flag(true),
    solver: oneOf(["cg", "cholesky"], "cg"),
    cgSteps: wholeNumber(3, 1, 1000),
    initialScale: positive(0.1),
    seed: wholeNumber(42),
  };
  readonly name = "IALS";
  readonly options: Readonly<Required<IALSOptions>>;
  /** [width, width]: YᵀY, for newcomers; width is a multiple of 4. */
  #gram: Tensor | undefined;

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(options: IALSOptions = {}) {
    super();
    this.options = resolveOptions("IALS", options, IALS.rules);
  }

  /**
   * Reads what `save` wrote.
   * @throws FormatError or OptionError when it is something else
   */
  static load(file: Uint8Array): IALS {
    return IALS.restore("IALS", file, (options) => new IALS(options));
  }

  async *train(data: Interactions, options: TrainOptions = {}): AsyncGenerator<Epoch, void, void> {
    kernels(); // chooses what computes, which allocates, before there are views
    options.signal?.throwIfAborted();
    this.learnVocabularies(data);
    const { dim, solver, cgSteps, seed } = this.options;
    const [users, items] = [data.users.size, data.items.size];
    const numbers = (users + items) * (2 * dim + 8) + 4 * data.length;
    requireMemory(
      `${this.name}: vectors of ${users.toLocaleString("en-US")} users and ${items.toLocaleString("en-US")} items × ${dim}, to learn and to answer from, and the data`,
      numbers * 4,
    );
    const finish = (x: Tensor, y: Tensor) =>
      this.updateEmbeddings(users, items, dim, (tables) => {
        kernels().copyColumns(tables.users.data, dim, 0, x.data, x.columns, 0, dim);
        kernels().copyColumns(tables.items.data, dim, 0, y.data, y.columns, 0, dim);
      });
    const training = new AlsTraining(
      confidences(this.name, data, this.options),
      {
        ...this.options,
        owner: this.name,
        steps: solver === "cg" ? cgSteps : 0,
        finish,
        dataHash: () => data.hash(),
      },
      new Rng(seed).fork("init"),
    );
    try {
      yield* trainingLoop(this, training, options);
    } finally {
      training.dispose();
    }
  }

  /**
   * The history's items by what each adds to the score of somebody who has them, r = 1: yᵢ · A⁻¹ c yⱼ, A the matrix of their equations (section 5 of the paper). The
   * weights add up to the score of `foldIn(history)`; a training user's is the same where all values are 1 and training has converged.
   */
  override explain(query: UserQuery, item: Id): Reason[] {
    const { history } = this.subject(query);
    const index = this.itemIndex(item);
    const { data, columns: dim } = this.embeddings.items;
    const { alpha } = this.options;
    const { data: gram, columns: width } = this.#gram as Tensor;
    const vector = (i: number) => Float64Array.from(data.subarray(i * dim, (i + 1) * dim));
    const vectors = Array.from(history, vector);
    const matrix = new Float64Array(dim * dim);
    for (let d = 0; d < dim; d++) {
      for (let e = 0; e <= d; e++) matrix[d * dim + e] = gram[d * width + e];
      matrix[d * dim + d] += this.#penaltyOf(history.length);
    }
    for (const y of vectors)
      for (let d = 0; d < dim; d++)
        for (let e = 0; e <= d; e++) matrix[d * dim + e] += alpha * y[d] * y[e];
    const direction = choleskySolve(matrix, vector(index));
    const reasons = vectors.map((y, n) => ({
      item: this.items.id(history[n]),
      weight: (1 + alpha) * y.reduce((sum, value, d) => sum + value * direction[d], 0),
    }));
    return reasons.sort((a, b) => b.weight - a.weight);
  }

  override dispose(): void {
    super.dispose();
    this.#gram?.dispose();
    this.#gram = undefined;
  }

  protected furtherTables(): Readonly<Record<string, readonly number[]>> {
    return {};
  }

  protected override updateEmbeddings(
    users: number,
    items: number,
    dim: number,
    fill: (embeddings: Embeddings) => void,
  ): void {
    super.updateEmbeddings(users, items, dim, (tables) => {
      fill(tables);
      const vectors = wide(tables.items);
      const { columns: width } = vectors;
      this.#gram ??= Tensor.parameter([width, width]);
      const shape = { m: width, n: width, k: items, transposeA: true };
      kernels().gemm(this.#gram.data, vectors.data, vectors.data, shape);
    });
  }

  /** Solves each newcomer's equations exactly. */
  protected embedNewcomers(histories: readonly Uint32Array[], { items }: Embeddings): Tensor {
    const vectors = wide(items);
    const [rows, width] = [histories.length, vectors.columns];
    const matrix = new SparseMatrix(
      historyRows(histories, items.rows, () => this.options.alpha),
      {
        scoped: true,
      },
    );
    const solved = Tensor.zeros([rows, width]);
    const penalties = Tensor.from(histories.map(({ length }) => this.#penaltyOf(length)));
    const lossesAt = heap().allocate(rows * 8);
    try {
      kernels().als(
        heap().float64(lossesAt, rows),
        solved.data,
        matrix,
        vectors.data,
        (this.#gram as Tensor).data,
        penalties.data,
        width,
        0,
      );
    } finally {
      heap().free(lossesAt);
    }
    if (width === items.columns) return solved;
    const { columns: dim } = items;
    const embedded = Tensor.empty([rows, dim]);
    kernels().copyColumns(embedded.data, dim, 0, solved.data, width, 0, dim);
    return embedded;
  }

  protected override adoptTensors(tensors: TensorReader, users: number, items: number): void {
    const { dim } = this.options;
    const { shape } = tensors.float32("items.embedding", [items, -1]);
    if (shape[1] !== dim)
      throw new FormatError(
        `${this.name}.load: rows have ${shape[1]} numbers, expected ${dim} as the options say`,
      );
    super.adoptTensors(tensors, users, items);
  }

  /** λ of somebody with so many items, r = 1. */
  #penaltyOf(count: number): number {
    const { alpha, regularization, frequencyExponent } = this.options;
    const mean = 1 + (alpha * count) / this.items.size;
    return regularization * mean ** frequencyExponent;
  }
}

/** The same with rows of a multiple of 4 numbers, the further ones 0; made in the scope of the caller. */
function wide(table: Tensor): Tensor {
  const width = 4 * Math.ceil(table.columns / 4);
  if (width === table.columns) return table;
  const padded = Tensor.zeros([table.rows, width]);
  const { data, columns } = table;
  kernels().copyColumns(padded.data, width, 0, data, columns, 0, columns);
  return padded;
}
