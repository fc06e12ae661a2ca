import type { ItemPairs, Vocabulary } from "@kith/data";

/** Those of some pairs whose items are both in a vocabulary, in its numbers. */
export interface KnownPairs {
  /** For each pair, 1 where both its items are known. */
  readonly known: Uint8Array;
  /** Indices into the vocabulary, of the known pairs alone, in their order. */
  readonly source: Uint32Array;
  readonly target: Uint32Array;
}

/** Pairs, which may have a vocabulary of their own, in the numbers of another one. */
export function knownPairs(pairs: ItemPairs, items: Vocabulary): KnownPairs {
  const { source, target, length } = pairs;
  const known = new Uint8Array(length);
  if (pairs.items === items) return { known: known.fill(1), source, target };
  const to = pairs.items.indicesIn(items);
  const [sources, targets] = [new Uint32Array(length), new Uint32Array(length)];
  let size = 0;
  for (let row = 0; row < length; row++) {
    const [a, b] = [to[source[row]], to[target[row]]];
    if (a < 0 || b < 0) continue;
    known[row] = 1;
    sources[size] = a;
    targets[size++] = b;
  }
  return { known, source: sources.subarray(0, size), target: targets.subarray(0, size) };
}
