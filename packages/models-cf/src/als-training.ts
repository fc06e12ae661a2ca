import {
  type Csr,
  heap,
  kernels,
  type Rng,
  SparseMatrix,
  Tensor,
  TrainingError,
} from "@kith/core-tensors";
import type { StepLoss, Training } from "@kith/recommender";
import { drawRows, widthFor } from "./draw-rows.ts";

export interface AlsOptions {
  /** Named in errors. */
  readonly owner: string;
  readonly dim: number;
  readonly epochs: number;
  readonly regularization: number;
  readonly frequencyExponent: number;
  /** Steps of conjugate gradient for each row; 0: Cholesky. */
  readonly steps: number;
  readonly initialScale: number;
  readonly finish: (users: Tensor, items: Tensor) => void;
  readonly dataHash: () => string;
}

/** Rows of a side that are solved in one step; `first` of its half of the epoch. */
export interface RowSlice {
  readonly side: "users" | "items";
  readonly begin: number;
  readonly end: number;
}

/** What is needed to solve for one side's rows. */
interface Side {
  /** [rows, width]: width is a multiple of 4, and what of it lies beyond the factors stays 0. */
  readonly factors: Tensor;
  /** Rows × rows of the other side, with c − 1. */
  readonly matrix: SparseMatrix;
  /** [rows] */
  readonly penalties: Tensor;
  readonly slices: readonly RowSlice[];
}

/** Multiply-adds in a step: some 20 ms. */
const WORK = 2e8;

/**
 * Alternating least squares: in each epoch all items' factors are solved for, then all users', a slice of rows a step. Holds memory on the heap until `dispose()`.
 */
export class AlsTraining implements Training<RowSlice> {
  readonly epochs: number;
  readonly steps: number;
  readonly parameters: Readonly<Record<string, Tensor>>;
  readonly dataHash: () => string;
  readonly #options: AlsOptions;
  readonly #sides: Readonly<Record<"users" | "items", Side>>;
  /** [width, width]: the products of the other side's factors, in the half of the epoch that is under way. */
  readonly #gram: Tensor;
  #gramOf = "";

  /**
   * @param confidences users × items, with c − 1 for each pair
   * @param rng a stream of its own for the factors
   */
  constructor(confidences: Csr, options: AlsOptions, rng: Rng) {
    this.epochs = options.epochs;
    this.dataHash = options.dataHash;
    this.#options = options;
    const users = new SparseMatrix(confidences);
    const width = widthFor(options.dim);
    this.#sides = {
      users: this.#side("users", users, width, rng),
      items: this.#side("items", users.transposed(), width, rng),
    };
    this.#gram = Tensor.parameter([width, width]);
    this.steps = this.#sides.users.slices.length + this.#sides.items.slices.length;
    this.parameters = {
      users: this.#sides.users.factors,
      items: this.#sides.items.factors,
    };
  }

  /** Users last, so that their factors are the solution for the items' that the epoch ends with, as a newcomer's are. */
  *batches(): Generator<RowSlice> {
    this.#gramOf = ""; // the last epoch's
    for (const side of ["items", "users"] as const) yield* this.#sides[side].slices;
  }

  step({ side, begin, end }: RowSlice): StepLoss {
    const { factors, matrix, penalties } = this.#sides[side];
    const other = this.#sides[side === "users" ? "items" : "users"];
    const width = factors.columns;
    if (this.#gramOf !== side) this.#multiply(other.factors);
    this.#gramOf = side;
    const lossesAt = heap().allocate((end - begin) * 8);
    try {
      const losses = heap().float64(lossesAt, end - begin);
      kernels().als(
        losses,
        factors.slice(begin, end).data,
        rowsBetween(matrix, begin, end),
        other.factors.data,
        this.#gram.data,
        penalties.slice(begin, end).data,
        width,
        this.#options.steps,
      );
      const sum = losses.reduce((all, loss) => all + loss, 0);
      if (!Number.isFinite(sum))
        throw new TrainingError(
          `${this.#options.owner}: the factors are no longer finite numbers: raise regularization, or lower alpha or the values`,
        );
      if (side === "items") return { sum: 0, count: 0 };
      const penalty = begin === 0 ? penaltyOf(other) : 0;
      return { sum: sum + penalty, count: (end - begin) * matrix.columns };
    } finally {
      heap().free(lossesAt);
    }
  }

  finish(): void {
    this.#options.finish(this.#sides.users.factors, this.#sides.items.factors);
  }

  dispose(): void {
    for (const { factors, penalties } of Object.values(this.#sides)) {
      factors.dispose();
      penalties.dispose();
    }
    this.#sides.users.matrix.dispose(); // and its transpose
    this.#gram.dispose();
  }

  #side(side: "users" | "items", matrix: SparseMatrix, width: number, rng: Rng): Side {
    const { dim, initialScale, regularization, frequencyExponent, steps } = this.#options;
    const factors = Tensor.parameter([matrix.rows, width]);
    drawRows(factors, dim, initialScale, rng.fork(side));
    const penalties = Tensor.parameter([matrix.rows]);
    const { offsets, values } = matrix;
    const slices: RowSlice[] = [];
    let begin = 0;
    let work = 0;
    for (let r = 0; r < matrix.rows; r++) {
      let beyond = 0;
      for (let k = offsets[r]; k < offsets[r + 1]; k++) beyond += values[k];
      const strength = (1 + beyond / matrix.columns) ** frequencyExponent;
      penalties.data[r] = regularization * strength;
      const entries = offsets[r + 1] - offsets[r];
      work +=
        steps > 0
          ? (steps + 1) * width * (2 * entries + width)
          : width ** 2 * (entries + width / 3);
      if (work < WORK && r + 1 < matrix.rows) continue;
      slices.push({ side, begin, end: r + 1 });
      [begin, work] = [r + 1, 0];
    }
    return { factors, matrix, penalties, slices };
  }

  #multiply({ data, rows, columns }: Tensor): void {
    const shape = { m: columns, n: columns, k: rows, transposeA: true };
    kernels().gemm(this.#gram.data, data, data, shape);
  }
}

/** Some rows of a matrix, as a view. */
function rowsBetween(matrix: SparseMatrix, begin: number, end: number): Csr {
  const { columns, offsets, indices, values } = matrix;
  return { rows: end - begin, columns, offsets: offsets.subarray(begin, end + 1), indices, values };
}

/** Σ penaltyᵢ ‖xᵢ‖². */
function penaltyOf({ factors: { data, columns }, penalties: { data: strengths } }: Side): number {
  let sum = 0;
  for (let r = 0; r < strengths.length; r++)
    sum += strengths[r] * kernels().sumOfSquares(data.subarray(r * columns, (r + 1) * columns));
  return sum;
}
