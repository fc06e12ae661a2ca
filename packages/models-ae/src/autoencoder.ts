import { ParameterSet, type SparseMatrix, type Tensor } from "@kith/core-tensors";

/** Whose a history is: the number of a training user, or nobody's of them. */
export type Owner = number | undefined;

/** A network that makes few numbers of what somebody has, and of these scores of all items. */
export abstract class Autoencoder extends ParameterSet {
  /** [items, width]: an item's score is its row times what `decode` gives, and its bias. */
  get outputs(): Tensor {
    return this.parameters["items.output"];
  }

  /** [items] or [items, 1] */
  get biases(): Tensor {
    return this.parameters["items.bias"];
  }

  /**
   * The latent representations [rows, latent] of histories, undisturbed.
   * @param histories [rows, items]
   * @param owners whose each is, for networks that know their users
   */
  abstract encode(histories: SparseMatrix, owners: readonly Owner[]): Tensor;

  /** What the output layer reads [rows, width] of latent representations, in training and at test alike. */
  abstract decode(latent: Tensor): Tensor;
}
