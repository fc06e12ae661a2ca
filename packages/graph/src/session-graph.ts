import {
  type Csr,
  flag,
  MemoryError,
  positiveInteger,
  type Rules,
  resolveOptions,
} from "@kith/core-tensors";
import { ItemPairs, type Sequences } from "@kith/data";
import { type PairGraphReport, pairGraph } from "./pair-graph.ts";

export interface SessionGraphOptions {
  /** Whether an edge goes from the earlier item to the later one only. Default true. */
  directed?: boolean;
  /** How many steps apart two items may be. Default 1: one directly after the other. */
  window?: number;
}

const RULES: Rules<SessionGraphOptions> = { directed: flag(true), window: positiveInteger(1) };

/**
 * Which items follow each other (EGES, Wang et al., KDD 2018, https://arxiv.org/abs/1803.02349): node i is item i, and an edge weighs how often its items
 * came one after the other within a sequence. An item after itself is no edge; the report counts it among `selfLoops`, and among `pairs` all that are
 * within the window. Linear in the tokens times the window.
 * @throws OptionError for an unknown or ill-formed option
 * @throws MemoryError when there are more pairs than an array holds
 */
export function sessionGraph(
  sequences: Sequences,
  options: SessionGraphOptions = {},
): { graph: Csr; report: PairGraphReport } {
  const { directed, window } = resolveOptions("sessionGraph", options, RULES);
  const { items, offsets, values } = sequences;
  let pairs = 0;
  for (let s = 0; s < sequences.sequences; s++)
    pairs += pairsWithin(offsets[s + 1] - offsets[s], window);
  if (pairs >= 2 ** 32)
    throw new MemoryError(
      `sessionGraph: ${pairs.toLocaleString("en-US")} pairs, and up to 2³² − 1 fit; use a smaller window`,
    );
  const source = new Uint32Array(pairs);
  const target = new Uint32Array(pairs);
  let row = 0;
  for (let s = 0; s < sequences.sequences; s++) {
    const end = offsets[s + 1];
    for (let at = offsets[s]; at < end; at++)
      for (let next = at + 1; next < end && next <= at + window; next++) {
        source[row] = values[at];
        target[row++] = values[next];
      }
  }
  return pairGraph(ItemPairs.fromColumns({ items, source, target }), { directed });
}

/** How many pairs of a sequence are up to `window` steps apart. */
function pairsWithin(length: number, window: number): number {
  const reach = Math.min(window, Math.max(0, length - 1));
  return reach * length - (reach * (reach + 1)) / 2;
}
