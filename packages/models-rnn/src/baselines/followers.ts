import { FormatError, NotFittedError, Tensor } from "@kith/core-tensors";
import type { Id, Sequences } from "@kith/data";
import {
  type Epoch,
  onePass,
  type Ranking,
  type Scores,
  SessionRecommender,
  type SessionStates,
  type StoredTensor,
  type TensorReader,
  type TrainOptions,
} from "@kith/recommender";
import { behindOf, clicksOf } from "./clicks.ts";

/** For each item a list of others, with a score above 0 each. */
export interface Followers {
  /** List i is others[offsets[i]] … others[offsets[i + 1]]. Shape [items + 1]. */
  readonly offsets: Uint32Array;
  readonly others: Uint32Array;
  readonly scores: Float32Array;
}

/** The models that go by the last item of a session alone: those on its list, by their score, and behind them the others by popularity, with scores below 0. */
export abstract class FollowersRecommender extends SessionRecommender {
  #followers: Followers | undefined;
  #clicks: Uint32Array | undefined;
  #behind: Float32Array | undefined;

  /** The lists; yields the share that is done now and then. */
  protected abstract count(
    data: Sequences,
    clicks: Uint32Array,
  ): Generator<number, Followers, void>;

  /** Counts; one epoch, without a loss (reported as 0). */
  async *train(
    data: Sequences,
    options: TrainOptions<Sequences> = {},
  ): AsyncGenerator<Epoch, void, void> {
    yield* onePass(this, options, () => this.#learn(data));
  }

  dispose(): void {
    this.#followers = undefined;
    this.#clicks = undefined;
    this.#behind = undefined;
  }

  /** The items on the list of an item, best first. */
  override similarItems(item: Id, k = 10): Ranking {
    return this.recommend([item], { k, exclude: [item], allow: this.#listed(item) });
  }

  protected begin(sessions: number): SessionStates {
    const followers = this.#followers;
    const behind = this.#behind;
    if (!followers || !behind) throw new NotFittedError(this.name);
    const last = new Uint32Array(sessions);
    return {
      step(items) {
        last.set(items);
      },
      scores(rows): Scores {
        const { offsets, others, scores } = followers;
        const values = Tensor.empty([rows.length, behind.length]);
        const { data } = values;
        rows.forEach((session, r) => {
          const begin = r * behind.length;
          data.set(behind, begin);
          const item = last[session];
          for (let n = offsets[item]; n < offsets[item + 1]; n++)
            data[begin + others[n]] = scores[n];
        });
        return { kind: "all", values };
      },
    };
  }

  protected learnedTensors(): Readonly<Record<string, StoredTensor>> | undefined {
    const followers = this.#followers;
    const clicks = this.#clicks;
    if (!followers || !clicks) return undefined;
    const { offsets, others, scores } = followers;
    return {
      "items.clicks": { shape: [clicks.length], data: clicks },
      "followers.offsets": { shape: [offsets.length], data: offsets },
      "followers.items": { shape: [others.length], data: others },
      "followers.scores": { shape: [scores.length], data: scores },
    };
  }

  protected adoptTensors(tensors: TensorReader, items: number): void {
    const clicks = tensors.uint32("items.clicks", [items]);
    const offsets = tensors.uint32("followers.offsets", [items + 1]);
    const others = tensors.uint32("followers.items", [offsets[items]]);
    const { data: scores } = tensors.finite("followers.scores", [offsets[items]]);
    const ascend = offsets.every((offset, i) =>
      i === 0 ? offset === 0 : offset >= offsets[i - 1],
    );
    if (!ascend || others.some((item) => item >= items) || scores.some((score) => !(score > 0)))
      throw new FormatError(`${this.name}.load: the lists of items are damaged`);
    this.#keep(clicks, { offsets, others, scores });
  }

  *#learn(data: Sequences): Generator<number, void, void> {
    this.learnItems(data);
    const clicks = clicksOf(data.values, data.items.size);
    this.#keep(clicks, yield* this.count(data, clicks));
  }

  #keep(clicks: Uint32Array, followers: Followers): void {
    this.#clicks = clicks;
    this.#behind = behindOf(clicks);
    this.#followers = followers;
  }

  #listed(item: Id): Id[] {
    if (!this.#followers) throw new NotFittedError(this.name);
    const { offsets, others } = this.#followers;
    const index = this.itemIndex(item);
    return Array.from(others.subarray(offsets[index], offsets[index + 1]), (other) =>
      this.items.id(other),
    );
  }
}

/** Lists of so many best, made one item after the other. */
export class FollowersBuilder {
  readonly #offsets: number[] = [0];
  readonly #others: number[] = [];
  readonly #scores: number[] = [];
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  /** The list of the next item: of equal scores the lower item first. */
  add(others: number[], scoreOf: (other: number) => number): void {
    const best = others
      .map((other) => [other, scoreOf(other)] as const)
      .sort((a, b) => b[1] - a[1] || a[0] - b[0])
      .slice(0, this.#most);
    for (const [other, score] of best) {
      this.#others.push(other);
      this.#scores.push(score);
    }
    this.#offsets.push(this.#others.length);
  }

  take(): Followers {
    return {
      offsets: Uint32Array.from(this.#offsets),
      others: Uint32Array.from(this.#others),
      scores: Float32Array.from(this.#scores),
    };
  }
}
