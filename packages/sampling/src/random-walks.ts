import {
  between,
  type Csr,
  fraction,
  HeapIndices,
  KithError,
  kernels,
  positiveInteger,
  type Rng,
  type Rules,
  resolveOptions,
} from "@kith/core-tensors";
import type { TokenChunk, TokenSource } from "@kith/data";
import { WalkableGraph } from "./walkable-graph.ts";

export interface RandomWalksOptions {
  /** Walks that start at each node that has an edge. Default 10. */
  walksPerNode?: number;
  /** Nodes in a walk, the first included; it is shorter where it comes to a node without edges out of it. Default 40. */
  walkLength?: number;
  /** node2vec's return parameter: above 1 a step back is less likely than its weight says. Default 1. */
  p?: number;
  /** node2vec's in-out parameter: above 1 walks stay near, below 1 they go far. Default 1. */
  q?: number;
  /** Probability with which a step goes back to the start of the walk instead. Default 0. */
  restart?: number;
}

/** The rules of the options above, for models that take them over. */
export const RANDOM_WALKS_RULES: Rules<RandomWalksOptions> = {
  walksPerNode: positiveInteger(10, 1e6),
  walkLength: positiveInteger(40, 1e5),
  p: between(1, 1e-6, 1e6),
  q: between(1, 1e-6, 1e6),
  restart: fraction(0),
};

/** Tokens that are drawn at a time, which is what walks take on the heap. */
const BLOCK = 1 << 20;

/**
 * Random walks over a weighted graph: of first order (DeepWalk, Perozzi et al., KDD 2014, https://arxiv.org/abs/1403.6652; here steps follow the weights) or,
 * with p or q other than 1, of second order (node2vec, Grover and Leskovec, KDD 2016, https://arxiv.org/abs/1607.00653).
 *
 *   P(t → v → x) ∝ w(v, x) · 1/p where x = t,   w(v, x) where x has an edge to t,   w(v, x) · 1/q elsewhere
 *
 * The nodes are shuffled anew for each of the passes. Walk n of a stream is a function of (stream, n): the same on any number of threads, and the
 * same each time it is asked for. Second-order steps are drawn by rejection, so memory is O(edges).
 */
export class RandomWalks implements TokenSource {
  /** Walks in all. */
  readonly sequences: number;
  /** Nodes without an edge out of them, at which no walk starts. */
  readonly isolated: number;
  readonly options: Required<RandomWalksOptions>;
  readonly #graph: WalkableGraph;
  readonly #rng: Rng;
  #tokens: number | undefined;

  /**
   * Lays the graph out on the heap; `dispose()` gives that memory back.
   * @param graph square; weights finite and not negative, edges of weight 0 are never taken
   * @param rng a stream of its own for the walks
   * @throws OptionError for an unknown or ill-formed option
   * @throws KithError for a graph without edges, or a weight that is negative or not finite
   * @throws MemoryError when the graph does not fit the heap
   */
  constructor(graph: Csr, options: RandomWalksOptions, rng: Rng) {
    this.options = resolveOptions("RandomWalks", options, RANDOM_WALKS_RULES);
    this.#graph = new WalkableGraph(graph);
    this.#rng = rng;
    const { starts } = this.#graph;
    this.isolated = graph.rows - starts.length;
    this.sequences = starts.length * this.options.walksPerNode;
    if (!this.#graph.hasDeadEnds) this.#tokens = this.sequences * this.options.walkLength;
  }

  /** Nodes in all walks together; where walks can end early, all are drawn once to count them. */
  get tokens(): number {
    if (this.#tokens === undefined) {
      let count = 0;
      for (const { tokens } of this.chunks(BLOCK)) count += tokens.length;
      this.#tokens = count;
    }
    return this.#tokens;
  }

  /**
   * The walks in order, in chunks of up to so many tokens and at least one walk; drawn anew each time, the same walks.
   * @throws KithError unless the number of tokens is a whole number of at least 1
   */
  *chunks(tokensPerChunk: number): Generator<TokenChunk, void, void> {
    if (!(Number.isInteger(tokensPerChunk) && tokensPerChunk >= 1))
      throw new KithError(
        `walks: expected chunks of a whole number of tokens, at least 1, got ${tokensPerChunk}`,
      );
    const { walksPerNode, walkLength } = this.options;
    const { starts } = this.#graph;
    const room = Math.max(1, Math.floor(tokensPerChunk / walkLength));
    for (let pass = 0; pass < walksPerNode; pass++) {
      const order = this.#rng.fork(pass).shuffle(starts.slice());
      for (let begin = 0; begin < order.length; begin += room)
        yield this.#walk(order.subarray(begin, begin + room), pass * order.length + begin);
    }
  }

  /** Frees its memory on the heap. */
  dispose(): void {
    this.#graph.dispose();
  }

  #walk(starts: Uint32Array, first: number): TokenChunk {
    const { walkLength, p, q, restart } = this.options;
    const { walks } = kernels(); // first, as it may allocate
    const from = new HeapIndices(starts);
    const tokens = new HeapIndices(starts.length * walkLength);
    const lengths = new HeapIndices(starts.length);
    try {
      const rules = { length: walkLength, restart: wordBelow(restart), p, q };
      const key = this.#rng.fork("steps").key;
      const out = { tokens: tokens.data, lengths: lengths.data };
      walks(out, this.#graph.view(), from.data, rules, key, first);
      return packed(out.tokens, out.lengths, walkLength);
    } finally {
      for (const array of [from, tokens, lengths]) array.dispose();
    }
  }
}

/** Copies walks off the heap, without the room that those which ended early have left. */
function packed(tokens: Uint32Array, lengths: Uint32Array, room: number): TokenChunk {
  const offsets = new Uint32Array(lengths.length + 1);
  for (let w = 0; w < lengths.length; w++) offsets[w + 1] = offsets[w] + lengths[w];
  const total = offsets[lengths.length];
  if (total === tokens.length) return { tokens: tokens.slice(), offsets };
  const own = new Uint32Array(total);
  for (let w = 0; w < lengths.length; w++)
    own.set(tokens.subarray(w * room, w * room + lengths[w]), offsets[w]);
  return { tokens: own, offsets };
}

/** The bound below which a random word of 32 bits falls with this probability. */
function wordBelow(probability: number): number {
  return Math.min(Math.round(probability * 2 ** 32), 2 ** 32 - 1);
}
