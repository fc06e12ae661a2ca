import {
  between,
  oneOf,
  positive,
  positiveInteger,
  type Rules,
  wholeNumber,
} from "@kith/core-tensors";
import { type TypeOptions, typeRules } from "./interaction-types.ts";

/** The options of all graph recommenders: what they are trained to rank, and how. */
export interface RankingOptions {
  /** Length of the embeddings. Default 64. */
  dim?: number;
  /** "bpr" tells a liked item from an unseen one; "softmax" from all items or a sample, and needs far fewer epochs. Default "bpr". */
  loss?: "bpr" | "softmax";
  /** Passes over the interactions. */
  epochs?: number;
  /** Draws per step. */
  batchSize?: number;
  /** Step size of Adam. */
  learningRate?: number;
  /** Weight λ of the L2 penalty on the batch's embeddings. */
  regularization?: number;
  /** "softmax" only: cosines are divided by it. Default 0.1. */
  temperature?: number;
  /** "softmax" only: items drawn as negatives in each step; 0, or as many as there are, takes all items. Default 0. */
  negatives?: number;
  /**
   * "softmax" only: items rank by eᵤ · eᵢ / ‖eᵢ‖^β with this β: 1 is the cosine of the loss, 0 the dot product, which favours popular
   * items. Default 1; with a sample of negatives, which pushes popular items down, less is better.
   */
  lengthNormalization?: number;
  /** Same seed, data and kernels: same model, to the bit. Default 42. */
  seed?: number;
}

/** Those of the models that propagate over the whole graph. */
export interface PropagationOptions extends RankingOptions, TypeOptions {
  /** Propagation steps. Default 3. */
  layers?: number;
}

/** The same with another loss to choose. */
export type RankingSettings = Readonly<
  Omit<Required<RankingOptions>, "loss"> & { loss: "bpr" | "softmax" | "walks" }
>;

/** What each of them must be, and defaults that models may change. */
export const rankingRules: Rules<RankingOptions> = {
  dim: positiveInteger(64, 4096),
  loss: oneOf(["bpr", "softmax"], "bpr"),
  epochs: positiveInteger(1000),
  batchSize: positiveInteger(2048),
  learningRate: positive(1e-3),
  regularization: between(1e-4, 0, 1e6),
  temperature: between(0.1, 1e-3, 1e3),
  negatives: wholeNumber(0),
  lengthNormalization: between(1, 0, 4),
  seed: wholeNumber(42),
};

export const propagationRules: Rules<PropagationOptions> = {
  layers: wholeNumber(3, 0, 16),
  ...rankingRules,
  ...typeRules,
};
