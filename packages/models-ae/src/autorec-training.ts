import {
  Adam,
  addAll,
  type Csr,
  type Rng,
  rowsOf,
  SparseMatrix,
  scale,
  subtract,
  sumOfSquares,
  Tensor,
} from "@kith/core-tensors";
import type { NetworkTraining, StepLoss } from "@kith/recommender";
import type { AutoRecOptions } from "./autorec.ts";
import { AutoRecNetwork } from "./autorec-network.ts";

/** Training of AutoRec by the squared errors of the ratings that are there. */
export class AutoRecTraining implements NetworkTraining<AutoRecNetwork, Uint32Array> {
  readonly epochs: number;
  readonly network: AutoRecNetwork;
  readonly optimizer: Adam;
  readonly steps: number;
  readonly #ratings: Csr;
  readonly #options: Readonly<Required<AutoRecOptions>>;
  readonly #rows: Uint32Array;
  readonly #rng: Rng;
  readonly #dataHash: () => string;
  readonly #finish: (network: AutoRecNetwork) => void;

  /** @param mean of all ratings, from which predictions begin */
  constructor(
    ratings: Csr,
    mean: number,
    options: Readonly<Required<AutoRecOptions>>,
    rng: Rng,
    dataHash: () => string,
    finish: (network: AutoRecNetwork) => void,
  ) {
    this.#ratings = ratings;
    this.#options = options;
    this.#rng = rng.fork("batches");
    this.#dataHash = dataHash;
    this.#finish = finish;
    this.epochs = options.epochs;
    const { rows, columns, offsets } = ratings;
    this.#rows = Uint32Array.from({ length: rows }, (_, row) => row).filter(
      (row) => offsets[row] < offsets[row + 1],
    );
    this.steps = Math.ceil(this.#rows.length / options.batchSize);
    this.network = new AutoRecNetwork(columns, options.hidden);
    this.network.initialize(rng.fork("init"), mean);
    const { learningRate } = options;
    this.optimizer = new Adam(Object.values(this.parameters), { learningRate });
  }

  get parameters(): Readonly<Record<string, Tensor>> {
    return this.network.parameters;
  }

  /** Rows that have ratings, in an order that is a function of the epoch. */
  *batches(epoch: number): Generator<Uint32Array> {
    const order = this.#rng.fork(epoch).shuffle(this.#rows.slice());
    const { batchSize } = this.#options;
    for (let begin = 0; begin < order.length; begin += batchSize)
      yield order.subarray(begin, begin + batchSize);
  }

  step(batch: Uint32Array): StepLoss {
    const { network } = this;
    const { regularization } = this.#options;
    let [errors, count] = [0, 0];
    this.optimizer.minimize(() => {
      const ratings = new SparseMatrix(rowsOf(this.#ratings, batch), { scoped: true });
      const predicted = network.predict(ratings, network.encode(ratings));
      const squares = sumOfSquares(
        subtract(predicted, Tensor.from(ratings.values, [ratings.entries, 1])),
      );
      [errors, count] = [squares.item(), ratings.entries];
      const penalties = network.weights.map((weight) =>
        scale(sumOfSquares(weight), regularization / (2 * this.#rows.length)),
      );
      return addAll([scale(squares, 1 / batch.length), ...(regularization > 0 ? penalties : [])]);
    });
    return { sum: errors, count };
  }

  finish(): void {
    this.#finish(this.network);
  }

  dataHash(): string {
    return this.#dataHash();
  }

  dispose(): void {
    this.network.dispose();
    this.optimizer.dispose();
  }
}
