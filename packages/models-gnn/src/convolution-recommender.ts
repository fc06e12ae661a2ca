import {
  between,
  fraction,
  oneOf,
  positive,
  positiveInteger,
  type Rules,
  type Tensor,
} from "@kith/core-tensors";
import { FullGraphRecommender } from "./full-graph-recommender.ts";
import { type ChosenFeatures, featuresRule } from "./node-features.ts";
import { type PropagationOptions, propagationRules } from "./ranking-options.ts";
import { type Readout, readOut, readoutRule, readoutWidth } from "./readout.ts";

/** Those of the models whose papers do not say how to rank: defaults are what ranks well in few epochs. */
export interface ConvolutionOptions extends PropagationOptions {
  /** "bpr" tells a liked item from an unseen one; "softmax" from all items or a sample, and needs far fewer epochs. Default "softmax". */
  loss?: "bpr" | "softmax";
  /** Passes over the interactions. Default 20. */
  epochs?: number;
  /** Step size of Adam. Default 0.01. */
  learningRate?: number;
  /** Weight λ of the L2 penalty on the batch's own embeddings. Default 0. */
  regularization?: number;
  /** Propagation steps. Default 2. */
  layers?: number;
  /** What a node's embedding is made of; "last" is as in the papers. Default "mean". */
  readout?: Readout;
  /** Which features of users and items the first layer reads beside their own embeddings, where the data have any. Default "all". */
  nodeFeatures?: ChosenFeatures;
  /** Share of the numbers that a layer reads which are dropped in training; with attention, of its coefficients, too. Default 0. */
  dropout?: number;
}

/** What each of them must be, and its default. */
export const convolutionRules: Rules<ConvolutionOptions> = {
  ...propagationRules,
  loss: oneOf(["bpr", "softmax"], "softmax"),
  epochs: positiveInteger(20),
  learningRate: positive(0.01),
  regularization: between(0, 0, 1e6),
  layers: { ...propagationRules.layers, default: 2 },
  readout: readoutRule,
  nodeFeatures: featuresRule,
  dropout: fraction(0),
};

/** Encoders of users and items by layers whose result is as wide as what they read. */
export abstract class ConvolutionRecommender extends FullGraphRecommender {
  abstract override readonly options: Readonly<Required<ConvolutionOptions>>;
  readonly penalises = "own";

  protected get width(): number {
    const { dim, layers, readout } = this.options;
    return readoutWidth(dim, layers, readout);
  }

  protected override get nodeFeatures(): ChosenFeatures {
    return this.options.nodeFeatures;
  }

  combine(states: readonly Tensor[]): Tensor {
    return readOut(states, this.options.readout);
  }
}
