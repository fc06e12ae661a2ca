import {
  addBias,
  ParameterSet,
  propagate,
  type Rng,
  type SparseMatrix,
  sigmoid,
  type Tensor,
  xavierUniform,
} from "@kith/core-tensors";
import { scoresOf } from "./padded.ts";

/** The network of AutoRec: a row of ratings to a code, and a code to ratings. */
export class AutoRecNetwork extends ParameterSet {
  /** Zero parameters. @param inputs columns of a row of ratings */
  constructor(inputs: number, hidden: number) {
    super({
      "encoder.weight": [inputs, hidden],
      "encoder.bias": [hidden],
      "output.weight": [inputs, hidden],
      "output.bias": [inputs, 1],
    });
  }

  /** [inputs, hidden]: W. */
  get outputs(): Tensor {
    return this.parameters["output.weight"];
  }

  /** [inputs, 1]: b. */
  get biases(): Tensor {
    return this.parameters["output.bias"];
  }

  /** The matrices, on which the penalty is. */
  get weights(): readonly Tensor[] {
    return [this.parameters["encoder.weight"], this.outputs];
  }

  /** Weights by Glorot's rule; every prediction begins near the mean of the ratings. */
  initialize(rng: Rng, mean: number): void {
    this.weights.forEach((weight, n) => {
      xavierUniform(weight, rng.fork(n));
    });
    this.biases.data.fill(mean);
  }

  /** The codes [rows, hidden] of rows of ratings [rows, inputs]. */
  encode(ratings: SparseMatrix): Tensor {
    return encodeRatings(this.parameters, ratings);
  }

  /** What is predicted of the ratings that rows have [entries, 1], from their codes: nothing else is computed. */
  predict(ratings: SparseMatrix, codes: Tensor): Tensor {
    return scoresOf(ratings, codes, this.outputs, this.biases);
  }
}

/** σ(V r + μ) of rows of ratings. */
export function encodeRatings(
  parameters: Readonly<Record<string, Tensor>>,
  ratings: SparseMatrix,
): Tensor {
  const sums = propagate(ratings, parameters["encoder.weight"]);
  return sigmoid(addBias(sums, parameters["encoder.bias"]));
}

/** Columns of a code with its 1, in whole vectors. */
export const widthFor = (hidden: number): number => 4 * Math.ceil((hidden + 1) / 4);
