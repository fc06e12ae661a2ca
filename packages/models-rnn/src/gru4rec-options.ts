import {
  flag,
  fraction,
  nonNegative,
  oneOf,
  positive,
  positiveInteger,
  type Rule,
  type Rules,
  wholeNumber,
} from "@kith/core-tensors";
import type { CellName, ResetGate } from "./cells.ts";

/** How an item is read. */
export type ItemInput = "constrained" | "separate" | "one-hot";
/** What is read of a session at each click. */
export type SessionInput = "last" | "weighted";
export type Gru4RecLoss = "cross-entropy" | "bpr" | "top1" | "bpr-max" | "top1-max";
export type FinalActivation = "auto" | "linear" | "relu" | "tanh" | "elu";

/** The defaults are those that GRU4Rec's authors publish for cross-entropy on yoochoose (rsc15), but for the number of epochs. */
export interface Gru4RecOptions {
  /** Units of each recurrent layer, from the input on. Default [100]. */
  layers?: readonly number[];
  /** "lstm" and "rnn" (tanh) are for comparison. Default "gru". */
  cell?: CellName;
  /**
   * Where a GRU's reset gate is: "before" the product of state and weights, as in the paper and the authors' first code, or "after" it with a bias of its own, as in PyTorch and so
   * in the authors' present code, of which the figures are. Default "after".
   */
  reset?: ResetGate;
  /**
   * "constrained": the item's row of the output weights, as wide as the last layer; "separate": an embedding of its own; "one-hot": its row of the first
   * layer's input weights. Default "constrained".
   */
  embedding?: ItemInput;
  /** Numbers of a separate embedding. Default 100. */
  embeddingDim?: number;
  /** Deeper layers read the item, too, beside the layer below. Default false. */
  deepInput?: boolean;
  /** "last": the item clicked last; "weighted": a mean of the last `inputWindow` items, each weighing `inputDecay` times the one after it. Default "last". */
  input?: SessionInput;
  /** Default 0.5. */
  inputDecay?: number;
  /** Default 10. */
  inputWindow?: number;
  /** What is minimised over the scores of the target, the other targets of the batch and the shared negatives. Default "cross-entropy". */
  loss?: Gru4RecLoss;
  /** What scores go through before a ranking loss; cross-entropy has its softmax. "auto": elu for the max losses, tanh for top1, linear for bpr. Default "auto". */
  finalActivation?: FinalActivation;
  /** α of elu. Default 0.5. */
  eluAlpha?: number;
  /** λ of bpr-max: weight of the squared scores of negatives. Default 1. */
  scorePenalty?: number;
  /** Negatives shared by a batch, beside its other targets. Default 2048; 0 for the targets alone. */
  negatives?: number;
  /** Negatives are drawn with probability ∝ (times clicked)^α. Default 0.5. */
  alpha?: number;
  /** Share of the logarithm of how often an item is drawn that is taken off its score in training (logQ correction); for cross-entropy alone. Default 1. */
  logQ?: number;
  /** Share of numbers dropped of what is read. Default 0. */
  dropoutEmbedding?: number;
  /** Share of numbers dropped of each layer's output; what is left is carried to the next click. Default 0.4. */
  dropoutHidden?: number;
  /** Sessions side by side. Default 32. */
  batchSize?: number;
  /** Passes over the sessions. Default 5. */
  epochs?: number;
  /** Step size of Adagrad. Default 0.2. */
  learningRate?: number;
  /** Default 0.2. */
  momentum?: number;
  /** Same seed and data, same model. Default 42. */
  seed?: number;
}

const LARGEST_LAYER = 4096;

const units: Rule<readonly number[]> = {
  default: [100],
  wanted: `a list of 1 to 8 whole numbers from 1 to ${LARGEST_LAYER}`,
  accepts: (value) =>
    Array.isArray(value) &&
    value.length >= 1 &&
    value.length <= 8 &&
    value.every((n) => Number.isInteger(n) && n >= 1 && n <= LARGEST_LAYER),
};

/** What each option must be, and its default. */
export const gru4RecRules: Rules<Gru4RecOptions> = {
  layers: units,
  cell: oneOf(["gru", "lstm", "rnn"], "gru"),
  reset: oneOf(["before", "after"], "after"),
  embedding: oneOf(["constrained", "separate", "one-hot"], "constrained"),
  embeddingDim: positiveInteger(100, LARGEST_LAYER),
  deepInput: flag(false),
  input: oneOf(["last", "weighted"], "last"),
  inputDecay: {
    default: 0.5,
    wanted: "a number above 0, up to 1",
    accepts: (value) => Number.isFinite(value) && (value as number) > 0 && (value as number) <= 1,
  },
  inputWindow: positiveInteger(10, 1000),
  loss: oneOf(["cross-entropy", "bpr", "top1", "bpr-max", "top1-max"], "cross-entropy"),
  finalActivation: oneOf(["auto", "linear", "relu", "tanh", "elu"], "auto"),
  eluAlpha: positive(0.5),
  scorePenalty: nonNegative(1),
  negatives: wholeNumber(2048),
  alpha: nonNegative(0.5),
  logQ: nonNegative(1),
  dropoutEmbedding: fraction(0),
  dropoutHidden: fraction(0.4),
  batchSize: positiveInteger(32),
  epochs: positiveInteger(5),
  learningRate: positive(0.2),
  momentum: fraction(0.2),
  seed: {
    default: 42,
    wanted: "a finite number",
    accepts: (value) => Number.isFinite(value),
  },
};
