import {
  type Csr,
  HeapIndices,
  KithError,
  requireMemory,
  ShapeError,
  type WalkGraph,
} from "@kith/core-tensors";

const WORDS = 4; // of an entry with a weight: neighbour, threshold, alias, weight
const ALWAYS = 2 ** 32 - 1;

/** A graph on the heap, laid out for walking: with an alias table in each row, or without where the weights of each row are equal. */
export class WalkableGraph {
  /** The nodes with an edge out of them, ascending. */
  readonly starts: Uint32Array;
  /** Whether an edge leads to a node without any out of it. */
  readonly hasDeadEnds: boolean;
  readonly #weighted: boolean;
  readonly #offsets: HeapIndices;
  readonly #entries: HeapIndices;

  /**
   * @throws ShapeError for a matrix that is not square
   * @throws KithError for a weight that is negative or not finite, or when no edge has a weight above 0
   * @throws MemoryError when it does not fit the heap
   */
  constructor(adjacency: Csr) {
    const graph = withoutZeros(adjacency);
    const { rows, offsets, indices } = graph;
    if (indices.length === 0)
      throw new KithError(
        `walks: the graph of ${rows.toLocaleString("en-US")} nodes has no edge with a weight above 0`,
      );
    this.#weighted = !isUniform(graph);
    const words = indices.length * (this.#weighted ? WORDS : 1);
    requireMemory(
      `walks: a graph of ${rows.toLocaleString("en-US")} nodes and ${indices.length.toLocaleString("en-US")} edges`,
      (words + rows) * 4,
    );
    this.starts = Uint32Array.from({ length: rows }, (_, node) => node).filter(
      (node) => offsets[node] < offsets[node + 1],
    );
    this.hasDeadEnds = indices.some((node) => offsets[node] === offsets[node + 1]);
    this.#offsets = new HeapIndices(offsets);
    this.#entries = new HeapIndices(this.#weighted ? words : indices);
    if (this.#weighted) writeAliasTables(this.#entries.data, graph);
  }

  /** Its arrays as kernels take them. */
  view(): WalkGraph {
    return {
      offsets: this.#offsets.data,
      entries: this.#entries.data,
      weighted: this.#weighted,
    };
  }

  dispose(): void {
    this.#offsets.dispose();
    this.#entries.dispose();
  }
}

/** The graph without edges of weight 0, which are never taken. */
function withoutZeros(graph: Csr): Csr {
  const { rows, columns, offsets, indices, values } = graph;
  if (rows !== columns) throw new ShapeError("walks", "a square matrix", [rows, columns]);
  let zeros = 0;
  for (let k = 0; k < values.length; k++) {
    if (!(values[k] >= 0 && values[k] < Number.POSITIVE_INFINITY))
      throw new KithError(
        `walks: expected weights that are finite and not negative, got ${values[k]} for an edge to node ${indices[k]}`,
      );
    if (values[k] === 0) zeros++;
  }
  if (zeros === 0) return graph;
  const kept = {
    offsets: new Uint32Array(rows + 1),
    indices: new Uint32Array(values.length - zeros),
    values: new Float32Array(values.length - zeros),
  };
  let at = 0;
  for (let row = 0; row < rows; row++) {
    for (let k = offsets[row]; k < offsets[row + 1]; k++)
      if (values[k] > 0) {
        kept.indices[at] = indices[k];
        kept.values[at++] = values[k];
      }
    kept.offsets[row + 1] = at;
  }
  return { rows, columns, ...kept };
}

/** Whether the weights of each row are equal. */
function isUniform({ rows, offsets, values }: Csr): boolean {
  for (let row = 0; row < rows; row++)
    for (let k = offsets[row] + 1; k < offsets[row + 1]; k++)
      if (values[k] !== values[offsets[row]]) return false;
  return true;
}

/** Vose's method in each row, as in `AliasTable`. */
function writeAliasTables(words: Uint32Array, { rows, offsets, indices, values }: Csr): void {
  const weights = new Float32Array(words.buffer, words.byteOffset, words.length);
  let longest = 0;
  for (let row = 0; row < rows; row++) longest = Math.max(longest, offsets[row + 1] - offsets[row]);
  const shares = new Float64Array(longest);
  const [small, large] = [new Uint32Array(longest), new Uint32Array(longest)];
  for (let row = 0; row < rows; row++) {
    const begin = offsets[row];
    const degree = offsets[row + 1] - begin;
    let total = 0;
    for (let n = 0; n < degree; n++) total += values[begin + n];
    let [smaller, larger] = [0, 0];
    for (let n = 0; n < degree; n++) {
      shares[n] = (values[begin + n] / total) * degree;
      if (shares[n] < 1) small[smaller++] = n;
      else large[larger++] = n;
      const at = WORDS * (begin + n);
      words[at] = indices[begin + n];
      words[at + 1] = ALWAYS; // also what is left of either stack, which is 1 but for rounding
      words[at + 2] = indices[begin + n];
      weights[at + 3] = values[begin + n];
    }
    while (smaller > 0 && larger > 0) {
      const s = small[--smaller];
      const l = large[larger - 1];
      words[WORDS * (begin + s) + 1] = Math.min(ALWAYS, Math.round(shares[s] * 2 ** 32));
      words[WORDS * (begin + s) + 2] = indices[begin + l];
      shares[l] -= 1 - shares[s];
      if (shares[l] < 1) {
        larger--;
        small[smaller++] = l;
      }
    }
  }
}
