import { positiveInteger, type Rules, resolveOptions } from "@kith/core-tensors";
import type { Sequences } from "@kith/data";
import { occurrencesOf, sessionOf } from "./by-item.ts";
import { shareOf } from "./clicks.ts";
import { type Followers, FollowersBuilder, FollowersRecommender } from "./followers.ts";

export interface MarkovChainOptions {
  /** Items kept for each item at most. Default 1000. */
  followers?: number;
}

/**
 * A first-order Markov chain over clicks, which many published models do not reach:
 *
 *   score(j) = (n_ij + s_j) / (n_i + 1)      n_ij clicks on j right after one on the session's last item i, n_i all clicks after i, s_j < 1 the popularity of j
 *
 * which is the share of the clicks after i, equal ones in order of popularity. Items that never came after i rank behind, by popularity, with scores below 0.
 */
export class MarkovChain extends FollowersRecommender {
  /** What each option must be, and its default. */
  static readonly rules: Rules<MarkovChainOptions> = { followers: positiveInteger(1000) };
  readonly name = "MarkovChain";
  readonly options: Readonly<Required<MarkovChainOptions>>;

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(options: MarkovChainOptions = {}) {
    super();
    this.options = resolveOptions("MarkovChain", options, MarkovChain.rules);
  }

  /**
   * Reads what `save` wrote.
   * @throws FormatError or OptionError when it is something else
   */
  static load(file: Uint8Array): MarkovChain {
    const make = (options: object) => new MarkovChain(options as MarkovChainOptions); // which checks them
    return MarkovChain.restore("MarkovChain", file, make);
  }

  protected *count(data: Sequences, clicks: Uint32Array): Generator<number, Followers, void> {
    const { values, items } = data;
    const session = sessionOf(data);
    const { offsets, places } = occurrencesOf(values, items.size);
    const lists = new FollowersBuilder(this.options.followers);
    const counts = new Uint32Array(items.size);
    const shares = shareOf(clicks);
    for (let item = 0; item < items.size; item++) {
      if (item % 1024 === 0) yield item / items.size;
      const others: number[] = [];
      let total = 0;
      for (let n = offsets[item]; n < offsets[item + 1]; n++) {
        const place = places[n];
        if (session[place + 1] !== session[place]) continue;
        const other = values[place + 1];
        if (counts[other]++ === 0) others.push(other);
        total++;
      }
      lists.add(others, (other) => (counts[other] + shares[other]) / (total + 1));
      for (const other of others) counts[other] = 0;
    }
    return lists.take();
  }
}
