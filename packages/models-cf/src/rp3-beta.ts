import {
  between,
  type Csr,
  positiveInteger,
  type Rules,
  resolveOptions,
  transpose,
} from "@kith/core-tensors";
import type { Interactions } from "@kith/data";
import { NeighbourRecommender } from "./neighbour-recommender.ts";

export interface RP3betaOptions {
  /** Items that each item keeps as those that most walks to it come through, k. Default 100. */
  neighbours?: number;
  /** The power that the probability of each step of a walk is raised to. Default 0.6. */
  alpha?: number;
  /** The power of an item's number of users that its scores are divided by: 0 leaves them to popularity. Default 0.6. */
  beta?: number;
}

/** Steps of walks between two reports of progress: a few milliseconds. */
const WORK = 1 << 20;

/**
 * Walks of three steps over the graph of users and items, whose ends are divided by a power of their popularity (Paudel et al., ACM TiiS 2017,
 * https://doi.org/10.1145/2955101): user to item j, to another user v of j, to an item i of v.
 *
 *   s(i, j) = Σ (1 / |Uⱼ|)^α (1 / |Iᵥ|)^α / |Uᵢ|^β over the v in Uᵢ ∩ Uⱼ      score(u, i) = Σ s(i, j) over the j in N(i) that u has
 *
 * Uᵢ are the distinct users of item i, Iᵥ the items of user v, N(i) the k items j of the largest s(i, j). The first step's (1 / |Iᵤ|)^α is left out: it is the same for
 * all of a user's items.
 */
export class RP3beta extends NeighbourRecommender {
  /** What each option must be, and its default. */
  static readonly rules: Rules<RP3betaOptions> = {
    neighbours: positiveInteger(100),
    alpha: between(0.6, 0, 2),
    beta: between(0.6, 0, 2),
  };
  readonly name = "RP3beta";
  readonly options: Required<RP3betaOptions>;
  protected readonly largest: number = 2 ** 32; // no two items have more users in common

  /** @throws OptionError for an unknown or ill-formed option */
  constructor(options: RP3betaOptions = {}) {
    super();
    this.options = resolveOptions("RP3beta", options, RP3beta.rules);
  }

  /**
   * Reads what `save` wrote.
   * @throws FormatError or OptionError when it is something else
   */
  static load(file: Uint8Array): RP3beta {
    return RP3beta.restore("RP3beta", file, (options) => new RP3beta(options));
  }

  protected *neighbourhoods(data: Interactions): Generator<number, Csr, void> {
    const { neighbours: k, alpha, beta } = this.options;
    const [users, items] = [data.users.size, data.items.size];
    const { offsets, items: indices } = data.byUser();
    const step = (count: number) => Math.max(1, count) ** -alpha;
    const fromUser = Float64Array.from({ length: users }, (_, v) =>
      step(offsets[v + 1] - offsets[v]),
    );
    const values = new Float32Array(indices.length);
    const byItem = transpose({ rows: users, columns: items, offsets, indices, values });
    const popularity = (i: number) => byItem.offsets[i + 1] - byItem.offsets[i];
    const fromItem = Float64Array.from({ length: items }, (_, i) => step(popularity(i)));
    const sums = new Float64Array(items); // of walks to item i, by the item they come through, and 0 again before the next item
    const lists: { readonly items: Uint32Array; readonly weights: Float32Array }[] = [];
    let work = 0;
    for (let i = 0; i < items; i++) {
      const touched: number[] = [];
      for (let a = byItem.offsets[i]; a < byItem.offsets[i + 1]; a++) {
        const v = byItem.indices[a];
        for (let b = offsets[v]; b < offsets[v + 1]; b++) {
          const j = indices[b];
          if (j === i) continue;
          if (sums[j] === 0) touched.push(j);
          sums[j] += fromUser[v];
        }
        work += offsets[v + 1] - offsets[v];
      }
      const divisor = Math.max(1, popularity(i)) ** beta;
      for (const j of touched) sums[j] = Math.fround((sums[j] * fromItem[j]) / divisor);
      const best = strongest(touched, sums, k);
      lists.push({ items: best, weights: Float32Array.from(best, (j) => sums[j]) });
      for (const j of touched) sums[j] = 0;
      if (work < WORK) continue;
      work = 0;
      yield (i + 1) / items;
    }
    const ends = new Uint32Array(items + 1);
    for (const [i, list] of lists.entries()) ends[i + 1] = ends[i] + list.items.length;
    const neighbours = {
      rows: items,
      columns: items,
      offsets: ends,
      indices: new Uint32Array(ends[items]),
      values: new Float32Array(ends[items]),
    };
    for (const [i, list] of lists.entries()) {
      neighbours.indices.set(list.items, ends[i]);
      neighbours.values.set(list.weights, ends[i]);
    }
    return neighbours;
  }
}

/** The k items of the largest weights, equal ones by lower number; ascending. */
function strongest(items: readonly number[], weights: Float64Array, k: number): Uint32Array {
  const ascending = Uint32Array.from(items).sort();
  if (ascending.length <= k) return ascending;
  const sorted = Float64Array.from(ascending, (item) => weights[item]).sort();
  const least = sorted[sorted.length - k];
  let equal = sorted.subarray(-k).reduce((count, weight) => count + Number(weight === least), 0);
  return ascending.filter(
    (item) => weights[item] > least || (weights[item] === least && equal-- > 0),
  );
}
