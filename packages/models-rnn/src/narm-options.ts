import { fraction, oneOf, positive, positiveInteger, type Rules } from "@kith/core-tensors";

/** The defaults are those of the paper and the authors' code. */
export interface NarmOptions {
  /** Numbers of an item's embedding. Default 50. */
  dim?: number;
  /** Units of the encoder. Default 100. */
  units?: number;
  /** "softmax": weights that add up to 1, as in the authors' code; "raw": as they are, as the paper's equation reads. Default "softmax". */
  attention?: "softmax" | "raw";
  /** Share of numbers dropped of embeddings. Default 0.25. */
  dropoutEmbedding?: number;
  /** Share of numbers dropped of the session's representation. Default 0.5. */
  dropoutContext?: number;
  /** The latest clicks of a session that are read. Default 19. */
  maxLength?: number;
  /** Prefixes in a batch. Default 512. */
  batchSize?: number;
  /** Passes over all prefixes. Default 10. */
  epochs?: number;
  /** Step size of Adam. Default 0.001. */
  learningRate?: number;
  /** Same seed and data, same model. Default 42. */
  seed?: number;
}

/** What each option must be, and its default. */
export const narmRules: Rules<NarmOptions> = {
  dim: positiveInteger(50, 4096),
  units: positiveInteger(100, 4096),
  attention: oneOf(["softmax", "raw"], "softmax"),
  dropoutEmbedding: fraction(0.25),
  dropoutContext: fraction(0.5),
  maxLength: positiveInteger(19, 10_000),
  batchSize: positiveInteger(512),
  epochs: positiveInteger(10),
  learningRate: positive(1e-3),
  seed: {
    default: 42,
    wanted: "a finite number",
    accepts: (value) => Number.isFinite(value),
  },
};
