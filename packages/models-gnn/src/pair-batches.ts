import { KithError, type Rng } from "@kith/core-tensors";
import type { Interactions } from "@kith/data";
import type { ImportanceGraph } from "./importance-graph.ts";

/** Pairs of items that belong together, and items that do not. */
export interface PairBatch {
  readonly epoch: number;
  readonly queries: Uint32Array;
  readonly positives: Uint32Array;
  /** Items that all pairs of the batch are told from. */
  readonly negatives: Uint32Array;
  /** [pairs × hardness of the epoch]: items that are related to the query, but less than the positive. */
  readonly hard: Uint32Array;
}

export interface PairBatchesOptions {
  readonly batchSize: number;
  readonly negatives: number;
  readonly hardNegatives: number;
  readonly hardRanks: readonly number[];
}

/**
 * Pairs of items that one user has, uniform over users with two or more and then over their pairs; as many an epoch as there are interactions. In epoch n each query has n − 1
 * hard negatives (the curriculum of PinSage, section 3.3), up to `hardNegatives`.
 */
export class PairBatches {
  readonly count: number;
  readonly #offsets: Uint32Array;
  readonly #items: Uint32Array;
  readonly #users: Uint32Array;
  readonly #catalogue: number;
  readonly #graph: ImportanceGraph;
  readonly #options: PairBatchesOptions;
  readonly #rng: Rng;
  readonly #pairs: number;

  /** @throws KithError when no user has two items */
  constructor(data: Interactions, graph: ImportanceGraph, options: PairBatchesOptions, rng: Rng) {
    ({ offsets: this.#offsets, items: this.#items } = data.byUser());
    this.#users = Uint32Array.from({ length: data.users.size }, (_, user) => user).filter(
      (user) => this.#offsets[user + 1] - this.#offsets[user] >= 2,
    );
    if (this.#users.length === 0)
      throw new KithError(
        "PinSage: expected at least one user with two items, as it learns from pairs of them, got none",
      );
    this.#catalogue = data.items.size;
    this.#graph = graph;
    this.#options = options;
    this.#rng = rng;
    this.#pairs = this.#items.length;
    this.count = Math.ceil(this.#pairs / options.batchSize);
  }

  *of(epoch: number): Generator<PairBatch> {
    const { batchSize, negatives, hardNegatives } = this.#options;
    const rng = this.#rng.fork(epoch);
    const hardness = Math.min(epoch - 1, hardNegatives);
    for (let begin = 0; begin < this.#pairs; begin += batchSize) {
      const size = Math.min(batchSize, this.#pairs - begin);
      const [queries, positives] = [new Uint32Array(size), new Uint32Array(size)];
      for (let r = 0; r < size; r++) {
        const user = this.#users[rng.below(this.#users.length)];
        const [first, count] = [this.#offsets[user], this.#offsets[user + 1] - this.#offsets[user]];
        const one = rng.below(count);
        queries[r] = this.#items[first + one];
        positives[r] = this.#items[first + ((one + 1 + rng.below(count - 1)) % count)];
      }
      const others = Uint32Array.from({ length: negatives }, () => rng.below(this.#catalogue));
      const hard = new Uint32Array(size * hardness);
      for (let at = 0; at < hard.length; at++)
        hard[at] = this.#hardFor(queries[Math.floor(at / hardness)], rng);
      yield { epoch, queries, positives, negatives: others, hard };
    }
  }

  /** An item of the query's list beyond its neighbours; any item where the list ends before. */
  #hardFor(query: number, rng: Rng): number {
    const [from, to] = this.#options.hardRanks;
    const candidates = this.#graph.ranked(query, from, to);
    if (candidates.length === 0) return rng.below(this.#catalogue);
    return candidates[rng.below(candidates.length)];
  }
}
