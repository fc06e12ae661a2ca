import {
  checkNames,
  FormatError,
  HeapIndices,
  kernels,
  positive,
  positiveInteger,
  Rng,
  requireMemory,
  resolveOptions,
  Tensor,
  TrainingError,
} from "@kith/core-tensors";
import type { ItemPairs, TokenSource, Vocabulary } from "@kith/data";
import {
  type Epoch,
  type FitOptions,
  ItemRecommender,
  type ItemScore,
  type Learned,
  type TensorReader,
  type TrainOptions,
  trainingLoop,
} from "@kith/recommender";
import { readCorpus } from "./training/corpus.ts";
import { type Markets, marketLists } from "./training/market-lists.ts";
import { type KernelCall, SequenceTraining } from "./training/sequence-training.ts";
import type { SkipGramOptions } from "./training/skip-gram-options.ts";
import { copyColumns, fillUniform, paddedWidth } from "./training/starting-vectors.ts";
import { subsampling } from "./training/subsampling.ts";
import { type CutCorpus, cutVocabulary, type KnownItems } from "./training/vocabulary-cut.ts";

/** The number of no item, as kernels have it; −1 becomes the same. */
const NONE = 0xffffffff;

/** What a model of sequences learns from, in the numbers of a vocabulary of its own. */
export interface OpenedData {
  readonly items: Vocabulary;
  readonly source: TokenSource;
  /** Whether reading it again would cost time, as with walks. */
  readonly keep: boolean;
  /** Items that occur less often are left out. */
  readonly minCount: number;
  /** For each sequence an item that is a context of all its tokens, or −1. */
  readonly globals?: Int32Array | undefined;
  /** Where more negatives are drawn from. */
  readonly markets?: Markets | undefined;
  hash(): string;
  /** Frees what the source holds on the heap. Does nothing the second time. */
  dispose(): void;
}

/** What `partialFit` did. */
export interface Growth {
  /** Items that the model knows now. */
  readonly items: number;
  /** Those of them that it did not know. */
  readonly added: number;
  /** Items of the new data that were left out, because they occur too rarely. */
  readonly rare: number;
  /** Tokens of an epoch. */
  readonly tokens: number;
}

export interface PartialFitOptions
  extends Omit<FitOptions<ItemPairs>, "checkpoint" | "checkpointEvery" | "resumeFrom"> {
  /** Default: the model's. */
  readonly epochs?: number | undefined;
  /** Default: the model's. */
  readonly learningRate?: number | undefined;
}

const PARTIAL_FIT_OPTIONS = [
  "epochs",
  "learningRate",
  "signal",
  "validation",
  "onProgress",
  "onEpoch",
];

/** What a training is. */
interface Plan {
  readonly epochs: number;
  readonly learningRate: number;
  /** How many trainings came before, which all draw other numbers. */
  readonly round: number;
  /** Told what is trained on. */
  readonly told?: (corpus: CutCorpus) => void;
}

/** What training goes on from: copies. */
interface Standing extends KnownItems {
  /** [items, dim] */
  readonly inputs: Float32Array;
  /** [items, padded dim] */
  readonly targets: Float32Array;
}

/**
 * Skip-gram and CBOW with negative sampling (Mikolov et al., NIPS 2013, https://arxiv.org/abs/1310.4546) over sequences of items, however they are made.
 *
 *   loss = −Σ (log σ(xᵢ · y_c) + Σₙ log σ(−xᵢ · yₙ))      i within the window around c, n drawn by frequency^0.75
 *
 * x are the vectors of the items; y, their vectors as targets, are kept for training to go on. An epoch's loss is the exact mean over its (i, c)
 * pairs, each with its negatives, summed in float64.
 */
export abstract class SkipGramRecommender<Data> extends ItemRecommender<Data> {
  abstract override readonly options: Readonly<Required<SkipGramOptions>>;
  /** [items, padded dim] */
  #targets: Tensor | undefined;
  #counts: Uint32Array | undefined;
  #rounds = 0;

  /** The sequences to learn from. */
  protected abstract open(data: Data, rng: Rng): OpenedData;

  override get scoring(): ItemScore {
    return this.options.scoring;
  }

  async *train(
    data: Data,
    options: TrainOptions<ItemPairs> = {},
  ): AsyncGenerator<Epoch, void, void> {
    const { epochs, learningRate } = this.options;
    yield* this.#run(data, { epochs, learningRate, round: 0 }, options);
  }

