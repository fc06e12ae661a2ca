import {
  HeapIndices,
  heap,
  type Negatives,
  type Rng,
  type SequenceLosses,
  type SkipGramRules,
  type Tensor,
  type TokenSequences,
} from "@kith/core-tensors";
import type { TokenChunk } from "@kith/data";
import type { StepLoss, Training } from "@kith/recommender";
import { AliasTable } from "@kith/sampling";
import { CHUNK, type Corpus } from "./corpus.ts";

/** A chunk of an epoch, and what comes before it. */
export interface Step {
  readonly epoch: number;
  /** Tokens and sequences of the epoch before it. */
  readonly tokensBefore: number;
  readonly sequencesBefore: number;
  readonly chunk: TokenChunk;
}

/** A kernel's arguments that are the same in all models. */
export interface KernelCall {
  readonly out: SequenceLosses;
  readonly chunk: TokenSequences;
  readonly negatives: Negatives;
  readonly rules: Pick<SkipGramRules, "rate" | "decay" | "least">;
  readonly key: readonly [number, number];
  /** The number of the chunk's first sequence in the epoch. */
  readonly first: number;
}

export interface SequenceTrainingOptions {
  readonly corpus: Corpus;
  readonly epochs: number;
  readonly learningRate: number;
  /** Negatives for each target, and the power of their frequency that they are drawn by. */
  readonly negatives: number;
  readonly alpha: number;
  readonly parameters: Readonly<Record<string, Tensor>>;
  /** Runs the kernel on a chunk. */
  readonly run: (call: KernelCall) => void;
  readonly finish: () => void;
  readonly dataHash: () => string;
}

/** What the learning rate does not fall below, as a share of what it is at first (word2vec.c). */
const LEAST = 1e-4;

/** Training on sequences with negative sampling, a chunk a step. Holds memory on the heap until `dispose()`. */
export class SequenceTraining implements Training<Step> {
  readonly epochs: number;
  readonly parameters: Readonly<Record<string, Tensor>>;
  readonly steps: number;
  readonly finish: () => void;
  readonly dataHash: () => string;
  readonly #options: SequenceTrainingOptions;
  readonly #rng: Rng;
  readonly #thresholds: HeapIndices;
  readonly #aliases: HeapIndices;
  #tokens: HeapIndices = new HeapIndices(CHUNK);
  #offsets: HeapIndices = new HeapIndices(CHUNK / 8);
  #pairs: HeapIndices = new HeapIndices(CHUNK / 8);
  #lossesAt: number = heap().allocate(CHUNK);

  /** @param rng a stream of its own */
  constructor(options: SequenceTrainingOptions, rng: Rng) {
    const { corpus, epochs, parameters, finish, dataHash, alpha } = options;
    this.epochs = epochs;
    this.parameters = parameters;
    this.steps = corpus.steps;
    this.finish = finish;
    this.dataHash = dataHash;
    this.#options = options;
    this.#rng = rng;
    const table = new AliasTable(corpus.counts.map((count) => (count > 0 ? count ** alpha : 0)));
    const { thresholds, aliases } = table.words();
    this.#thresholds = new HeapIndices(thresholds);
    this.#aliases = new HeapIndices(aliases);
  }

  *batches(epoch: number): Generator<Step> {
    let [tokensBefore, sequencesBefore] = [0, 0];
    for (const chunk of this.#options.corpus.source.chunks(CHUNK)) {
      yield { epoch, tokensBefore, sequencesBefore, chunk };
      tokensBefore += chunk.tokens.length;
      sequencesBefore += chunk.offsets.length - 1;
    }
  }

  step({ epoch, tokensBefore, sequencesBefore, chunk }: Step): StepLoss {
    const { corpus, epochs, learningRate, negatives, run } = this.#options;
    const { tokens } = corpus;
    const sequences = chunk.offsets.length - 1;
    this.#reserve(chunk.tokens.length, sequences);
    const heapChunk = {
      tokens: this.#tokens.data.subarray(0, chunk.tokens.length),
      offsets: this.#offsets.data.subarray(0, sequences + 1),
    };
    heapChunk.tokens.set(chunk.tokens);
    heapChunk.offsets.set(chunk.offsets);
    const out = {
      losses: heap().float64(this.#lossesAt, sequences),
      pairs: this.#pairs.data.subarray(0, sequences),
    };
    const done = ((epoch - 1) * tokens + tokensBefore) / (epochs * tokens);
    run({
      out,
      chunk: heapChunk,
      negatives: {
        count: negatives,
        thresholds: this.#thresholds.data,
        aliases: this.#aliases.data,
      },
      rules: {
        rate: learningRate * Math.max(LEAST, 1 - done),
        decay: learningRate / (epochs * tokens),
        least: learningRate * LEAST,
      },
      key: this.#rng.fork(epoch).key,
      first: sequencesBefore,
    });
    let [sum, count] = [0, 0];
    for (let s = 0; s < sequences; s++) {
      sum += out.losses[s];
      count += out.pairs[s];
    }
    return { sum, count, tokens: chunk.tokens.length };
  }

  dispose(): void {
    for (const array of [this.#thresholds, this.#aliases, this.#tokens, this.#offsets, this.#pairs])
      array.dispose();
    heap().free(this.#lossesAt);
  }

  /** Room for a chunk that is longer than most, because a sequence is not cut. */
  #reserve(tokens: number, sequences: number): void {
    if (tokens > this.#tokens.length) {
      this.#tokens.dispose();
      this.#tokens = new HeapIndices(tokens);
    }
    if (sequences < this.#offsets.length) return;
    this.#offsets.dispose();
    this.#pairs.dispose();
    heap().free(this.#lossesAt);
    this.#offsets = new HeapIndices(sequences + 1);
    this.#pairs = new HeapIndices(sequences + 1);
    this.#lossesAt = heap().allocate(8 * (sequences + 1));
  }
}
