import type { Csr, Rng } from "@kith/core-tensors";

/** Pairs, each beside an item that it should be told from: a pair is there once for each. */
export interface RankedPairsBatch {
  /** Pairs of the batch. */
  readonly count: number;
  /** Shape [rows] each. */
  readonly sources: Uint32Array;
  readonly targets: Uint32Array;
  readonly others: Uint32Array;
  readonly weights: Float32Array;
}

/** The edges of a graph of items in an order drawn for each epoch, with the targets of other edges drawn for each. */
export class RankedPairs {
  readonly #graph: Csr;
  /** Shape [edges]; the targets are the graph's indices. */
  readonly #sources: Uint32Array;
  readonly #meanWeight: number;
  readonly #size: number;
  readonly #negatives: number;
  readonly #rng: Rng;

  /**
   * @param graph with at least one edge
   * @param rng a stream of its own
   */
  constructor(
    graph: Csr,
    { batchSize, negatives }: { readonly batchSize: number; readonly negatives: number },
    rng: Rng,
  ) {
    const { rows, offsets, values } = graph;
    this.#graph = graph;
    this.#sources = new Uint32Array(values.length);
    for (let item = 0; item < rows; item++)
      this.#sources.fill(item, offsets[item], offsets[item + 1]);
    this.#meanWeight = values.reduce((sum, value) => sum + value, 0) / values.length;
    this.#size = batchSize;
    this.#negatives = negatives;
    this.#rng = rng;
  }

  /** Batches of an epoch. */
  get count(): number {
    return Math.ceil(this.#sources.length / this.#size);
  }

  *of(epoch: number): Generator<RankedPairsBatch> {
    const { length } = this.#sources;
    const order = this.#rng
      .fork("order")
      .fork(epoch)
      .shuffle(Uint32Array.from({ length }, (_, k) => k));
    const rng = this.#rng.fork("negatives").fork(epoch);
    for (let begin = 0; begin < length; begin += this.#size)
      yield this.#batch(order.subarray(begin, begin + this.#size), rng);
  }

  /** A draw that is the pair's source or target is left out, not drawn again: there may be no other. */
  #batch(edges: Uint32Array, rng: Rng): RankedPairsBatch {
    const { indices, values } = this.#graph;
    const most = edges.length * this.#negatives;
    const [rows, others] = [new Uint32Array(most), new Uint32Array(most)];
    let size = 0;
    for (const edge of edges)
      for (let n = 0; n < this.#negatives; n++) {
        const drawn = indices[rng.below(indices.length)];
        if (drawn === this.#sources[edge] || drawn === indices[edge]) continue;
        rows[size] = edge;
        others[size++] = drawn;
      }
    const chosen = rows.subarray(0, size);
    return {
      count: edges.length,
      sources: chosen.map((edge) => this.#sources[edge]),
      targets: chosen.map((edge) => indices[edge]),
      others: others.subarray(0, size),
      weights: Float32Array.from(chosen, (edge) => values[edge] / this.#meanWeight),
    };
  }
}
