import {
  type FactorPairs,
  type Factors,
  HeapIndices,
  heap,
  kernels,
  type Rng,
  Tensor,
} from "@kith/core-tensors";
import type { StepLoss, Training } from "@kith/recommender";
import { AliasTable } from "@kith/sampling";
import type { FactorTables } from "./factor-tables.ts";
import { PAIRS, type PairSource } from "./pair-source.ts";

/** Pairs of an epoch, and how many of it come before them. */
export interface PairStep {
  readonly epoch: number;
  readonly before: number;
  readonly pairs: FactorPairs;
}

export interface PairTrainingOptions {
  readonly source: PairSource;
  readonly tables: FactorTables;
  readonly finish: () => void;
  readonly dataHash: () => string;
  readonly epochs: number;
  readonly learningRate: number;
  /** Whether the rate falls over all epochs, or within each. */
  readonly schedule: "linear" | "restarts";
  readonly negatives: number;
  readonly alpha: number;
  readonly regularization: number;
  readonly deterministic: boolean;
}

/** What the learning rate does not fall below, as a share of what it is at first. */
const LEAST = 1e-4;

/** Training of factors on pairs told from pairs with drawn items, a chunk of pairs a step. Holds memory on the heap until `dispose()`. */
export class PairTraining implements Training<PairStep> {
  readonly epochs: number;
  readonly steps: number;
  readonly parameters: Readonly<Record<string, Tensor>>;
  readonly finish: () => void;
  readonly dataHash: () => string;
  readonly #options: PairTrainingOptions;
  readonly #rng: Rng;
  readonly #thresholds: HeapIndices;
  readonly #aliases: HeapIndices;
  readonly #left: HeapIndices = new HeapIndices(PAIRS);
  readonly #right: HeapIndices = new HeapIndices(PAIRS);
  readonly #weights: Tensor = Tensor.parameter([PAIRS]);
  readonly #lossesAt: number = heap().allocate(PAIRS * 8);

  /** @param rng a stream of its own for the negatives */
  constructor(options: PairTrainingOptions, rng: Rng) {
    const { source, tables, alpha } = options;
    this.epochs = options.epochs;
    this.steps = Math.ceil(source.count / PAIRS);
    this.parameters = Object.fromEntries(Object.entries(tables).filter(([, table]) => table));
    this.finish = options.finish;
    this.dataHash = options.dataHash;
    this.#options = options;
    this.#rng = rng;
    const table = new AliasTable(source.frequencies.map((f) => (f > 0 ? f ** alpha : 0)));
    const { thresholds, aliases } = table.words();
    this.#thresholds = new HeapIndices(thresholds);
    this.#aliases = new HeapIndices(aliases);
  }

  *batches(epoch: number): Generator<PairStep> {
    let before = 0;
    for (const pairs of this.#options.source.epoch(epoch)) {
      yield { epoch, before, pairs };
      before += pairs.left.length;
    }
  }

  step({ epoch, before, pairs }: PairStep): StepLoss {
    const { source, epochs, learningRate, schedule, negatives: count } = this.#options;
    const { regularization: decay, deterministic } = this.#options;
    const perEpoch = source.count;
    const [passed, all] =
      schedule === "linear"
        ? [(epoch - 1) * perEpoch + before, epochs * perEpoch]
        : [before, perEpoch];
    const rules = {
      rate: learningRate * (1 - passed / all),
      fall: learningRate / all,
      least: learningRate * LEAST,
      decay,
      deterministic,
    };
    const negatives = { count, thresholds: this.#thresholds.data, aliases: this.#aliases.data };
    const losses = heap().float64(this.#lossesAt, pairs.left.length);
    const key = this.#rng.fork(epoch).key;
    kernels().factorize(
      losses,
      this.#factors(),
      this.#onHeap(pairs),
      negatives,
      rules,
      key,
      before,
    );
    return { sum: losses.reduce((sum, loss) => sum + loss, 0), count: losses.length };
  }

  dispose(): void {
    for (const array of [this.#thresholds, this.#aliases, this.#left, this.#right, this.#weights])
      array.dispose();
    heap().free(this.#lossesAt);
  }

  #factors(): Factors {
    const { left, right, leftBias, rightBias } = this.#options.tables;
    return {
      left: left.data,
      right: right.data,
      leftBias: leftBias?.data,
      rightBias: rightBias?.data,
      dim: left.columns,
    };
  }

  #onHeap({ left, right, weights }: FactorPairs): FactorPairs {
    const onHeap = {
      left: this.#left.data.subarray(0, left.length),
      right: this.#right.data.subarray(0, left.length),
      weights: weights && this.#weights.data.subarray(0, left.length),
    };
    onHeap.left.set(left);
    onHeap.right.set(right);
    if (weights) onHeap.weights?.set(weights);
    return onHeap;
  }
}
