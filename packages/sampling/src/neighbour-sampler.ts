import {
  type Csr,
  HeapIndices,
  KithError,
  kernels,
  OptionError,
  type Rng,
  type SparseMatrix,
} from "@kith/core-tensors";
import { DistinctIds } from "./distinct.ts";

/** Some nodes and neighbours drawn for them: one layer of a graph network reads the sources and writes the targets. */
export interface NeighbourBlock {
  /** The nodes that are read, each once; the targets come first, in their order. */
  readonly sources: Uint32Array;
  /** A row for each target, a column for each source: the different neighbours that were drawn, in no order. The row of a target that has any sums to 1. */
  readonly csr: Csr;
  /**
   * [targets × fan-out]: where the neighbours of each target stand among the sources, in random order; where there are fewer than the fan-out, some are there
   * again, and a target without neighbours has itself.
   */
  readonly draws: Uint32Array;
}

export interface NeighbourSamplerOptions {
  /** Whether each target is its own neighbour, beside those that are drawn. Default false. */
  selfLoops?: boolean;
}

const NONE = 0xffffffff;

/**
 * Draws a fixed number of neighbours of each node (GraphSAGE, Hamilton et al., NeurIPS 2017, https://arxiv.org/abs/1706.02216, section 3.1): all of them where
 * there are no more, else so many different ones, uniformly.
 */
export class NeighbourSampler {
  readonly #graph: SparseMatrix;
  readonly #selfLoops: boolean;
  readonly #distinct: DistinctIds;

  /** @param graph on the heap, which it does not take over; row i lists the neighbours of node i */
  constructor(graph: SparseMatrix, { selfLoops = false }: NeighbourSamplerOptions = {}) {
    this.#graph = graph;
    this.#selfLoops = selfLoops;
    this.#distinct = new DistinctIds(graph.rows);
  }

  /**
   * Neighbours of some nodes, each listed once: a function of the nodes, the fan-out and the generator's key.
   * @throws OptionError unless the fan-out is a whole number of at least 1
   * @throws KithError when a target is no node, or is listed twice
   */
  block(targets: Uint32Array, fanOut: number, rng: Rng): NeighbourBlock {
    if (!(Number.isInteger(fanOut) && fanOut >= 1))
      throw new OptionError(
        "NeighbourSampler",
        "fanOut",
        `must be a whole number of at least 1, got ${fanOut}`,
      );
    const beyond = targets.find((node) => node >= this.#graph.rows);
    if (beyond !== undefined)
      throw new KithError(
        `NeighbourSampler: expected nodes below ${this.#graph.rows}, got ${beyond}`,
      );
    const drawn = this.#draw(targets, fanOut, rng);
    for (let at = 0; at < drawn.length; at++)
      if (drawn[at] === NONE) drawn[at] = targets[Math.floor(at / fanOut)];
    const { ids: sources, positions } = this.#distinct.of([targets, drawn]);
    const [places, draws] = positions;
    if (places.some((place, r) => place !== r))
      throw new KithError("NeighbourSampler: a node is listed twice; list each target once");
    return { sources, csr: this.#rows(targets, fanOut, draws, sources.length), draws };
  }

  #draw(targets: Uint32Array, fanOut: number, rng: Rng): Uint32Array {
    const { sampleNeighbours } = kernels(); // first, as it may allocate
    const nodes = new HeapIndices(targets);
    const out = new HeapIndices(targets.length * fanOut);
    try {
      sampleNeighbours(out.data, this.#graph, nodes.data, fanOut, rng.key, 0);
      return out.data.slice();
    } finally {
      for (const array of [nodes, out]) array.dispose();
    }
  }

  #rows(targets: Uint32Array, fanOut: number, draws: Uint32Array, columns: number): Csr {
    const { offsets: ends } = this.#graph;
    const loops = Number(this.#selfLoops);
    const offsets = new Uint32Array(targets.length + 1);
    for (let r = 0; r < targets.length; r++) {
      const degree = ends[targets[r] + 1] - ends[targets[r]];
      offsets[r + 1] = offsets[r] + Math.min(degree, fanOut) + loops;
    }
    const indices = new Uint32Array(offsets[targets.length]);
    const values = new Float32Array(indices.length);
    for (let r = 0; r < targets.length; r++) {
      const [begin, end] = [offsets[r], offsets[r + 1]];
      if (this.#selfLoops) indices[begin] = r;
      for (let k = begin + loops, n = r * fanOut; k < end; k++, n++) indices[k] = draws[n];
      values.fill(1 / (end - begin), begin, end);
    }
    return { rows: targets.length, columns, offsets, indices, values };
  }
}
