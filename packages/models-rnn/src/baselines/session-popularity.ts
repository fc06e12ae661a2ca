import {
  NotFittedError,
  NotSupportedError,
  type Rules,
  resolveOptions,
  Tensor,
} from "@kith/core-tensors";
import type { Sequences } from "@kith/data";
import {
  type Epoch,
  onePass,
  type Scores,
  SessionRecommender,
  type SessionStates,
  type StoredTensor,
  type TensorReader,
  type TrainOptions,
} from "@kith/recommender";
import { clicksOf, shareOf } from "./clicks.ts";

/** There is nothing to choose. */
export type SessionPopularityOptions = Record<string, never>;

/** What the two popularities have in common: clicks by item, and one epoch without a loss. */
abstract class CountingRecommender extends SessionRecommender {
  abstract override readonly options: SessionPopularityOptions;
  #clicks: Uint32Array | undefined;

  /** Counts; one epoch, without a loss (reported as 0). */
  async *train(
    data: Sequences,
    options: TrainOptions<Sequences> = {},
  ): AsyncGenerator<Epoch, void, void> {
    yield* onePass(this, options, () => {
      this.learnItems(data);
      this.#clicks = clicksOf(data.values, data.items.size);
      return [];
    });
  }

  override similarItems(): never {
    throw new NotSupportedError(
      `${this.name}: it knows how often items are clicked and nothing about which are alike; use SessionItemKNN`,
    );
  }

  dispose(): void {
    this.#clicks = undefined;
  }

  protected get clicks(): Uint32Array {
    if (!this.#clicks) throw new NotFittedError(this.name);
    return this.#clicks;
  }

  protected learnedTensors(): Readonly<Record<string, StoredTensor>> | undefined {
    return this.#clicks && { "items.clicks": { shape: [this.#clicks.length], data: this.#clicks } };
  }

  protected adoptTensors(tensors: TensorReader, items: number): void {
    this.#clicks = tensors.uint32("items.clicks", [items]);
  }
}

/** The same for every session: score(j) = clicks on j in the training data. */
export class SessionPopularity extends CountingRecommender {
  /** What each option must be, and its default. */
  static readonly rules: Rules<SessionPopularityOptions> = {};
  readonly name = "SessionPopularity";
  readonly options: SessionPopularityOptions;

  /** @throws OptionError for any option */
  constructor(options: SessionPopularityOptions = {}) {
    super();
    this.options = resolveOptions("SessionPopularity", options, SessionPopularity.rules);
  }

  /**
   * Reads what `save` wrote.
   * @throws FormatError or OptionError when it is something else
   */
  static load(file: Uint8Array): SessionPopularity {
    const make = (options: object) => new SessionPopularity(options as SessionPopularityOptions); // which checks them
    return SessionPopularity.restore("SessionPopularity", file, make);
  }

  protected begin(): SessionStates {
    const { clicks } = this;
    return {
      step() {},
      scores(sessions): Scores {
        const queries = Tensor.empty([sessions.length, 1]);
        queries.data.fill(1);
        return { kind: "dot", queries, items: Tensor.from(clicks, [clicks.length, 1]) };
      },
    };
  }
}

/**
 * S-POP (Hidasi et al. 2016): what the session has clicked most often, then what everybody has:
 *
 *   score(j) = clicks on j in the session + clicks on j / (1 + most clicks on an item)
 *
 * The authors have clicks / (1 + clicks) for the second part: the same order, which float32 would tie.
 */
export class SPop extends CountingRecommender {
  /** What each option must be, and its default. */
  static readonly rules: Rules<SessionPopularityOptions> = {};
  readonly name = "SPop";
  readonly options: SessionPopularityOptions;

  /** @throws OptionError for any option */
  constructor(options: SessionPopularityOptions = {}) {
    super();
    this.options = resolveOptions("SPop", options, SPop.rules);
  }

  /**
   * Reads what `save` wrote.
   * @throws FormatError or OptionError when it is something else
   */
  static load(file: Uint8Array): SPop {
    const make = (options: object) => new SPop(options as SessionPopularityOptions); // which checks them
    return SPop.restore("SPop", file, make);
  }

  protected begin(sessions: number): SessionStates {
    const shares = shareOf(this.clicks);
    const counts = Array.from({ length: sessions }, () => new Map<number, number>());
    return {
      step(items) {
        items.forEach((item, s) => {
          counts[s].set(item, (counts[s].get(item) ?? 0) + 1);
        });
      },
      scores(rows): Scores {
        const values = Tensor.empty([rows.length, shares.length]);
        const { data } = values;
        rows.forEach((session, r) => {
          data.set(shares, r * shares.length);
          for (const [item, count] of counts[session]) data[r * shares.length + item] += count;
        });
        return { kind: "all", values };
      },
    };
  }
}
