import {
  type Csr,
  FormatError,
  flag,
  MemoryError,
  oneOf,
  type Rules,
  resolveOptions,
  ShapeError,
  wholeNumber,
} from "@kith/core-tensors";
import { type Entries, sortEntries } from "./sort-entries.ts";

/** Edges as columns of one entry each. */
export interface EdgeColumns {
  readonly source: Uint32Array;
  readonly target: Uint32Array;
  /** Default: 1 each. */
  readonly weight?: Float32Array | undefined;
}

export interface FromEdgesOptions {
  /** How many nodes there are; those without edges have empty rows. */
  nodes: number;
  /** Whether (a, b) is an edge from a to b only; else it is also one from b to a, and (b, a) is the same edge again. Default false. */
  directed?: boolean;
  /** What becomes of the weights of an edge given more than once. Default "sum". */
  duplicates?: "sum" | "first" | "last" | "max";
}

const RULES: Rules<FromEdgesOptions> = {
  nodes: { ...wholeNumber(0), default: Number.NaN }, // must be given
  directed: flag(false),
  duplicates: oneOf(["sum", "first", "last", "max"], "sum"),
};

/**
 * The adjacency matrix of a list of edges, which may be in any order. A self loop is one entry. Linear time, and
 * memory for the entries twice.
 * @throws OptionError for an unknown or ill-formed option
 * @throws FormatError naming the first edge with a node that does not exist or a weight that is not finite
 */
export function fromEdges(edges: EdgeColumns, options: FromEdgesOptions): Csr {
  const { nodes, directed, duplicates } = resolveOptions("fromEdges", options, RULES);
  checkEdges(edges, nodes);
  const entries = entriesOf(edges, directed);
  sortEntries(entries, nodes);
  const graph = merged(entries, nodes, duplicates);
  return directed ? graph : mirrored(graph);
}

function checkEdges({ source, target, weight }: EdgeColumns, nodes: number): void {
  if (target.length !== source.length || (weight && weight.length !== source.length))
    throw new ShapeError(
      "fromEdges",
      `${source.length} targets and weights, as there are sources`,
      weight ? [target.length, weight.length] : [target.length],
    );
  for (let e = 0; e < source.length; e++) {
    if (!(source[e] < nodes && target[e] < nodes))
      throw new FormatError(
        `fromEdges: edge ${e} is from ${source[e]} to ${target[e]}, expected nodes below ${nodes}`,
      );
    if (weight && !Number.isFinite(weight[e]))
      throw new FormatError(`fromEdges: the weight of edge ${e} is ${weight[e]}, not finite`);
  }
}

/** One entry for each edge; that of an undirected one stands in the row of its lower end. */
function entriesOf({ source, target, weight }: EdgeColumns, directed: boolean): Entries {
  const entries = { row: source.slice(), column: target.slice(), value: weight?.slice() };
  if (directed) return entries;
  const { row, column } = entries;
  for (let e = 0; e < row.length; e++)
    if (row[e] > column[e]) [row[e], column[e]] = [column[e], row[e]];
  return entries;
}

/** The matrix of sorted entries, whose arrays it takes over. Equal ones come one after the other, in the order given. */
function merged(
  { row, column, value }: Entries,
  nodes: number,
  duplicates: Required<FromEdgesOptions>["duplicates"],
): Csr {
  const offsets = new Uint32Array(nodes + 1);
  const values = value ?? new Float32Array(row.length).fill(1);
  let last = -1;
  for (let at = 0; at < row.length; at++) {
    const weight = values[at];
    // `row` up to `last` is that of what has been merged
    if (last < 0 || column[last] !== column[at] || row[last] !== row[at]) {
      last++;
      row[last] = row[at];
      column[last] = column[at];
      values[last] = weight;
      offsets[row[at] + 1]++;
    } else if (duplicates === "sum") values[last] += weight;
    else if (duplicates === "last") values[last] = weight;
    else if (duplicates === "max" && weight > values[last]) values[last] = weight;
  }
  for (let node = 0; node < nodes; node++) offsets[node + 1] += offsets[node];
  const size = last + 1;
  const isFull = size === row.length;
  return {
    rows: nodes,
    columns: nodes,
    offsets,
    indices: isFull ? column : column.slice(0, size),
    values: isFull ? values : values.slice(0, size),
  };
}

/**
 * A matrix of entries on and above the diagonal with those below it. Row by row: when a row's own entries are written, all that mirror those of
 * earlier rows have been, so columns ascend.
 */
function mirrored({ rows, columns, offsets, indices, values }: Csr): Csr {
  const full = new Uint32Array(rows + 1);
  for (let row = 0; row < rows; row++)
    for (let k = offsets[row]; k < offsets[row + 1]; k++) {
      full[row + 1]++;
      if (indices[k] !== row) full[indices[k] + 1]++;
    }
  const entries = full.reduce((sum, count) => sum + count, 0);
  if (entries >= 2 ** 32)
    throw new MemoryError(
      `fromEdges: ${entries.toLocaleString("en-US")} entries, and a matrix holds up to 2³² − 1`,
    );
  for (let row = 0; row < rows; row++) full[row + 1] += full[row];
  const next = full.slice();
  const allIndices = new Uint32Array(entries);
  const allValues = new Float32Array(entries);
  for (let row = 0; row < rows; row++)
    for (let k = offsets[row]; k < offsets[row + 1]; k++) {
      const column = indices[k];
      const value = values[k];
      const at = next[row]++;
      allIndices[at] = column;
      allValues[at] = value;
      if (column === row) continue;
      const below = next[column]++;
      allIndices[below] = row;
      allValues[below] = value;
    }
  return { rows, columns, offsets: full, indices: allIndices, values: allValues };
}
