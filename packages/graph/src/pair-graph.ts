import { type Csr, FormatError, flag, oneOf, type Rules, resolveOptions } from "@kith/core-tensors";
import type { ItemPairs } from "@kith/data";
import { type FromEdgesOptions, fromEdges } from "./from-edges.ts";

export interface PairGraphOptions extends Omit<FromEdgesOptions, "nodes"> {
  /** What becomes of a pair of an item with itself. Default "drop". */
  selfLoops?: "drop" | "keep";
}

/** What became of the pairs. */
export interface PairGraphReport {
  /** Pairs that were given. */
  readonly pairs: number;
  /** Of them pairs of an item with itself, whether dropped or kept. */
  readonly selfLoops: number;
  /** Of the others those of weight 0, which are dropped: no walk can take them. */
  readonly zeroWeights: number;
  /** Of the rest those that came earlier already, in either order where the graph is undirected; they are one edge with it. */
  readonly duplicates: number;
  /** Items without an edge, in or out. */
  readonly isolated: number;
}

const RULES: Rules<PairGraphOptions> = {
  directed: flag(false),
  duplicates: oneOf(["sum", "first", "last", "max"], "sum"),
  selfLoops: oneOf(["drop", "keep"], "drop"),
};

/**
 * The graph of pairs of items: node i is item i, a pair without a weight weighs 1. Labels and relations play no part: select the pairs of one kind first. Linear
 * time.
 * @throws FormatError naming the row and the ids of a pair with a negative weight or one that is not finite
 * @throws OptionError for an unknown or ill-formed option
 */
export function pairGraph(
  pairs: ItemPairs,
  options: PairGraphOptions = {},
): { graph: Csr; report: PairGraphReport } {
  const { directed, duplicates, selfLoops } = resolveOptions("pairGraph", options, RULES);
  const { source, target, weight, length } = pairs;
  checkWeights(pairs);
  const isLoop = (row: number) => source[row] === target[row];
  const isZero = (row: number) => weight?.[row] === 0;
  const isDropped = (row: number) => (selfLoops === "drop" && isLoop(row)) || isZero(row);
  let loops = 0;
  let zeros = 0;
  let dropped = 0;
  for (let row = 0; row < length; row++) {
    if (isLoop(row)) loops++;
    else if (isZero(row)) zeros++;
    if (isDropped(row)) dropped++;
  }
  const edges = dropped === 0 ? pairs : pairs.select((row) => !isDropped(row));
  const graph = fromEdges(edges, { nodes: pairs.items.size, directed, duplicates });
  return {
    graph,
    report: {
      pairs: length,
      selfLoops: loops,
      zeroWeights: zeros,
      duplicates: length - dropped - edgeCount(graph, directed),
      isolated: isolatedNodes(graph),
    },
  };
}

/** The columns of pairs could have been written into. */
function checkWeights({ items, source, target, weight }: ItemPairs): void {
  if (weight === undefined) return;
  for (let row = 0; row < weight.length; row++)
    if (!(weight[row] >= 0 && weight[row] < Number.POSITIVE_INFINITY)) {
      const [a, b] = [source, target].map((end) => JSON.stringify(items.id(end[row])));
      throw new FormatError(
        `pairGraph: the weight of pair ${row}, ${a} and ${b}, is ${weight[row]}; expected a finite number of at least 0`,
      );
    }
}

/** Edges, of which an undirected one has an entry in both rows, or a self loop one. */
function edgeCount({ rows, offsets, indices }: Csr, directed: boolean): number {
  if (directed) return indices.length;
  let loops = 0;
  for (let node = 0; node < rows; node++)
    for (let k = offsets[node]; k < offsets[node + 1]; k++) if (indices[k] === node) loops++;
  return (indices.length + loops) / 2;
}

function isolatedNodes({ rows, offsets, indices }: Csr): number {
  const hasEdge = new Uint8Array(rows);
  for (let k = 0; k < indices.length; k++) hasEdge[indices[k]] = 1;
  let isolated = 0;
  for (let node = 0; node < rows; node++)
    if (offsets[node] === offsets[node + 1] && hasEdge[node] === 0) isolated++;
  return isolated;
}
