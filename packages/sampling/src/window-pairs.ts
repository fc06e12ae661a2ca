import { flag, positiveInteger, type Rng, type Rules, resolveOptions } from "@kith/core-tensors";
import type { TokenChunk, TokenSource } from "@kith/data";

export interface WindowPairsOptions {
  /** Tokens on either side that can be contexts. Default 5. */
  window?: number;
  /** Whether the span of each centre is drawn from 1 … window, which gives near contexts more weight; else it is always `window`. Default true. */
  dynamic?: boolean;
  /** Pairs in a chunk. Default 32,768. */
  pairsPerChunk?: number;
}

/** Centres and their contexts, in parallel. */
export interface WindowPairs {
  readonly left: Uint32Array;
  readonly right: Uint32Array;
}

const RULES: Rules<WindowPairsOptions> = {
  window: positiveInteger(5, 10_000),
  dynamic: flag(true),
  pairsPerChunk: positiveInteger(2 ** 15, 2 ** 24),
};

/** Tokens asked of a source at a time. */
const TOKENS = 2 ** 15;

/**
 * All pairs of a token and one within the window around it, as word2vec makes them (Mikolov et al. 2013, https://arxiv.org/abs/1301.3781): windows end
 * with their sequence, a token is no context of itself, and the same item further on is. In order of the centres, in chunks of `pairsPerChunk` pairs, the last
 * one shorter; a chunk is the caller's to keep. The same stream gives the same pairs, however they are cut into chunks.
 * @throws OptionError for an unknown or ill-formed option
 */
export function* windowPairs(
  source: TokenSource,
  options: WindowPairsOptions,
  rng: Rng,
): Generator<WindowPairs, void, void> {
  const { window, dynamic, pairsPerChunk } = resolveOptions("windowPairs", options, RULES);
  const spans = rng.fork("spans");
  const left = new Uint32Array(pairsPerChunk + 2 * window);
  const right = new Uint32Array(left.length);
  let size = 0;
  for (const { tokens, offsets } of source.chunks(TOKENS))
    for (let s = 0; s + 1 < offsets.length; s++) {
      const [begin, end] = [offsets[s], offsets[s + 1]];
      for (let centre = begin; centre < end; centre++) {
        const span = dynamic ? 1 + Math.floor(spans.next() * window) : window;
        const last = Math.min(end - 1, centre + span);
        const token = tokens[centre];
        for (let at = Math.max(begin, centre - span); at < centre; at++) {
          left[size] = token;
          right[size++] = tokens[at];
        }
        for (let at = centre + 1; at <= last; at++) {
          left[size] = token;
          right[size++] = tokens[at];
        }
        while (size >= pairsPerChunk) {
          yield { left: left.slice(0, pairsPerChunk), right: right.slice(0, pairsPerChunk) };
          for (const side of [left, right]) side.copyWithin(0, pairsPerChunk, size);
          size -= pairsPerChunk;
        }
      }
    }
  if (size > 0) yield { left: left.slice(0, size), right: right.slice(0, size) };
}

/**
 * How many pairs `windowPairs` gives of some sequences, such as a chunk of a source: exactly without `dynamic`, else on average.
 * @throws OptionError for an unknown or ill-formed option
 */
export function countWindowPairs(
  { offsets }: Pick<TokenChunk, "offsets">,
  options: WindowPairsOptions = {},
): number {
  const { window, dynamic } = resolveOptions("countWindowPairs", options, RULES);
  let count = 0;
  for (let s = 0; s + 1 < offsets.length; s++) {
    const length = offsets[s + 1] - offsets[s];
    // At each distance there are 2 (length − distance) pairs; the share of spans that reach so far is 1 − (distance − 1) / window.
    for (let distance = 1; distance <= window && distance < length; distance++)
      count += 2 * (length - distance) * (dynamic ? 1 - (distance - 1) / window : 1);
  }
  return count;
}
