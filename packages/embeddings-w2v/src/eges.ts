import {
  FormatError,
  flag,
  HeapIndices,
  kernels,
  NotFittedError,
  OptionError,
  Rng,
  type Rules,
  requireMemory,
  resolveOptions,
  Tensor,
} from "@kith/core-tensors";
import type { Features, Id, ItemPairs, Sequences, Vocabulary } from "@kith/data";
import {
  type Epoch,
  ItemRecommender,
  type ItemScore,
  type Learned,
  type Ranking,
  type TensorReader,
  type TrainOptions,
  topK,
  trainingLoop,
} from "@kith/recommender";
import { RANDOM_WALKS_RULES, type RandomWalksOptions } from "@kith/sampling";
import { sequenceData } from "./sequence-data.ts";
import { NONE, rowsOfValues, type SideTable, sideTable } from "./side-information.ts";
import type { OpenedData } from "./skip-gram-recommender.ts";
import { readCorpus } from "./training/corpus.ts";
import { type KernelCall, SequenceTraining } from "./training/sequence-training.ts";
import { type SkipGramOptions, skipGramRules } from "./training/skip-gram-options.ts";
import { copyColumns, fillUniform, paddedWidth } from "./training/starting-vectors.ts";
import { cutVocabulary } from "./training/vocabulary-cut.ts";
import { type DirectionOptions, walkData, walkLengthRule } from "./walk-data.ts";

/** What EGES learns from. */
export interface EgesData {
  /** Pairs, over whose graph it walks, or sequences. */
  readonly graph: ItemPairs | Sequences;
  /** What is known about items, also about such as the graph does not have. */
  readonly features: Features;
}

export interface EgesOptions
  extends Omit<SkipGramOptions, "mode" | "subsample">,
    DirectionOptions,
    Pick<RandomWalksOptions, "walksPerNode" | "walkLength" | "restart"> {
  /** Whether each item learns how much each of its fields counts; false weighs all alike (the paper's GES). Default true. */
  attention?: boolean;
}

const {
  mode: _mode,
  subsample: _subsample,
  ...RULES
} = skipGramRules({
  dim: 128,
  window: 5,
  epochs: 5,
});
const { walksPerNode, restart } = RANDOM_WALKS_RULES;

/**
 * EGES (Wang et al., "Billion-scale commodity embedding for e-commerce recommendation in Alibaba", KDD 2018, https://arxiv.org/abs/1803.02349): skip-gram
 * over walks, where the vector of an item is a weighted mean of its own and those of its fields' values.
 *
 *   Hᵥ = Σⱼ e^aᵥⱼ Wⱼ / Σⱼ e^aᵥⱼ      loss = −Σ (log σ(Hᵥ · z_u) + Σₙ log σ(−Hᵥ · zₙ))      (equations 6, 7)
 *
 * aᵥ are weights of item v alone, over the fields that it has: what is missing takes no part. Targets z are of items, not of fields. An item that is in
 * the features but not in the graph (a cold one) gets the plain mean of its values' vectors, of those values that occur in training.
 */
export class Eges extends ItemRecommender<EgesData> {
  /** What each option must be, and its default. */
  static readonly rules: Rules<EgesOptions> = {
    ...RULES,
    walksPerNode,
    walkLength: walkLengthRule(10),
    restart,
    directed: flag(false),
    attention: flag(true),
  };
  readonly name = "Eges";
  readonly options: Readonly<Required<EgesOptions>>;
  #side: SideTable | undefined;
  /** [values, dim] */
  #values: Float32Array | undefined;
  /** [trained items, 1 + fields] */
  #attention: Float32Array | undefined;

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(options: EgesOptions = {}) {
    super();
    this.options = resolveOptions("Eges", options, Eges.rules);
  }

  /**
   * Reads what `save` wrote.
   * @throws FormatError or OptionError when it is something else
   */
  static load(file: Uint8Array): Eges {
    return Eges.restore("Eges", file, (options) => new Eges(options));
  }

  override get scoring(): ItemScore {
    return this.options.scoring;
  }

