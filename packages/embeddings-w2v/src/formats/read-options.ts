import type { Rules } from "@kith/core-tensors";

/** Options of everything that reads vectors. */
export interface ReadVectorsOptions {
  /** Stands in messages: usually the file's name. Default "the file". */
  name?: string;
  /** Stops reading; looked at between chunks. */
  signal?: AbortSignal;
}

/** What each option must be, and its default. */
export const READ_VECTORS_RULES: Rules<ReadVectorsOptions> = {
  name: {
    default: "the file",
    wanted: "a text",
    accepts: (value) => typeof value === "string",
  },
  signal: {
    default: new AbortController().signal, // nobody aborts it
    wanted: "an AbortSignal",
    accepts: (value) => typeof (value as AbortSignal | null)?.throwIfAborted === "function",
  },
};
