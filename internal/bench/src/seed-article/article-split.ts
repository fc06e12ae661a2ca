import { ItemPairs } from "@kith/data";
import { splitPairs } from "@kith/sampling";

/** Pairs to learn from and pairs to be told apart, by what training has seen of them. */
export interface ArticleSplit {
  /** Its vocabulary has the items that training sees, and no others. */
  readonly train: ItemPairs;
  /** Held-out pairs, label 1, and as many pairs that are not there, label 0. */
  readonly all: ItemPairs;
  /** Those of `all` whose items training has both seen. */
  readonly seen: ItemPairs;
  /** Those of `all` with an item that training has not seen. */
  readonly unseen: ItemPairs;
}

/** The share of the pairs that the article holds out. */
const TEST = 1 / 3;
/** About the share of those that are pairs of held-out items; more are unseen by chance. */
const UNSEEN = 0.3;

/**
 * Holds a third of the pairs out, as the article does. Where items have many pairs, a random third leaves hardly any item without one, so items
 * are held out first, with all their pairs: `splitPairs` by "items" makes them half of what it holds out. A pair that is not there is drawn once for each
 * one that is.
 */
export function articleSplit(pairs: ItemPairs, seed: number): ArticleSplit {
  const first = 2 * UNSEEN * TEST;
  const byItems = splitPairs(pairs, { by: "items", test: first, seed });
  const known = byItems.train.compact();
  const byPairs = splitPairs(known, { test: (TEST - first) / (1 - first), seed });
  const train = byPairs.train.compact();
  const held = new Set([...byItems.test.rows()].filter(({ label }) => label === 1).map(keyOf));
  const rows = [...byItems.test.rows(), ...byPairs.test.rows()];
  const all = ItemPairs.from(rows.filter((row) => row.label === 1 || !held.has(keyOf(row))));
  const isSeen = Uint8Array.from(all.items.indicesIn(train.items), (index) => Number(index >= 0));
  const seenBoth = (row: number) => isSeen[all.source[row]] + isSeen[all.target[row]] === 2;
  return {
    train,
    all,
    seen: all.select(seenBoth),
    unseen: all.select((row) => !seenBoth(row)),
  };
}

/** The same for a pair and its reverse. */
function keyOf({ source, target }: { readonly source: unknown; readonly target: unknown }): string {
  return [String(source), String(target)].sort().join(" ");
}
