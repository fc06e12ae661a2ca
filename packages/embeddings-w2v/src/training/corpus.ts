import type { TokenChunk, TokenSource } from "@kith/data";
import { breathe } from "@kith/recommender";

/** Tokens of a step of training: some 50 ms of it. */
export const CHUNK: number = 1 << 15;

/** Walks of up to so many tokens are kept in memory, at 4 bytes each; longer corpora are walked again in each epoch, which gives the same walks. */
const KEPT = 2 ** 28;

/** What training reads, and what was counted in reading it once. */
export interface Corpus {
  readonly source: TokenSource;
  /** Occurrences of each item. */
  readonly counts: Float64Array;
  readonly tokens: number;
  /** Chunks of up to `CHUNK` tokens. */
  readonly steps: number;
}

/**
 * Reads a source once and counts; gives timers and signals their turns meanwhile.
 * @param items tokens are below it
 * @param keep whether to keep what is read, because reading it again costs time
 */
export async function readCorpus(
  source: TokenSource,
  items: number,
  { keep, signal }: { readonly keep: boolean; readonly signal?: AbortSignal | undefined },
): Promise<Corpus> {
  const counts = new Float64Array(items);
  const kept: TokenChunk[] = [];
  let [tokens, steps, sequences] = [0, 0, 0];
  let isKept = keep;
  let turn = performance.now();
  for (const chunk of source.chunks(CHUNK)) {
    for (const token of chunk.tokens) counts[token]++;
    tokens += chunk.tokens.length;
    sequences += chunk.offsets.length - 1;
    steps++;
    if (tokens > KEPT) isKept = false;
    if (isKept) kept.push(chunk);
    else kept.length = 0;
    if (performance.now() - turn < 50) continue;
    await breathe();
    signal?.throwIfAborted();
    turn = performance.now();
  }
  return {
    source: isKept ? { sequences, tokens, chunks: () => kept } : source,
    counts,
    tokens,
    steps,
  };
}
