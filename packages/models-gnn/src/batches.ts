import type { Rng } from "@kith/core-tensors";
import type { Interactions } from "@kith/data";
import { batches, PairSampler, TripleSampler } from "@kith/sampling";

/** Nodes of the bipartite graph: user u is u, item i is users + i. */
export interface Batch {
  readonly users: Uint32Array;
  readonly liked: Uint32Array;
  /** One unseen item for each row, or items that all rows share. */
  readonly others: Uint32Array;
}

/** The batches of all epochs. */
export interface Batches {
  /** Batches in an epoch. */
  readonly count: number;
  /** Those of an epoch: a function of its number. */
  of(epoch: number): Iterable<Batch>;
  dispose(): void;
}

interface BatchOptions {
  readonly batchSize: number;
  readonly negatives: number;
}

/** (user, liked, unseen) as the authors draw them. */
export class TripleBatches implements Batches {
  readonly count: number;
  readonly #sampler: TripleSampler;
  readonly #size: number;
  readonly #users: number;

  constructor(data: Interactions, { batchSize }: BatchOptions, rng: Rng) {
    this.#sampler = new TripleSampler(data, rng);
    this.#size = batchSize;
    this.#users = data.users.size;
    this.count = Math.ceil(this.#sampler.length / batchSize);
  }

  *of(epoch: number): Generator<Batch> {
    for (const { users, liked, unseen } of batches(this.#sampler.epoch(epoch), this.#size))
      yield {
        users,
        liked: liked.map((i) => i + this.#users),
        others: unseen.map((i) => i + this.#users),
      };
  }

  dispose(): void {
    this.#sampler.dispose();
  }
}

/** (user, liked) pairs with items drawn uniformly for the whole batch, or all items. */
export class SharedNegatives implements Batches {
  readonly count: number;
  readonly #pairs: PairSampler;
  readonly #rng: Rng;
  readonly #size: number;
  readonly #users: number;
  readonly #items: number;
  readonly #negatives: number;

  constructor(data: Interactions, { batchSize, negatives }: BatchOptions, rng: Rng) {
    this.#pairs = new PairSampler(data, rng.fork("pairs"));
    this.#rng = rng.fork("negatives");
    this.#size = batchSize;
    this.#users = data.users.size;
    this.#items = data.items.size;
    this.#negatives = negatives < this.#items ? negatives : 0;
    this.count = Math.ceil(this.#pairs.length / batchSize);
  }

  *of(epoch: number): Generator<Batch> {
    const rng = this.#rng.fork(epoch);
    const all =
      this.#negatives === 0
        ? Uint32Array.from({ length: this.#items }, (_, i) => i + this.#users)
        : undefined;
    for (const { users, liked } of batches(this.#pairs.epoch(epoch), this.#size))
      yield {
        users,
        liked: liked.map((i) => i + this.#users),
        others: all ?? this.#draw(rng),
      };
  }

  dispose(): void {}

  #draw(rng: Rng): Uint32Array {
    return Uint32Array.from(
      { length: this.#negatives },
      () => this.#users + rng.below(this.#items),
    );
  }
}
