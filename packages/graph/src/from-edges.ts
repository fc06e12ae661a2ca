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
 * The adjacency matrix of a list of edges, which may be in any order. A self loop is one entry. Linear time: sorted by target and then dealt out to
 * the sources, which thus get theirs in ascending order.
 * @throws OptionError for an unknown or ill-formed option
 * @throws FormatError naming the first edge with a node that does not exist or a weight that is not finite
 */
export function fromEdges(edges: EdgeColumns, options: FromEdgesOptions): Csr {
  const { nodes, directed, duplicates } = resolveOptions("fromEdges", options, RULES);
  checkEdges(edges, nodes);
  const { source, target, weight } = edges;
  const entries = entryCount(edges, directed);

  // by target, in the order given
  const ends = new Uint32Array(nodes + 1);
  for (let e = 0; e < source.length; e++) {
    ends[target[e] + 1]++;
    if (!directed && source[e] !== target[e]) ends[source[e] + 1]++;
  }
  for (let node = 0; node < nodes; node++) ends[node + 1] += ends[node];
  const sources = new Uint32Array(entries);
  const weights = weight && new Float32Array(entries);
  for (let e = 0; e < source.length; e++) {
    const at = ends[target[e]]++;
    sources[at] = source[e];
    if (weights) weights[at] = weight[e];
    if (directed || source[e] === target[e]) continue;
    const back = ends[source[e]]++;
    sources[back] = target[e];
    if (weights) weights[back] = weight[e];
  }

  // dealt out to the sources; equal entries come one after the other
  const starts = new Uint32Array(nodes + 1);
  for (let at = 0; at < entries; at++) starts[sources[at] + 1]++;
  for (let node = 0; node < nodes; node++) starts[node + 1] += starts[node];
  const next = starts.slice();
  const indices = new Uint32Array(entries);
  const values = new Float32Array(entries);
  for (let to = 0, at = 0; to < nodes; to++)
    for (; at < ends[to]; at++) {
      const from = sources[at];
      const w = weights ? weights[at] : 1;
      const last = next[from] - 1;
      if (last < starts[from] || indices[last] !== to) {
        indices[last + 1] = to;
        values[last + 1] = w;
        next[from]++;
      } else if (duplicates === "sum") values[last] += w;
      else if (duplicates === "last") values[last] = w;
      else if (duplicates === "max" && w > values[last]) values[last] = w;
    }
  return packed(starts, next, indices, values);
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

function entryCount({ source, target }: EdgeColumns, directed: boolean): number {
  let loops = 0;
  for (let e = 0; e < source.length; e++) if (source[e] === target[e]) loops++;
  const entries = directed ? source.length : 2 * source.length - loops;
  if (entries >= 2 ** 32)
    throw new MemoryError(
      `fromEdges: ${entries.toLocaleString("en-US")} entries, and a matrix holds up to 2³² − 1`,
    );
  return entries;
}

/** Closes the gaps that duplicates have left: row n is what lies between starts[n] and ends[n]. */
function packed(
  starts: Uint32Array,
  ends: Uint32Array,
  indices: Uint32Array,
  values: Float32Array,
): Csr {
  const rows = starts.length - 1;
  const offsets = new Uint32Array(rows + 1);
  for (let row = 0; row < rows; row++) {
    offsets[row + 1] = offsets[row] + ends[row] - starts[row];
    if (offsets[row] === starts[row]) continue;
    indices.copyWithin(offsets[row], starts[row], ends[row]);
    values.copyWithin(offsets[row], starts[row], ends[row]);
  }
  const size = offsets[rows];
  const isFull = size === indices.length;
  return {
    rows,
    columns: rows,
    offsets,
    indices: isFull ? indices : indices.slice(0, size),
    values: isFull ? values : values.slice(0, size),
  };
}
