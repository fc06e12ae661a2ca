import {
  between,
  fraction,
  nonNegative,
  positive,
  positiveInteger,
  type Rule,
  type Rules,
  wholeNumber,
} from "@kith/core-tensors";

/** What Mult-VAE and Mult-DAE have in common. */
export interface MultinomialOptions {
  /** Units of the layers between the items and the latent representation, in the encoder's order; the decoder has them the other way round. */
  hidden?: readonly number[];
  /** Numbers of the latent representation. Default 200. */
  latent?: number;
  /** Share of a history's items that each step leaves out of the input. Default 0.5. */
  dropout?: number;
  /** Weight λ of the L2 penalty on the matrices, λ / 2 ‖·‖², for each step. */
  regularization?: number;
  /** Users in a step. Default 500. */
  batchSize?: number;
  /** Passes over the users. Default 200. */
  epochs?: number;
  /** Step size of Adam. Default 0.001. */
  learningRate?: number;
  /** Same seed, data and kernels: same model, to the bit. Default 42. */
  seed?: number;
}

/** Widths of layers, outermost first. */
export const layerWidths = (byDefault: readonly number[]): Rule<readonly number[]> => ({
  default: byDefault,
  wanted: "a list of at most 8 whole numbers from 1 to 8192",
  accepts: (value) =>
    Array.isArray(value) &&
    value.length <= 8 &&
    value.every((width) => Number.isInteger(width) && width >= 1 && width <= 8192),
});

/** What each of them must be, and its default. */
export const multinomialRules: Rules<MultinomialOptions> = {
  hidden: layerWidths([600]),
  latent: positiveInteger(200, 8192),
  dropout: fraction(0.5),
  regularization: nonNegative(0),
  batchSize: positiveInteger(500),
  epochs: positiveInteger(200),
  learningRate: positive(1e-3),
  seed: wholeNumber(42),
};

export interface MultVAEOptions extends MultinomialOptions {
  /** The weight of the Kullback–Leibler divergence grows from 0 to this β. Default 0.2. */
  beta?: number;
  /** Steps after which it would be 1; it stops growing at β. Default 200,000. 0: it is β from the start. */
  annealSteps?: number;
}

export const multVaeRules: Rules<MultVAEOptions> = {
  ...multinomialRules,
  beta: between(0.2, 0, 1e3),
  annealSteps: wholeNumber(200_000),
};
