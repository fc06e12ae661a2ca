import {
  between,
  nonNegative,
  positiveInteger,
  type Rules,
  resolveOptions,
} from "@kith/core-tensors";
import type { Sequences } from "@kith/data";
import { occurrencesOf, sessionOf } from "./by-item.ts";
import { type Followers, FollowersBuilder, FollowersRecommender } from "./followers.ts";

export interface SessionItemKNNOptions {
  /** Items kept for each item. Default 100. */
  neighbours?: number;
  /** λ, added to the clicks of both items: tames rare ones. Default 20. */
  regularization?: number;
  /** α: 0.5 normalises by both items alike, 1 by the clicked one alone. Default 0.5. */
  alpha?: number;
}

/**
 * Item-KNN of GRU4Rec's authors: the items that share most sessions with the session's last item i.
 *
 *   score(j) = n_ij / ((n_i + λ)^α (n_j + λ)^(1 − α))      n_ij pairs of a click on i and one on j in one session, n_i clicks on i
 *
 * Items on no list rank behind, by popularity, with scores below 0.
 */
export class SessionItemKNN extends FollowersRecommender {
  /** What each option must be, and its default. */
  static readonly rules: Rules<SessionItemKNNOptions> = {
    neighbours: positiveInteger(100),
    regularization: nonNegative(20),
    alpha: between(0.5, 0, 1),
  };
  readonly name = "SessionItemKNN";
  readonly options: Readonly<Required<SessionItemKNNOptions>>;

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(options: SessionItemKNNOptions = {}) {
    super();
    this.options = resolveOptions("SessionItemKNN", options, SessionItemKNN.rules);
  }

  /**
   * Reads what `save` wrote.
   * @throws FormatError or OptionError when it is something else
   */
  static load(file: Uint8Array): SessionItemKNN {
    const make = (options: object) => new SessionItemKNN(options as SessionItemKNNOptions); // which checks them
    return SessionItemKNN.restore("SessionItemKNN", file, make);
  }

  protected *count(data: Sequences, clicks: Uint32Array): Generator<number, Followers, void> {
    const { neighbours, regularization, alpha } = this.options;
    const { values, offsets: ends, items } = data;
    const session = sessionOf(data);
    const { offsets, places } = occurrencesOf(values, items.size);
    const lists = new FollowersBuilder(neighbours);
    const pairs = new Float64Array(items.size);
    let work = 0;
    for (let item = 0; item < items.size; item++) {
      const others: number[] = [];
      for (let n = offsets[item]; n < offsets[item + 1]; ) {
        // All clicks on the item in one session count at once: their number times those on the other item.
        const own = session[places[n]];
        let times = 0;
        for (; n < offsets[item + 1] && session[places[n]] === own; n++) times++;
        for (let at = ends[own]; at < ends[own + 1]; at++) {
          const other = values[at];
          if (other === item) continue;
          if (pairs[other] === 0) others.push(other);
          pairs[other] += times;
        }
        work += ends[own + 1] - ends[own];
      }
      const norm = (clicks[item] + regularization) ** alpha;
      lists.add(
        others,
        (other) => pairs[other] / (norm * (clicks[other] + regularization) ** (1 - alpha)),
      );
      for (const other of others) pairs[other] = 0;
      if (work > 1e6) {
        work = 0;
        yield item / items.size;
      }
    }
    return lists.take();
  }
}
