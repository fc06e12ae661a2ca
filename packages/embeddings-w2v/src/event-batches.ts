import type { Rng } from "@kith/core-tensors";
import { AliasTable } from "@kith/sampling";
import { includes } from "./ascending.ts";
import type { WeighedEvents } from "./evidence.ts";

/** Some events, and the items that are drawn for them. */
export interface EventBatch {
  /** Of each event. Shape [events]. */
  readonly users: Uint32Array;
  /** Of the events, and behind them the drawn ones. Shape [rows]. */
  readonly items: Uint32Array;
  /** Whose event a row is of, an index into `users`. Shape [rows]. */
  readonly owners: Uint32Array;
  /** Shape [rows]. */
  readonly signs: Float32Array;
  readonly weights: Float32Array;
}

/** Passes over all events in an order drawn for each, with items drawn to tell those that speak for an item from. */
export class EventBatches {
  readonly #events: WeighedEvents;
  readonly #rng: Rng;
  readonly #table: AliasTable;
  readonly #size: number;
  readonly #negatives: number;

  /** @param rng a stream of its own */
  constructor(
    events: WeighedEvents,
    {
      batchSize,
      negatives,
      alpha,
    }: { readonly batchSize: number; readonly negatives: number; readonly alpha: number },
    rng: Rng,
  ) {
    this.#events = events;
    this.#rng = rng;
    this.#size = batchSize;
    this.#negatives = negatives;
    const counts = new Float64Array(events.positives.items.size);
    for (const item of events.item) counts[item]++;
    this.#table = new AliasTable(counts.map((count) => (count > 0 ? count ** alpha : 0)));
  }

  /** Batches of an epoch. */
  get count(): number {
    return Math.ceil(this.#events.user.length / this.#size);
  }

  *of(epoch: number): Generator<EventBatch> {
    const { length } = this.#events.user;
    const order = this.#rng
      .fork("order")
      .fork(epoch)
      .shuffle(Uint32Array.from({ length }, (_, e) => e));
    const rng = this.#rng.fork("negatives").fork(epoch);
    for (let begin = 0; begin < length; begin += this.#size)
      yield this.#batch(order.subarray(begin, begin + this.#size), rng);
  }

  /** A draw that the user likes is left out, not drawn again: who likes everything has no negatives. */
  #batch(events: Uint32Array, rng: Rng): EventBatch {
    const { user, item, signs, weights, positives } = this.#events;
    const most = events.length * (1 + this.#negatives);
    const batch = {
      items: new Uint32Array(most),
      owners: new Uint32Array(most),
      signs: new Float32Array(most),
      weights: new Float32Array(most),
    };
    let size = 0;
    const add = (owner: number, of: number, sign: number) => {
      batch.items[size] = of;
      batch.owners[size] = owner;
      batch.signs[size] = sign;
      batch.weights[size++] = weights[events[owner]];
    };
    events.forEach((e, owner) => {
      add(owner, item[e], signs[e]);
    });
    events.forEach((e, owner) => {
      if (signs[e] > 0) return;
      const liked = positives.itemsOf(user[e]);
      for (let n = 0; n < this.#negatives; n++) {
        const drawn = this.#table.draw(rng);
        if (!includes(liked, drawn)) add(owner, drawn, 1);
      }
    });
    return {
      users: events.map((e) => user[e]),
      items: batch.items.subarray(0, size),
      owners: batch.owners.subarray(0, size),
      signs: batch.signs.subarray(0, size),
      weights: batch.weights.subarray(0, size),
    };
  }
}
