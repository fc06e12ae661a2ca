import { KithError } from "@kith/core-tensors";
import { type TokenChunk, type TokenSource, type Vocabulary, VocabularyBuilder } from "@kith/data";
import type { Corpus } from "./corpus.ts";

/** Items that a model knows, and how often each has occurred in what it was trained on. */
export interface KnownItems {
  readonly items: Vocabulary;
  readonly counts: Float64Array;
}

/** A corpus in the numbers of the items that are trained. */
export interface CutCorpus extends Corpus, KnownItems {
  /** Items of the corpus that occur too rarely, or not at all. */
  readonly rare: number;
  /** For each item of the corpus's vocabulary its number in `items`, or −1. */
  readonly renumbered: Int32Array;
}

/**
 * Leaves out the items that occur fewer than `minCount` times (at least once): what stood on either side of them becomes adjacent.
 * @param known items of an earlier training: they stay, with their numbers, and what they occurred counts
 * @throws KithError when no item is left
 */
export function cutVocabulary(
  owner: string,
  corpus: Corpus,
  vocabulary: Vocabulary,
  minCount: number,
  known?: KnownItems,
): CutCorpus {
  const knownAt = known && vocabulary.indicesIn(known.items);
  const isKnown = (i: number) => knownAt !== undefined && knownAt[i] >= 0;
  const kept = Uint32Array.from(corpus.counts.keys()).filter(
    (i) => isKnown(i) || corpus.counts[i] >= Math.max(1, minCount),
  );
  if (kept.length === 0 || !kept.some((i) => corpus.counts[i] > 0)) {
    const most = corpus.counts.reduce((max, count) => Math.max(max, count), 0);
    throw new KithError(
      `${owner}: no item is left to train: the most frequent of ${vocabulary.size.toLocaleString("en-US")} occurs ${most.toLocaleString("en-US")} times, and minCount is ${minCount}; lower it`,
    );
  }
  const rare = vocabulary.size - kept.length;
  if (!known && rare === 0) {
    const renumbered = Int32Array.from(corpus.counts.keys());
    return { ...corpus, items: vocabulary, rare, renumbered };
  }
  const items = known ? extended(known.items, vocabulary, kept) : vocabulary.pick(kept);
  const renumbered = new Int32Array(vocabulary.size).fill(-1);
  const counts = new Float64Array(items.size);
  counts.set(known?.counts ?? []);
  let [tokens, added] = [0, known?.items.size ?? 0];
  for (const i of kept) {
    renumbered[i] = knownAt && knownAt[i] >= 0 ? knownAt[i] : added++;
    counts[renumbered[i]] += corpus.counts[i];
    tokens += corpus.counts[i];
  }
  const source = renumberedSource(corpus.source, renumbered, tokens);
  return { source, counts, tokens, steps: corpus.steps, items, rare, renumbered };
}

/** The known items, and behind them the new ones. */
function extended(known: Vocabulary, vocabulary: Vocabulary, kept: Uint32Array): Vocabulary {
  const builder = new VocabularyBuilder();
  for (const id of known) builder.add(id);
  for (const i of kept) builder.add(vocabulary.id(i));
  return builder.build();
}

function renumberedSource(
  source: TokenSource,
  renumbered: Int32Array,
  tokens: number,
): TokenSource {
  return {
    sequences: source.sequences,
    tokens,
    *chunks(size) {
      for (const chunk of source.chunks(size)) yield renumberedChunk(chunk, renumbered);
    },
  };
}

function renumberedChunk({ tokens, offsets }: TokenChunk, renumbered: Int32Array): TokenChunk {
  const left = new Uint32Array(tokens.length);
  const ends = new Uint32Array(offsets.length);
  let size = 0;
  for (let s = 0; s + 1 < offsets.length; s++) {
    for (let t = offsets[s]; t < offsets[s + 1]; t++)
      if (renumbered[tokens[t]] >= 0) left[size++] = renumbered[tokens[t]];
    ends[s + 1] = size;
  }
  return { tokens: left.subarray(0, size), offsets: ends };
}
