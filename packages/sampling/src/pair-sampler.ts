import type { Rng } from "@kith/core-tensors";
import type { Interactions } from "@kith/data";

/** Users and the items they liked, in parallel. */
export interface Pairs {
  readonly users: Uint32Array;
  readonly liked: Uint32Array;
}

/** Passes over the distinct (user, item) pairs of the data, each once an epoch, in an order that is a function of (stream, epoch). */
export class PairSampler {
  /** Pairs in an epoch. */
  readonly length: number;
  readonly #rng: Rng;
  readonly #users: Uint32Array;
  readonly #items: Uint32Array;

  /** @param rng a stream of its own for the sampler */
  constructor(data: Interactions, rng: Rng) {
    const { offsets, items } = data.byUser();
    this.#rng = rng;
    this.#items = items;
    this.length = items.length;
    this.#users = new Uint32Array(items.length);
    for (let user = 0; user < data.users.size; user++)
      this.#users.fill(user, offsets[user], offsets[user + 1]);
  }

  epoch(epoch: number): Pairs {
    const order = this.#rng
      .fork(epoch)
      .shuffle(Uint32Array.from({ length: this.length }, (_, n) => n));
    return { users: order.map((n) => this.#users[n]), liked: order.map((n) => this.#items[n]) };
  }
}
