import type { Csr } from "@kith/core-tensors";

/** How many edges the nodes of a graph have. */
export interface DegreeStatistics {
  readonly nodes: number;
  /** Entries of the matrix: an undirected edge counts in both directions. */
  readonly entries: number;
  readonly min: number;
  readonly median: number;
  readonly mean: number;
  readonly max: number;
  /** Nodes of degree 0. */
  readonly isolated: number;
  /** How many nodes have degree 0, 1, 2, …, max. */
  readonly histogram: Uint32Array;
}

/** Statistics of the unweighted degrees: the lengths of the rows, so out-degrees where edges are directed. All 0 without nodes. Linear time. */
export function degreeStatistics({ rows, offsets }: Csr): DegreeStatistics {
  let max = 0;
  for (let row = 0; row < rows; row++) max = Math.max(max, offsets[row + 1] - offsets[row]);
  const histogram = new Uint32Array(max + 1);
  for (let row = 0; row < rows; row++) histogram[offsets[row + 1] - offsets[row]]++;
  const entries = offsets[rows];
  return {
    nodes: rows,
    entries,
    min: degreeOfRank(histogram, 0),
    median: (degreeOfRank(histogram, (rows - 1) >> 1) + degreeOfRank(histogram, rows >> 1)) / 2,
    mean: rows === 0 ? 0 : entries / rows,
    max,
    isolated: histogram[0],
    histogram,
  };
}

/** The degree at a place when all are put in ascending order; 0 when there are none. */
function degreeOfRank(histogram: Uint32Array, rank: number): number {
  let below = 0;
  for (let degree = 0; degree < histogram.length; degree++) {
    below += histogram[degree];
    if (rank < below) return degree;
  }
  return 0;
}