  async *train(
    data: EgesData,
    options: TrainOptions<ItemPairs> = {},
  ): AsyncGenerator<Epoch, void, void> {
    kernels(); // chooses what computes, which allocates, before there are views
    const { seed, dim, negatives, alpha, epochs, learningRate } = this.options;
    const { signal } = options;
    signal?.throwIfAborted();
    checkData(this.name, data);
    const rng = new Rng(seed);
    const opened = this.#open(data.graph, rng.fork("data"));
    const held: { dispose(): void }[] = [opened];
    try {
      const { items, source, keep, minCount } = opened;
      const read = await readCorpus(source, items.size, { keep, signal });
      if (read.source !== source) opened.dispose();
      const corpus = cutVocabulary(this.name, read, items, minCount);
      const side = sideTable(this.name, corpus.items, data.features);
      const width = paddedWidth(dim);
      const rows = side.trained + side.values;
      const fields = 1 + side.fields.length;
      requireMemory(
        `${this.name}: vectors of ${rows.toLocaleString("en-US")} items and values × ${dim}, and of the items as targets`,
        (rows + side.trained) * width * 4 + side.items.size * (dim + 2 * fields) * 4,
      );
      this.learnItems(side.items);
      this.#side = side;
      const tensor = (shape: number[]) => {
        const made = Tensor.parameter(shape);
        held.push(made);
        return made;
      };
      const inputs = tensor([rows, width]);
      const targets = tensor([side.trained, width]);
      const attention = tensor([side.trained, fields]);
      await fillUniform(inputs, { begin: 0, end: rows, dim }, rng.fork("init"), signal);
      const trainedRows = new HeapIndices(side.rows.subarray(0, side.trained * fields));
      held.push(trainedRows);
      const training = new SequenceTraining(
        {
          owner: this.name,
          corpus,
          epochs,
          learningRate,
          negatives,
          alpha,
          parameters: { inputs, targets, attention },
          run: (call) => this.#train(call, inputs, targets, attention, trainedRows),
          finish: () => this.#finish(inputs, attention, side),
          dataHash: () => `${opened.hash()}-${data.features.hash()}`,
        },
        rng.fork("train"),
      );
      held.push(training);
      yield* trainingLoop(this, training, options);
    } finally {
      for (const owner of held) owner.dispose();
    }
  }

  /** Items that are known by their fields alone. */
  get coldItems(): Id[] {
    const { trained } = this.#fittedSide();
    return this.items.ids().slice(trained);
  }

  /**
   * How much each of an item's fields counts in its vector: shares that add up to 1, by field, "item" being its own vector. A field that it lacks is not there.
   * @throws UnknownIdError
   */
  fieldWeights(item: Id): ReadonlyMap<string, number> {
    const index = this.itemIndex(item);
    const side = this.#fittedSide();
    const names = ["item", ...side.fields.map(({ name }) => name)];
    const shares = this.#shares(side, index);
    return new Map(names.flatMap((name, f) => (shares[f] > 0 ? [[name, shares[f]]] : [])));
  }

  /**
   * The vector of an item that the model has never seen, from what is known about it: the mean of its values' vectors. Shape [dim].
   * @throws OptionError for a field that there is not
   * @throws UnknownIdError when no value occurred in training
   */
  coldItem(described: Readonly<Record<string, Id | null | undefined>>): Float32Array {
    const side = this.#fittedSide();
    const rows = rowsOfValues(this.name, side, described);
    const values = this.#values as Float32Array;
    const { dim } = this.options;
    const vector = new Float32Array(dim);
    for (const row of rows)
      for (let d = 0; d < dim; d++)
        vector[d] += values[(row - side.trained) * dim + d] / rows.length;
    return vector;
  }

  /**
   * The k items most like one that the model has never seen, by the cosine of their vectors.
   * @throws OptionError or UnknownIdError as `coldItem`
   */
  similarToFeatures(described: Readonly<Record<string, Id | null | undefined>>, k = 10): Ranking {
    if (!(Number.isInteger(k) && k >= 1))
      throw new OptionError(
        "similarToFeatures",
        "k",
        `must be a whole number of at least 1, got ${k}`,
      );
    const vector = this.coldItem(described);
    const most = Math.min(k, this.items.size);
    const length = Math.hypot(...vector) || 1;
    const best = topK(
      () => ({
        kind: "dot",
        queries: Tensor.from(
          vector.map((value) => value / length),
          [1, vector.length],
        ),
        items: this.unitVectors(),
      }),
      [new Uint32Array(0)],
      most,
    );
    return { items: Array.from(best.items, (item) => this.items.id(item)), scores: best.scores };
  }

  override dispose(): void {
    super.dispose();
    this.#side = undefined;
    this.#values = undefined;
    this.#attention = undefined;
  }

