import {
  between,
  flag,
  fraction,
  oneOf,
  positive,
  positiveInteger,
  type Rules,
  wholeNumber,
} from "@kith/core-tensors";

/** What all models of the word2vec family have to choose. */
export interface SkipGramOptions {
  /** Length of each vector. */
  dim?: number;
  /** Tokens on either side that can be contexts; the span of each centre is uniform in 1 … window. */
  window?: number;
  /** Items drawn to tell each pair from, with probability ∝ (occurrences)^alpha. Default 5. */
  negatives?: number;
  /** Default 0.75. */
  alpha?: number;
  /** Passes over the sequences. */
  epochs?: number;
  /** Step size at the start; it falls linearly to nearly 0 over all epochs. Default 0.025. */
  learningRate?: number;
  /**
   * Threshold t: an occurrence of an item with share f of all tokens is kept with probability (√(f/t) + 1) · t/f, before windows are laid. 0 keeps all;
   * 1e-3 to 1e-5 for corpora whose most frequent items say little. Default 0.
   */
  subsample?: number;
  /**
   * "shared": the contexts of a centre share its negatives, which is about twice as fast (Ji et al. 2016, https://arxiv.org/abs/1604.04661); "plain": each
   * pair has its own, as in word2vec.c; "cbow": the mean of the contexts is the input. Default "shared".
   */
  mode?: "shared" | "plain" | "cbow";
  /** What scores are: the cosine of two vectors, or their dot product, in which frequent items score higher. Default "cosine". */
  scoring?: "cosine" | "dot";
  /** Train on one thread, so that the same seed gives the same model to the bit; else threads change the same vectors without locks (Hogwild). Default false. */
  deterministic?: boolean;
  /** Default 42. */
  seed?: number;
}

/** Their rules; models differ in some defaults. */
export const skipGramRules = ({
  dim,
  window,
  epochs,
}: {
  readonly dim: number;
  readonly window: number;
  readonly epochs: number;
}): Rules<SkipGramOptions> => ({
  dim: positiveInteger(dim, 4096),
  window: positiveInteger(window, 10_000),
  negatives: wholeNumber(5, 1, 50),
  alpha: between(0.75, 0, 2),
  epochs: positiveInteger(epochs),
  learningRate: positive(0.025),
  subsample: fraction(0),
  mode: oneOf(["shared", "plain", "cbow"], "shared"),
  scoring: oneOf(["cosine", "dot"], "cosine"),
  deterministic: flag(false),
  seed: wholeNumber(42),
});
