import {
  gather,
  kernels,
  NotFittedError,
  Rng,
  type Rules,
  requireMemory,
  resolveOptions,
  scope,
  type Tensor,
  TrainingError,
} from "@kith/core-tensors";
import type { Id, Sequences } from "@kith/data";
import {
  type Epoch,
  type Reason,
  type Scores,
  type SessionQuery,
  SessionRecommender,
  type SessionStates,
  type StoredTensor,
  type TensorReader,
  type TrainOptions,
  trainingLoop,
} from "@kith/recommender";
import { NarmNetwork } from "./narm-network.ts";
import { type NarmOptions, narmRules } from "./narm-options.ts";
import { NarmTraining } from "./narm-training.ts";
import { pack } from "./packed.ts";

/**
 * NARM, the neural attentive recommendation machine (Li et al., CIKM 2017, https://arxiv.org/abs/1711.04725): a GRU reads the session; its last state h_t (the global encoder) and a sum
 * of all states by attention (the local encoder) together say what the session is about.
 *
 *   α_j = v · σ(A₁ h_t + A₂ h_j)   c = [Σ_j α_j h_j ; h_t]   score(i) = emb_i · (c B)
 *
 * with the α of a session through a softmax, as the authors' code has it. It is trained by cross-entropy over all items on every prefix of every session. Sessions are read without padding, so there
 * is none that could matter. An epoch's loss is the exact mean over its prefixes.
 */
export class NARM extends SessionRecommender {
  /** What each option must be, and its default. */
  static readonly rules: Rules<NarmOptions> = narmRules;
  readonly name = "NARM";
  readonly options: Readonly<Required<NarmOptions>>;
  #network: NarmNetwork | undefined;

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(options: NarmOptions = {}) {
    super();
    this.options = resolveOptions("NARM", options, NARM.rules);
  }

  /**
   * Reads what `save` wrote.
   * @throws FormatError or OptionError when it is something else
   */
  static load(file: Uint8Array): NARM {
    const make = (options: object) => new NARM(options as NarmOptions); // which checks them
    return NARM.restore("NARM", file, make);
  }

  async *train(
    data: Sequences,
    options: TrainOptions<Sequences> = {},
  ): AsyncGenerator<Epoch, void, void> {
    kernels(); // chooses what computes, which allocates, before there are views
    options.signal?.throwIfAborted();
    this.learnItems(data);
    const { dim, units, batchSize, maxLength } = this.options;
    const items = data.items.size;
    requireMemory(
      `NARM: ${items.toLocaleString("en-US")} items × ${dim}, the state of Adam, a copy to answer from, and a batch of ${batchSize} sessions of up to ${maxLength} clicks`,
      24 * items * dim + 80 * batchSize * maxLength * units,
    );
    const rng = new Rng(this.options.seed);
    const training = new NarmTraining(data, this.options, rng, (network) => this.#learn(network));
    try {
      yield* trainingLoop(this, training, options);
    } finally {
      training.dispose();
    }
  }

  /** The clicks of the session that are read, each with its weight α, the heaviest first: the same for every item. */
  override explain(query: SessionQuery, item: Id): Reason[] {
    this.itemIndex(item);
    const clicks = this.numbersOf(query).slice(-this.options.maxLength);
    const network = this.#fitted();
    const weights = scope(() => network.encode(pack([clicks])).weights.data.slice());
    const reasons = Array.from(clicks, (click, n) => ({
      item: this.items.id(click),
      weight: weights[n],
    }));
    return reasons.sort((a, b) => b.weight - a.weight);
  }

  dispose(): void {
    this.#network?.dispose();
    this.#network = undefined;
  }

  protected begin(sessions: number): SessionStates {
    const network = this.#fitted();
    const { maxLength } = this.options;
    const clicks = Array.from({ length: sessions }, () => new Uint32Array(0));
    return {
      step(items) {
        items.forEach((item, s) => {
          clicks[s] = Uint32Array.from([...clicks[s], item].slice(-maxLength));
        });
      },
      scores(rows): Scores {
        const packed = pack(Array.from(rows, (session) => clicks[session]));
        const { queries } = network.encode(packed);
        const places = new Uint32Array(rows.length);
        packed.order.forEach((row, place) => {
          places[row] = place;
        });
        return { kind: "dot", queries: gather(queries, places), items: network.items };
      },
    };
  }

  /** The embeddings of items. */
  protected override itemVectors(): Tensor | undefined {
    return this.#network?.items;
  }

  protected learnedTensors(): Readonly<Record<string, StoredTensor>> | undefined {
    return this.#network?.parameters;
  }

  protected adoptTensors(tensors: TensorReader, items: number): void {
    const shapes = Object.entries(NarmNetwork.shapes(this.options, items));
    const read = shapes.map(([name, shape]) => [name, tensors.finite(name, shape)] as const);
    this.dispose();
    this.#network = new NarmNetwork(this.options, items);
    for (const [name, { data }] of read) this.#network.parameters[name].data.set(data);
  }

  #learn(trained: NarmNetwork): void {
    for (const { data } of Object.values(trained.parameters))
      if (!data.every(Number.isFinite)) {
        this.dispose();
        throw new TrainingError(
          "NARM: weights are no longer finite numbers: training diverged; lower the learning rate",
        );
      }
    this.#network ??= new NarmNetwork(this.options, trained.items.rows);
    this.#network.copyFrom(trained);
  }

  #fitted(): NarmNetwork {
    if (!this.#network) throw new NotFittedError(this.name);
    return this.#network;
  }
}
