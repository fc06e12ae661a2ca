import { kernels, type Rng, type Rules, resolveOptions, Tensor } from "@kith/core-tensors";
import type { Sequences } from "@kith/data";
import type { SessionStates } from "@kith/recommender";
import { type Gru4RecOptions, gru4RecRules } from "./gru4rec-options.ts";
import { type Gru4RecBatch, Gru4RecTraining } from "./gru4rec-training.ts";
import { Network } from "./network.ts";
import { NetworkRecommender } from "./network-recommender.ts";
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
export class GRU4Rec extends NetworkRecommender<Network, Gru4RecBatch> {
  /** What each option must be, and its default. */
  static readonly rules: Rules<Gru4RecOptions> = gru4RecRules;
  readonly name = "GRU4Rec";
  readonly options: Readonly<Required<Gru4RecOptions>>;
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

  override dispose(): void {
    super.dispose();
    this.#table?.dispose();
    this.#table = undefined;
  }

  protected make(items: number): Network {
    return new Network(this.options, items);
  }

  protected shapes(items: number): Readonly<Record<string, readonly number[]>> {
    return Network.shapes(this.options, items);
  }

  protected memoryFor(items: number): { what: string; bytes: number } {
    const { batchSize, negatives, layers } = this.options;
    const numbers = Object.values(this.shapes(items)).reduce(
      (sum, shape) => sum + shape.reduce((product, n) => product * n, 1),
      0,
    );
    return {
      what: `${items.toLocaleString("en-US")} items with layers of ${layers.join(", ")} units, the state of Adagrad, a copy to answer from, and a batch of ${batchSize} × ${negatives} scores`,
      bytes: 20 * numbers + 16 * batchSize * (batchSize + negatives),
    };
  }

  protected open(data: Sequences, rng: Rng, finish: (trained: Network) => void): Gru4RecTraining {
    return new Gru4RecTraining(data, this.options, rng, finish);
  }

  protected override updated({ outputs, biases }: Network): void {
    const [items, width] = [outputs.rows, outputs.columns];
    this.#table ??= Tensor.parameter([items, width + 1]);
    const table = this.#table;
    const k = kernels();
    k.copyColumns(table.data, width + 1, 0, outputs.data, width, 0, width);
    k.copyColumns(table.data, width + 1, width, biases.data, 1, 0, 1);
  }

  protected begin(sessions: number): SessionStates {
    const { network } = this;
    return new NetworkStates(network, this.#table as Tensor, this.options, sessions);
  }

  /** The output weights. */
  protected override itemVectors(): Tensor {
    return this.network.outputs;
  }
}