  protected override learnedMore(): Partial<Learned> {
    const [side, values, attention] = [this.#side, this.#values, this.#attention];
    if (!side || !values || !attention) return {};
    const fields = 1 + side.fields.length;
    return {
      tensors: {
        "values.embedding": { shape: [side.values, this.options.dim], data: values },
        "items.attention": { shape: [side.trained, fields], data: attention },
        "items.rows": { shape: [side.items.size, fields], data: side.rows },
      },
      vocabularies: Object.fromEntries(
        side.fields.map(({ name, values }, f) => [`field.${f}.${name}`, values]),
      ),
    };
  }

  protected override adoptMore(
    tensors: TensorReader,
    vocabularies: Readonly<Record<string, Vocabulary>>,
    { items, dim }: { readonly items: number; readonly dim: number },
  ): void {
    if (dim !== this.options.dim)
      throw new FormatError(
        `Eges.load: vectors have ${dim} numbers, expected ${this.options.dim} as the options say`,
      );
    const fields = Object.keys(vocabularies)
      .flatMap((key) => {
        const [, place, name] = /^field\.(\d+)\.(.*)$/s.exec(key) ?? [];
        return name === undefined
          ? []
          : [{ place: Number(place), name, values: vocabularies[key] }];
      })
      .sort((a, b) => a.place - b.place);
    const values = fields.reduce((sum, field) => sum + field.values.size, 0);
    const attention = tensors.finite("items.attention", [-1, 1 + fields.length]);
    const trained = attention.shape[0];
    const rows = tensors.uint32("items.rows", [items, 1 + fields.length]);
    if (trained > items || rows.some((row) => row !== NONE && row >= trained + values))
      throw new FormatError("Eges.load: the rows of the items' fields are damaged");
    this.#values = tensors.finite("values.embedding", [values, dim]).data;
    this.#attention = attention.data;
    this.#side = { items: vocabularies.items, trained, fields, values, rows, unknown: 0 };
  }

  #open(graph: ItemPairs | Sequences, rng: Rng): OpenedData {
    if ("chunks" in graph) return sequenceData(this.name, graph, 1);
    return walkData(this.name, graph, { ...this.options, p: 1, q: 1 }, rng);
  }

  #train(
    call: KernelCall,
    inputs: Tensor,
    targets: Tensor,
    attention: Tensor,
    rows: HeapIndices,
  ): void {
    const { window, deterministic } = this.options;
    kernels().eges(
      call.out,
      { inputs: inputs.data, outputs: targets.data, dim: inputs.columns },
      {
        fields: attention.columns,
        rows: rows.data,
        ...(this.options.attention && { attention: attention.data }),
      },
      call.chunk,
      call.negatives,
      { ...call.rules, window, deterministic },
      call.key,
      call.first,
    );
  }

  /** H of all items, and what `coldItem` needs. */
  #finish(inputs: Tensor, attention: Tensor, side: SideTable): void {
    const { dim } = this.options;
    const width = inputs.columns;
    this.#attention = attention.data.slice();
    const values = new Float32Array(side.values * dim);
    copyColumns(values, dim, inputs.data.subarray(side.trained * width), width);
    this.#values = values;
    const fields = attention.columns;
    this.updateTables(dim, ({ items }) => {
      const [h, w] = [items.data, inputs.data];
      h.fill(0);
      for (let i = 0; i < side.items.size; i++)
        this.#shares(side, i).forEach((share, f) => {
          if (share === 0) return;
          const row = side.rows[i * fields + f];
          for (let d = 0; d < dim; d++) h[i * dim + d] += share * w[row * width + d];
        });
    });
  }

  /** The weight of each row of an item, its own first: softmax of a over those it has; all alike without attention and for cold items. */
  #shares({ rows, trained, fields }: SideTable, item: number): number[] {
    const width = 1 + fields.length;
    const a = this.#attention as Float32Array;
    const isWeighted = this.options.attention && item < trained;
    const logits = Array.from({ length: width }, (_, f) =>
      rows[item * width + f] === NONE
        ? Number.NEGATIVE_INFINITY
        : isWeighted
          ? a[item * width + f]
          : 0,
    );
    const most = Math.max(...logits);
    const shares = logits.map((logit) => Math.exp(logit - most));
    const total = shares.reduce((sum, share) => sum + share, 0);
    return shares.map((share) => share / total);
  }

  #fittedSide(): SideTable {
    if (!this.#side || !this.#values) throw new NotFittedError(this.name);
    return this.#side;
  }
}

/** @throws OptionError naming the part that is missing */
function checkData(owner: string, data: EgesData): void {
  if (typeof data?.graph !== "object")
    throw new OptionError(
      owner,
      "data",
      "must be { graph, features }: ItemPairs or Sequences, and Features",
    );
  if (typeof data.features?.ids?.indicesIn !== "function" || !Array.isArray(data.features.fields))
    throw new OptionError(owner, "features", "must be Features, as Features.from(rows) makes them");
}
