import {
  HeapIndices,
  heap,
  type Negatives,
  type Rng,
  type SequenceLosses,
  type SkipGramRules,
  type Tensor,
  type TokenSequences,
  TrainingError,
} from "@kith/core-tensors";
import type { TokenChunk } from "@kith/data";
import type { StepLoss, Training } from "@kith/recommender";
import { AliasTable } from "@kith/sampling";
import { CHUNK, type Corpus } from "./corpus.ts";
import type { MarketLists } from "./market-lists.ts";

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
  /** The model's name, for errors. */
  readonly owner: string;
  readonly corpus: Corpus;
  readonly epochs: number;
  readonly learningRate: number;
  /** Negatives for each target, and the power of their frequency that they are drawn by. */
  readonly negatives: number;
  readonly alpha: number;
  /** For each sequence an item that is a context of all its tokens, or 2³² − 1. */
  readonly globals?: Uint32Array | undefined;
  /** More negatives come from the target's market. */
  readonly markets?: MarketLists | undefined;
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
  readonly #globals: HeapIndices | undefined;
  readonly #markets: readonly HeapIndices[];
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
    this.#globals = options.globals && new HeapIndices(options.globals);
    const { markets } = options;
    this.#markets = markets
      ? [markets.of, markets.offsets, markets.items].map((array) => new HeapIndices(array))
      : [];
  }

  /** @throws TrainingError where no sequence has a pair */
  *batches(epoch: number): Generator<Step> {
    const { owner, corpus, globals } = this.#options;
    let [tokensBefore, sequencesBefore, longest] = [0, 0, 0];
    for (const chunk of corpus.source.chunks(CHUNK)) {
      yield { epoch, tokensBefore, sequencesBefore, chunk };
      tokensBefore += chunk.tokens.length;
      sequencesBefore += chunk.offsets.length - 1;
      for (let s = 0; longest < 2 && s + 1 < chunk.offsets.length; s++)
        longest = Math.max(longest, chunk.offsets[s + 1] - chunk.offsets[s]);
    }
    if (longest < 2 && !globals)
      throw new TrainingError(
        `${owner}: expected sequences of at least two items, whose pairs are learned; none of ${sequencesBefore.toLocaleString("en-US")} has more than one that is not left out for being rare`,
      );
  }

  step({ epoch, tokensBefore, sequencesBefore, chunk }: Step): StepLoss {
    const { corpus, epochs, learningRate, negatives, markets, run } = this.#options;
    const { tokens } = corpus;
    const sequences = chunk.offsets.length - 1;
    this.#reserve(chunk.tokens.length, sequences);
    const heapChunk = {
      tokens: this.#tokens.data.subarray(0, chunk.tokens.length),
      offsets: this.#offsets.data.subarray(0, sequences + 1),
      globals: this.#globals?.data.subarray(sequencesBefore, sequencesBefore + sequences),
    };
    heapChunk.tokens.set(chunk.tokens);
    heapChunk.offsets.set(chunk.offsets);
    const out = {
      losses: heap().float64(this.#lossesAt, sequences),
      pairs: this.#pairs.data.subarray(0, sequences),
    };
    const [of, offsets, items] = this.#markets.map(({ data }) => data);
    const done = ((epoch - 1) * tokens + tokensBefore) / (epochs * tokens);
    run({
      out,
      chunk: heapChunk,
      negatives: {
        count: negatives,
        thresholds: this.#thresholds.data,
        aliases: this.#aliases.data,
        groups: markets && { of, offsets, items, count: markets.count },
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
    for (const array of [this.#globals, ...this.#markets]) array?.dispose();
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
