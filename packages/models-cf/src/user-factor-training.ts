import {
  HeapIndices,
  heap,
  kernels,
  type Rng,
  Tensor,
  type UserFactorRules,
  type UserItemPairs,
} from "@kith/core-tensors";
import type { Interactions } from "@kith/data";
import type { StepLoss, Training } from "@kith/recommender";
import { factorsOf, type UserFactorTables } from "./user-factor-tables.ts";

/** Pairs of a step of training. */
const PAIRS = 2 ** 15;

export interface UserFactorOptions {
  readonly tables: UserFactorTables;
  readonly epochs: number;
  readonly rules: UserFactorRules;
  /** Whether pairs are worth what their values say, instead of 1. */
  readonly rated: boolean;
  readonly finish: () => void;
}

/** Some pairs of an epoch. */
interface PairRange {
  readonly epoch: number;
  readonly first: number;
  readonly count: number;
}

/** The pairs that are learned from, on the heap until `dispose()`. */
export class PairsOnHeap {
  readonly count: number;
  readonly #itemCount: number;
  readonly #owned: HeapIndices[] = [];
  readonly #users: HeapIndices;
  readonly #items: HeapIndices;
  readonly #values: Tensor | undefined;
  readonly #seenOffsets: HeapIndices;
  readonly #seenItems: HeapIndices;

  /** Each pair once; or, with values, each row. */
  constructor(data: Interactions, rated: boolean) {
    const { offsets, items } = data.byUser();
    const hold = (numbers: Uint32Array): HeapIndices => {
      const indices = new HeapIndices(numbers);
      this.#owned.push(indices);
      return indices;
    };
    this.#seenOffsets = hold(offsets);
    this.#seenItems = hold(items);
    this.#itemCount = data.items.size;
    if (rated) {
      this.#users = hold(data.user);
      this.#items = hold(data.item);
      this.#values = Tensor.parameter([data.length]);
      this.#values.data.set(data.value as Float32Array);
    } else {
      const owners = new Uint32Array(items.length);
      for (let user = 0; user < data.users.size; user++)
        owners.fill(user, offsets[user], offsets[user + 1]);
      this.#users = hold(owners);
      this.#items = this.#seenItems;
    }
    this.count = this.#users.length;
  }

  /** Views, for one call of a kernel. */
  views(): UserItemPairs {
    return {
      users: this.#users.data,
      items: this.#items.data,
      values: this.#values?.data,
      seen: { offsets: this.#seenOffsets.data, items: this.#seenItems.data },
      itemCount: this.#itemCount,
    };
  }

  dispose(): void {
    for (const indices of this.#owned) indices.dispose();
    this.#values?.dispose();
  }
}

/** Training of the factors of users × items by stochastic gradient descent, a chunk of pairs a step. */
export class UserFactorTraining implements Training<PairRange> {
  readonly epochs: number;
  readonly steps: number;
  readonly parameters: Readonly<Record<string, Tensor>>;
  readonly finish: () => void;
  readonly dataHash: () => string;
  readonly #options: UserFactorOptions;
  readonly #pairs: PairsOnHeap;
  readonly #rng: Rng;
  readonly #lossesAt: number = heap().allocate(PAIRS * 8);

  constructor(data: Interactions, options: UserFactorOptions, rng: Rng) {
    this.#options = options;
    this.#rng = rng;
    this.#pairs = new PairsOnHeap(data, options.rated);
    this.epochs = options.epochs;
    this.steps = Math.ceil(this.#pairs.count / PAIRS);
    this.parameters = Object.fromEntries(
      Object.entries(options.tables).filter(([, table]) => table),
    );
    this.finish = options.finish;
    this.dataHash = () => data.hash();
  }

  *batches(epoch: number): Generator<PairRange> {
    const { count } = this.#pairs;
    for (let first = 0; first < count; first += PAIRS)
      yield { epoch, first, count: Math.min(PAIRS, count - first) };
  }

  step({ epoch, first, count }: PairRange): StepLoss {
    const losses = heap().float64(this.#lossesAt, count);
    const factors = factorsOf(this.#options.tables);
    const { key } = this.#rng.fork(epoch);
    kernels().userFactors(losses, factors, this.#pairs.views(), this.#options.rules, key, first);
    return { sum: losses.reduce((sum, loss) => sum + loss, 0), count };
  }

  dispose(): void {
    this.#pairs.dispose();
    heap().free(this.#lossesAt);
  }
}
