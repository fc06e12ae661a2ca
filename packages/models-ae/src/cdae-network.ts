import {
  add,
  addBias,
  propagate,
  type Rng,
  type SparseMatrix,
  sigmoid,
  type Tensor,
  uniform,
} from "@kith/core-tensors";
import { Autoencoder, type Owner } from "./autoencoder.ts";
import type { Sizes } from "./autoencoder-recommender.ts";
import { historyMatrix } from "./histories.ts";
import { scoresOf } from "./padded.ts";

/** What decides a network's form. */
export interface CDAEForm {
  readonly hidden: number;
  readonly userVectors: boolean;
  readonly activation: "sigmoid" | "identity";
}

/** The network of CDAE: one hidden layer, to which users add a vector of their own. */
export class CDAENetwork extends Autoencoder {
  readonly #activation: CDAEForm["activation"];

  /** Zero parameters. */
  constructor(sizes: Sizes, form: CDAEForm) {
    super(CDAENetwork.shapes(sizes, form));
    this.#activation = form.activation;
  }

  /** The shapes of the parameters by name. */
  static shapes(
    { users, items }: Sizes,
    { hidden, userVectors }: CDAEForm,
  ): Readonly<Record<string, readonly number[]>> {
    return {
      "encoder.weight": [items, hidden],
      "encoder.bias": [hidden],
      ...(userVectors && { "users.embedding": [users, hidden] }),
      "items.output": [items, hidden],
      "items.bias": [items, 1],
    };
  }

  /** The matrices, on which a penalty may be. */
  get weights(): readonly Tensor[] {
    const { "encoder.weight": encoder, "users.embedding": users } = this.parameters;
    return [encoder, this.outputs, ...(users ? [users] : [])];
  }

  /** Matrices from U(±4 √(6 / (rows + columns))), as the authors' program has it; biases are 0. */
  initialize(rng: Rng): void {
    this.weights.forEach((weight, n) => {
      const bound = 4 * Math.sqrt(6 / (weight.rows + weight.columns));
      uniform(weight, rng.fork(n), -bound, bound);
    });
  }

  /** A newcomer's own vector is 0. */
  encode(histories: SparseMatrix, owners: readonly Owner[]): Tensor {
    const p = this.parameters;
    let sums = addBias(propagate(histories, p["encoder.weight"]), p["encoder.bias"]);
    const vectors = p["users.embedding"];
    if (vectors) {
      const own = owners.map((user) => Uint32Array.from(user === undefined ? [] : [user]));
      sums = add(
        sums,
        propagate(
          historyMatrix(own, vectors.rows, () => 1),
          vectors,
        ),
      );
    }
    return this.#activation === "sigmoid" ? sigmoid(sums) : sums;
  }

  decode(latent: Tensor): Tensor {
    return latent;
  }

  /** The scores of some items for each row [entries, 1]: nothing else is computed. */
  scores(wanted: SparseMatrix, latent: Tensor): Tensor {
    return scoresOf(wanted, latent, this.outputs, this.biases);
  }
}