  /**
   * Goes on training with more data, whose items may be new: known ones keep what they have learned, counts add up, and the learning rate falls
   * from its start again. Items that occur in the new data too rarely and are not known are left out and counted.
   * @throws NotFittedError before `fit` or `load`
   * @throws OptionError for an unknown or ill-formed option
   */
  async partialFit(data: Data, options: PartialFitOptions = {}): Promise<Growth> {
    const known = this.items.size;
    const owner = `${this.name}.partialFit`;
    checkNames(owner, options, PARTIAL_FIT_OPTIONS);
    const { epochs, learningRate, onEpoch, ...rest } = options;
    const schedule = resolveOptions<Pick<PartialFitOptions, "epochs" | "learningRate">>(
      owner,
      { epochs, learningRate },
      {
        epochs: positiveInteger(this.options.epochs),
        learningRate: positive(this.options.learningRate),
      },
    );
    let growth = { rare: 0, tokens: 0 };
    const plan = {
      ...schedule,
      round: this.#rounds + 1,
      told: ({ rare, tokens }: CutCorpus) => {
        growth = { rare, tokens };
      },
    };
    for await (const epoch of this.#run(data, plan, rest)) onEpoch?.(epoch);
    const { size } = this.items;
    return { items: size, added: size - known, ...growth };
  }

  override dispose(): void {
    super.dispose();
    this.#targets?.dispose();
    this.#targets = undefined;
    this.#counts = undefined;
  }

  protected override learnedMore(): Partial<Learned> {
    if (!this.#targets || !this.#counts) return {};
    return {
      tensors: {
        "items.target": this.#targets,
        "items.count": { shape: [this.#counts.length], data: this.#counts },
      },
    };
  }

  protected override adoptMore(
    tensors: TensorReader,
    _vocabularies: Learned["vocabularies"],
    { items, dim }: { readonly items: number; readonly dim: number },
  ): void {
    const targets = tensors.finite("items.target", [items, paddedWidth(dim)]);
    const counts = tensors.uint32("items.count", [items]);
    if (dim !== this.options.dim)
      throw new FormatError(
        `${this.name}.load: vectors have ${dim} numbers, expected ${this.options.dim} as the options say`,
      );
    this.#counts = counts;
    this.#targets = Tensor.parameter(targets.shape);
    this.#targets.data.set(targets.data);
  }

  async *#run(
    data: Data,
    { epochs, learningRate, round, told }: Plan,
    options: TrainOptions<ItemPairs>,
  ): AsyncGenerator<Epoch, void, void> {
    kernels(); // chooses what computes, which allocates, before there are views
    const { seed, dim, negatives, alpha, subsample } = this.options;
    const { signal } = options;
    signal?.throwIfAborted();
    const rng = new Rng(seed).fork(round);
    const opened = this.open(data, rng.fork("data"));
    const held: { dispose(): void }[] = [opened];
    try {
      const { items, source, keep, minCount } = opened;
      const read = await readCorpus(source, items.size, { keep, signal });
      if (read.source !== source) opened.dispose();
      const before = round === 0 ? undefined : this.#standing();
      const corpus = cutVocabulary(this.name, read, items, minCount, before);
      const markets = opened.markets && marketLists(this.name, opened.markets, items, corpus);
      const globals =
        opened.globals &&
        Uint32Array.from(opened.globals, (item) => (item < 0 ? NONE : corpus.renumbered[item]));
      told?.(corpus);

      const width = paddedWidth(dim);
      const rows = corpus.items.size;
      requireMemory(
        `${this.name}: vectors of ${rows.toLocaleString("en-US")} items × ${dim}, as items and as targets`,
        rows * (2 * width + dim) * 4,
      );
      const inputs = Tensor.parameter([rows, width]);
      held.push(inputs);
      if (before) copyColumns(inputs.data, width, before.inputs, dim);
      const begin = before?.items.size ?? 0;
      await fillUniform(inputs, { begin, end: rows, dim }, rng.fork("init"), signal);
      this.learnItems(corpus.items); // disposes of what was there: from here on nothing waits until there is a model again
      const targets = Tensor.parameter([rows, width]);
      this.#targets = targets;
      this.#counts = Uint32Array.from(corpus.counts, (count) => Math.min(count, 2 ** 32 - 1));
      this.#rounds = round;
      const finish = () =>
        this.updateTables(dim, (tables) => copyColumns(tables.items.data, dim, inputs.data, width));
      if (before) {
        targets.data.set(before.targets);
        finish(); // so that a training that is interrupted leaves a model, too
      }

      const kept = subsampling(corpus.counts, subsample);
      const occurrences = kept && new HeapIndices(kept);
      if (occurrences) held.push(occurrences);
      const run = (call: KernelCall) => this.#train(call, inputs, targets, occurrences);
      const parameters = { inputs, targets };
      const dataHash = () => opened.hash();
      const schedule = { epochs, learningRate, negatives, alpha };
      const training = new SequenceTraining(
        {
          owner: this.name,
          corpus,
          ...schedule,
          globals,
          markets,
          parameters,
          run,
          finish,
          dataHash,
        },
        rng.fork("train"),
      );
      held.push(training);
      yield* trainingLoop(this, training, options);
    } catch (error) {
      // Vectors are those of the last epoch, but the targets go on where training diverged: nobody could load that.
      if (error instanceof TrainingError && this.#targets?.data.every(Number.isFinite) === false)
        this.dispose();
      throw error;
    } finally {
      for (const owner of held) owner.dispose();
    }
  }

  #train(call: KernelCall, inputs: Tensor, targets: Tensor, kept: HeapIndices | undefined): void {
    const { window, mode, deterministic } = this.options;
    const tables = { inputs: inputs.data, outputs: targets.data, dim: inputs.columns };
    const rules = { ...call.rules, window, mode, deterministic, keep: kept?.data };
    kernels().skipGram(call.out, tables, call.chunk, call.negatives, rules, call.key, call.first);
  }

  #standing(): Standing {
    return {
      items: this.items,
      counts: Float64Array.from(this.#counts as Uint32Array),
      inputs: this.vectors().data,
      targets: (this.#targets as Tensor).data.slice(),
    };
  }
}
