import { OptionError } from "@kith/core-tensors";
import type { Vocabulary } from "@kith/data";
import type { CutCorpus } from "./vocabulary-cut.ts";

/** Which market items are of, and how many negatives are drawn within that of each target. */
export interface Markets {
  /** For each item of the data a number below `count`, or −1. */
  readonly of: Int32Array;
  readonly count: number;
  readonly negatives: number;
}

/** The items of each market as the kernel draws from them: market m has items[offsets[m]] … items[offsets[m + 1]]. */
export interface MarketLists {
  /** For each trained item its market. */
  readonly of: Uint32Array;
  readonly offsets: Uint32Array;
  readonly items: Uint32Array;
  /** Negatives for each target. */
  readonly count: number;
}

/**
 * The trained items by market. Items of an earlier training that the data do not name are of none, which nothing is drawn from.
 * @param vocabulary of the data
 * @throws OptionError naming an item that is trained and has no market
 */
export function marketLists(
  owner: string,
  { of, count, negatives }: Markets,
  vocabulary: Vocabulary,
  { items, renumbered }: Pick<CutCorpus, "items" | "renumbered">,
): MarketLists {
  const without = Uint32Array.from(renumbered.keys()).filter(
    (i) => renumbered[i] >= 0 && of[i] < 0,
  );
  if (without.length > 0)
    throw new OptionError(
      owner,
      "marketNegatives",
      `needs the market of every item, but ${JSON.stringify(vocabulary.id(without[0]))}${without.length > 1 ? ` and ${(without.length - 1).toLocaleString("en-US")} more have` : " has"} none: give them one in ListingSessions.from(rows, { markets }), or draw 0 such negatives`,
    );
  const markets = new Uint32Array(items.size).fill(count);
  for (let i = 0; i < of.length; i++) if (renumbered[i] >= 0) markets[renumbered[i]] = of[i];
  const offsets = new Uint32Array(count + 2);
  for (const market of markets) offsets[market + 1]++;
  for (let m = 0; m <= count; m++) offsets[m + 1] += offsets[m];
  const next = offsets.slice();
  const members = new Uint32Array(items.size);
  for (let i = 0; i < items.size; i++) members[next[markets[i]]++] = i;
  return { of: markets, offsets, items: members, count: negatives };
}
