import {
  type NcfNetwork,
  positive,
  positiveInteger,
  type Rule,
  type Rules,
  wholeNumber,
} from "@kith/core-tensors";

/** The options that the models of neural collaborative filtering share. */
export interface NcfOptions {
  /** Items drawn for each pair in each epoch, uniformly among those that the user does not have. Default 4. */
  negatives?: number;
  /** Passes over the pairs. Default 20. */
  epochs?: number;
  /** Samples of a step: a pair and each of its negatives are one each. Default 256. */
  batchSize?: number;
  /** Step size. Default 0.001. */
  learningRate?: number;
  /** Same seed, data and kernels: same model, to the bit. Default 42. */
  seed?: number;
}

export type NcfSettings = Readonly<Required<NcfOptions>>;

export const ncfRules: Rules<NcfOptions> = {
  negatives: positiveInteger(4, 1000),
  epochs: positiveInteger(20),
  batchSize: positiveInteger(256, 2 ** 20),
  learningRate: positive(1e-3),
  seed: wholeNumber(42),
};

/** Widths of layers: the first is of user and item together, so it is even. */
export const layersRule: Rule<number[]> = {
  default: [64, 32, 16, 8],
  wanted: "2 to 32 whole numbers from 1 to 4096, the first of them even",
  accepts: (value) =>
    Array.isArray(value) &&
    value.length >= 2 &&
    value.length <= 32 &&
    value.every((width) => Number.isInteger(width) && width >= 1 && width <= 4096) &&
    value[0] % 2 === 0,
};

/** Sizes of a network, without the heap: see `NcfNetwork`. */
export type NcfShape = Omit<NcfNetwork, "layers"> & { readonly layers: readonly number[] };
