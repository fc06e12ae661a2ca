import { OptionError } from "@kith/core-tensors";
import type { Sequences } from "@kith/data";
import type { OpenedData } from "./skip-gram-recommender.ts";

/**
 * Sequences that are there, as data to learn from.
 * @throws OptionError when it is something else
 */
export function sequenceData(owner: string, sequences: Sequences, minCount: number): OpenedData {
  if (typeof sequences?.chunks !== "function" || typeof sequences.lists !== "function")
    throw new OptionError(
      owner,
      "data",
      "must be Sequences of @kith/data: Sequences.from([[…], …]), Sequences.fromInteractions or readSequences",
    );
  return {
    items: sequences.items,
    source: sequences,
    keep: false,
    minCount,
    hash: () => sequences.hash(),
    dispose() {},
  };
}
