import {
  gather,
  type Rng,
  type Rules,
  resolveOptions,
  scope,
  type Tensor,
} from "@kith/core-tensors";
import type { Id, Sequences } from "@kith/data";
import type { Reason, Scores, SessionQuery, SessionStates } from "@kith/recommender";
import { NarmNetwork } from "./narm-network.ts";
import { type NarmOptions, narmRules } from "./narm-options.ts";
import { type NarmBatch, NarmTraining } from "./narm-training.ts";
import { NetworkRecommender } from "./network-recommender.ts";
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
export class NARM extends NetworkRecommender<NarmNetwork, NarmBatch> {
  /** What each option must be, and its default. */
  static readonly rules: Rules<NarmOptions> = narmRules;
  readonly name = "NARM";
  readonly options: Readonly<Required<NarmOptions>>;

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

  /** The clicks of the session that are read, each with its weight α, the heaviest first: the same for every item. */
  override explain(query: SessionQuery, item: Id): Reason[] {
    this.itemIndex(item);
    const clicks = this.numbersOf(query).slice(-this.options.maxLength);
    const { network } = this;
    const weights = scope(() => network.encode(pack([clicks])).weights.data.slice());
    const reasons = Array.from(clicks, (click, n) => ({
      item: this.items.id(click),
      weight: weights[n],
    }));
    return reasons.sort((a, b) => b.weight - a.weight);
  }

  protected make(items: number): NarmNetwork {
    return new NarmNetwork(this.options, items);
  }

  protected shapes(items: number): Readonly<Record<string, readonly number[]>> {
    return NarmNetwork.shapes(this.options, items);
  }

  protected memoryFor(items: number): { what: string; bytes: number } {
    const { dim, units, batchSize, maxLength } = this.options;
    return {
      what: `${items.toLocaleString("en-US")} items × ${dim}, the state of Adam, a copy to answer from, and a batch of ${batchSize} sessions of up to ${maxLength} clicks`,
      bytes: 24 * items * dim + 80 * batchSize * maxLength * units,
    };
  }

  protected open(data: Sequences, rng: Rng, finish: (trained: NarmNetwork) => void): NarmTraining {
    return new NarmTraining(data, this.options, rng, finish);
  }

  protected begin(sessions: number): SessionStates {
    const { network } = this;
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
  protected override itemVectors(): Tensor {
    return this.network.items;
  }
}
