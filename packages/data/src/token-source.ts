/** Sequences of tokens end to end: sequence s is tokens[offsets[s]] … tokens[offsets[s + 1]]. */
export interface TokenChunk {
  /** Dense indices. Shape [tokens]. */
  readonly tokens: Uint32Array;
  /** offsets[0] is 0. Shape [sequences + 1]. */
  readonly offsets: Uint32Array;
}

/** What a model of sequences learns from: data that are there, or walks that are made while they are read. */
export interface TokenSource {
  /** How many sequences there are. */
  readonly sequences: number;
  /** How many tokens they have together. */
  readonly tokens: number;
  /**
   * The sequences, in order and the same each time, in chunks of up to so many tokens. No sequence is cut: one that is longer has a chunk of its own.
   * A chunk may be overwritten when the next one is asked for.
   */
  chunks(tokensPerChunk: number): Iterable<TokenChunk>;
}
