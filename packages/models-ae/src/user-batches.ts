import type { Rng } from "@kith/core-tensors";
import type { Interactions } from "@kith/data";

/** Some users and their items. */
export interface UserBatch {
  readonly epoch: number;
  /** Number of the batch in its epoch, from 0. */
  readonly index: number;
  /** Dense numbers. */
  readonly users: Uint32Array;
  /** Items of each of them, ascending. */
  readonly histories: readonly Uint32Array[];
  /** A stream of this batch. */
  readonly rng: Rng;
}

/** All users who have items, in an order drawn for each epoch. */
export class UserBatches {
  /** Batches in an epoch. */
  readonly count: number;
  readonly #offsets: Uint32Array;
  readonly #items: Uint32Array;
  readonly #users: Uint32Array;
  readonly #size: number;
  readonly #rng: Rng;

  constructor(data: Interactions, size: number, rng: Rng) {
    ({ offsets: this.#offsets, items: this.#items } = data.byUser());
    this.#users = Uint32Array.from({ length: data.users.size }, (_, user) => user).filter(
      (user) => this.#offsets[user] < this.#offsets[user + 1],
    );
    this.#size = size;
    this.#rng = rng;
    this.count = Math.ceil(this.#users.length / size);
  }

  /** The batches of an epoch: a function of its number. */
  *of(epoch: number): Generator<UserBatch, void, void> {
    const rng = this.#rng.fork(epoch);
    const order = rng.fork("order").shuffle(this.#users.slice());
    for (let begin = 0, index = 0; begin < order.length; begin += this.#size, index++) {
      const users = order.subarray(begin, begin + this.#size);
      const histories = Array.from(users, (user) =>
        this.#items.subarray(this.#offsets[user], this.#offsets[user + 1]),
      );
      yield { epoch, index, users, histories, rng: rng.fork(index) };
    }
  }
}
