import { ItemPairs, Sequences } from "@kith/data";
import type { Named } from "./checkerboard.ts";

/** Pairs of items within two colours. */
export interface TwoColours {
  /** To learn from: all pairs within a colour but the withheld ones. */
  readonly train: ItemPairs;
  /** With labels: the pairs that were withheld, and all pairs of items of different colours. */
  readonly test: ItemPairs;
}

/**
 * Even items belong together, and odd items. The pairs of n and n + size / 2 are withheld: a model has to find them.
 * @param size a multiple of 4, so that those have one colour
 */
export function twoColours(size: number, item: Named = (n) => `i${n}`): TwoColours {
  const train: [string, string][] = [];
  const test: { source: string; target: string; label: number }[] = [];
  for (let a = 0; a < size; a++)
    for (let b = a + 1; b < size; b++)
      if ((b - a) % 2 === 1) test.push({ source: item(a), target: item(b), label: 0 });
      else if (b - a === size / 2) test.push({ source: item(a), target: item(b), label: 1 });
      else train.push([item(a), item(b)]);
  return { train: ItemPairs.from(train), test: ItemPairs.from(test) };
}

/** Pairs as sequences of two, for models that learn from sequences. */
export function pairsAsSequences({ items, source, target, length }: ItemPairs): Sequences {
  return Sequences.fromColumns({
    items,
    offsets: Uint32Array.from({ length: length + 1 }, (_, n) => 2 * n),
    values: Uint32Array.from({ length: 2 * length }, (_, n) =>
      n % 2 === 0 ? source[n / 2] : target[(n - 1) / 2],
    ),
  });
}
