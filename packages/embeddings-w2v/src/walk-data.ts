import { KithError, OptionError, type Rng, type Rule, wholeNumber } from "@kith/core-tensors";
import type { ItemPairs } from "@kith/data";
import { pairGraph } from "@kith/graph";
import { RandomWalks, type RandomWalksOptions } from "@kith/sampling";
import type { OpenedData } from "./skip-gram-recommender.ts";

/** Whether pairs are edges in one direction only. */
export interface DirectionOptions {
  /** Whether walks follow a pair from its source to its target only. Default false. */
  directed?: boolean;
}

/** The rule of models' `walkLength`: a walk of one item has no pair to learn from. */
export const walkLengthRule = (byDefault: number): Rule<number> => wholeNumber(byDefault, 2, 1e5);

/**
 * Random walks over the graph of pairs, as data to learn from. Items that no walk comes to are left out.
 * @throws OptionError when it is something else than pairs
 * @throws KithError when no pair is an edge
 */
export function walkData(
  owner: string,
  pairs: ItemPairs,
  {
    walksPerNode,
    walkLength,
    p,
    q,
    restart,
    directed,
  }: Required<RandomWalksOptions & DirectionOptions>,
  rng: Rng,
): OpenedData {
  if (!(ArrayBuffer.isView(pairs?.source) && ArrayBuffer.isView(pairs.target)))
    throw new OptionError(
      owner,
      "data",
      "must be ItemPairs of @kith/data: ItemPairs.from([[a, b], …]) or readItemPairs",
    );
  const { graph, report } = pairGraph(pairs, { directed });
  if (graph.indices.length === 0)
    throw new KithError(
      `${owner}: expected at least one pair of two items with a weight above 0, got ${report.pairs} pairs, of which ${report.selfLoops} are of an item with itself and ${report.zeroWeights} weigh 0`,
    );
  const walks = new RandomWalks(graph, { walksPerNode, walkLength, p, q, restart }, rng);
  let isOpen = true;
  return {
    items: pairs.items,
    source: walks,
    keep: true,
    minCount: 1,
    hash: () => pairs.hash(),
    dispose() {
      if (isOpen) walks.dispose();
      isOpen = false;
    },
  };
}
