import type { Rng } from "@kith/core-tensors";
import { ItemPairs, Vocabulary } from "@kith/data";

/** What a synthetic graph of items is like. */
export interface GraphSize {
  readonly nodes: number;
  readonly pairs: number;
  /** Nodes of a community. */
  readonly community: number;
}

/** Share of the pairs that stay within a community. */
const WITHIN = 0.8;

/**
 * Weighted pairs with communities and popular items: both ends are drawn by a skewed distribution, four fifths of the pairs within a community. Every
 * node is an end of at least one pair where there are enough.
 */
export function syntheticPairs({ nodes, pairs, community }: GraphSize, rng: Rng): ItemPairs {
  const source = new Uint32Array(pairs);
  const target = new Uint32Array(pairs);
  const weight = new Float32Array(pairs);
  const skewed = (n: number) => Math.floor(n * rng.next() ** 2);
  for (let e = 0; e < pairs; e++) {
    const a = e < nodes ? e : skewed(nodes);
    const first = a - (a % community);
    const size = Math.min(community, nodes - first);
    const b = rng.next() < WITHIN ? first + skewed(size) : skewed(nodes);
    source[e] = a;
    target[e] = a === b ? (b + 1) % nodes : b;
    weight[e] = 1 + Math.floor(5 * rng.next());
  }
  const items = Vocabulary.from(Array.from({ length: nodes }, (_, node) => node));
  return ItemPairs.fromColumns({ items, source, target, weight });
}
