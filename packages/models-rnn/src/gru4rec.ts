import {
  kernels,
  NotFittedError,
  Rng,
  type Rules,
  requireMemory,
  resolveOptions,
  Tensor,
  TrainingError,
} from "@kith/core-tensors";
import type { Sequences } from "@kith/data";
import {
  type Epoch,
  SessionRecommender,
  type SessionStates,
  type StoredTensor,
  type TensorReader,
  type TrainOptions,
  trainingLoop,
} from "@kith/recommender";
import { type Gru4RecOptions, gru4RecRules } from "./gru4rec-options.ts";
import { Gru4RecTraining } from "./gru4rec-training.ts";
import { Network } from "./network.ts";
import { NetworkStates } from "./network-states.ts";

/**
 * GRU4Rec (Hidasi et al., ICLR 2016, https://arxiv.org/abs/1511.06939; with the losses and the sampling of Hidasi & Karatzoglou, CIKM 2018,
 * https://arxiv.org/abs/1706.03847): a recurrent network reads a session click by click and scores the items that may come next.
 *
 *   score(j) = h · w_j + b_j      h the output of the last layer after the latest click
 *
 * It is trained on sessions side by side (`SessionBatches`), one click back, against the other targets of the batch and shared negatives. An epoch's loss is the exact mean
 * over its clicks, summed in float64.
 */
export class GRU4Rec extends SessionRecommender {
  /** What each option must be, and its default. */
  static readonly rules: Rules<Gru4RecOptions> = gru4RecRules;
  readonly name = "GRU4Rec";
  readonly options: Readonly<Required<Gru4RecOptions>>;
  #network: Network | undefined;
  /** [items, units + 1]: output weights and biases side by side. */
  #table: Tensor | undefined;

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(options: Gru4RecOptions = {}) {
    super();
    this.options = resolveOptions("GRU4Rec", options, GRU4Rec.rules);
  }

  /**
   * Reads what `save` wrote.
   * @throws FormatError or OptionError when it is something else
   */
  static load(file: Uint8Array): GRU4Rec {
    const make = (options: object) => new GRU4Rec(options as Gru4RecOptions); // which checks them
    return GRU4Rec.restore("GRU4Rec", file, make);
  }

  async *train(
    data: Sequences,
    options: TrainOptions<Sequences> = {},
  ): AsyncGenerator<Epoch, void, void> {
    kernels(); // chooses what computes, which allocates, before there are views
    options.signal?.throwIfAborted();
    this.learnItems(data);
    const { batchSize, negatives, layers } = this.options;
    const items = data.items.size;
    requireMemory(
      `GRU4Rec: ${items.toLocaleString("en-US")} items with layers of ${layers.join(", ")} units, the state of Adagrad, a copy to answer from, and a batch of ${batchSize} × ${negatives} scores`,
      5 * Network.bytes(this.options, items) + 16 * batchSize * (batchSize + negatives),
    );
    const rng = new Rng(this.options.seed);
    const training = new Gru4RecTraining(data, this.options, rng, (network) =>
      this.#learn(network),
    );
    try {
      yield* trainingLoop(this, training, options);
    } finally {
      training.dispose();
    }
  }

  dispose(): void {
    this.#network?.dispose();
    this.#table?.dispose();
    this.#network = undefined;
    this.#table = undefined;
  }

  protected begin(sessions: number): SessionStates {
    if (!this.#network || !this.#table) throw new NotFittedError(this.name);
    return new NetworkStates(this.#network, this.#table, this.options, sessions);
  }

  /** The output weights. */
  protected override itemVectors(): Tensor | undefined {
    return this.#network?.outputs;
  }

  protected learnedTensors(): Readonly<Record<string, StoredTensor>> | undefined {
    return this.#network?.parameters;
  }

  protected adoptTensors(tensors: TensorReader, items: number): void {
    const shapes = Object.entries(Network.shapes(this.options, items));
    const read = shapes.map(([name, shape]) => [name, tensors.finite(name, shape)] as const);
    this.dispose();
    this.#keep(items, (network) => {
      for (const [name, { data }] of read) network.parameters[name].data.set(data);
    });
  }

  #learn(trained: Network): void {
    for (const { data } of Object.values(trained.parameters))
      if (!data.every(Number.isFinite)) {
        this.dispose();
        throw new TrainingError(
          "GRU4Rec: weights are no longer finite numbers: training diverged; lower the learning rate",
        );
      }
    this.#keep(trained.outputs.rows, (network) => network.copyFrom(trained));
  }

  /** Answers from now on from what `fill` writes. */
  #keep(items: number, fill: (network: Network) => void): void {
    this.#network ??= new Network(this.options, items);
    const network = this.#network;
    fill(network);
    const { outputs, biases } = network;
    const width = outputs.columns;
    this.#table ??= Tensor.parameter([items, width + 1]);
    const table = this.#table;
    const k = kernels();
    k.copyColumns(table.data, width + 1, 0, outputs.data, width, 0, width);
    k.copyColumns(table.data, width + 1, width, biases.data, 1, 0, 1);
  }
}
