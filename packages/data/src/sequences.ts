import { FormatError, KithError, MemoryError } from "@kith/core-tensors";
import { checkIndices, checkIterable, checkLengths, inRow } from "./check-rows.ts";
import { chosenRows, gathered, occurring } from "./choose-rows.ts";
import { ContentHash } from "./content-hash.ts";
import type { Interactions } from "./interactions.ts";
import { IndexList } from "./row-blocks.ts";
import { countsOf, sortedBy } from "./rows-by-pair.ts";
import { rowsByTime } from "./time-order.ts";
import type { TokenChunk, TokenSource } from "./token-source.ts";
import { type Id, type Vocabulary, VocabularyBuilder } from "./vocabulary.ts";

/** Sequences as two arrays, with the vocabulary that gives the values their meaning. */
export interface SequenceColumns {
  readonly items: Vocabulary;
  /** Sequence s is values[offsets[s]] … values[offsets[s + 1]]. Shape [sequences + 1]. */
  readonly offsets: Uint32Array;
  /** Indices into `items`. Shape [tokens]. */
  readonly values: Uint32Array;
  /** When each token came, not descending within a sequence, where that is known; the readers give seconds since 1970. Shape [tokens]. */
  readonly times?: Float64Array | undefined;
}

/** Sequences in the indices of another vocabulary. */
export interface AlignedSequences {
  readonly data: Sequences;
  /** Items with at least one token that are not in the vocabulary. */
  readonly unknownItems: number;
  readonly tokensLeftOut: number;
}

const OWNER = "Sequences";

/** Items in the order they came: sessions, baskets, histories, sentences. A sequence may be empty. Cannot be changed. */
export class Sequences implements TokenSource {
  readonly items: Vocabulary;
  /** Sequence s is values[offsets[s]] … values[offsets[s + 1]]. Shape [sequences + 1]. */
  readonly offsets: Uint32Array;
  /** Indices into `items`. Shape [tokens]. */
  readonly values: Uint32Array;
  /** When each token came, where that is known; the readers give seconds since 1970. Shape [tokens]. */
  readonly times: Float64Array | undefined;

  private constructor({ items, offsets, values, times }: SequenceColumns) {
    this.items = items;
    this.offsets = offsets;
    this.values = values;
    this.times = times;
  }

  /** How many sequences there are. */
  get sequences(): number {
    return this.offsets.length - 1;
  }

  /** How many items they have together, repeated ones included. */
  get tokens(): number {
    return this.values.length;
  }

  /**
   * From lists in the caller's own ids.
   * @throws FormatError naming the sequence (counted from 0) that is no list or has an impossible id
   */
  static from(lists: Iterable<Iterable<Id>>): Sequences {
    checkIterable("Sequences.from", lists, "a list of lists of ids");
    const items = new VocabularyBuilder();
    const list = new SequenceList();
    for (const ids of lists) {
      const sequence = list.sequences;
      if (typeof ids === "string")
        throw new FormatError(
          `${OWNER}: sequence ${sequence} is the text ${JSON.stringify(ids)}; expected a list of ids`,
        );
      checkIterable(`${OWNER}: sequence ${sequence}`, ids, "a list of ids");
      for (const id of ids)
        list.add(inRow(OWNER, sequence, "item", () => items.add(id), "sequence"));
      list.end();
    }
    return new Sequences({ ...list.take(), items: items.build() });
  }

  /**
   * From arrays of dense indices. They are kept, not copied.
   * @throws FormatError when the offsets do not ascend from 0 to the number of values, a value is beyond the vocabulary, or times are not finite or descend within a sequence
   */
  static fromColumns(columns: SequenceColumns): Sequences {
    const { items, offsets, values, times } = columns;
    const last = offsets.length - 1;
    if (last < 0 || offsets[0] !== 0 || offsets[last] !== values.length)
      throw new FormatError(
        `${OWNER}: offsets must run from 0 to the number of values, ${values.length}`,
      );
    for (let s = 0; s < last; s++)
      if (offsets[s + 1] < offsets[s])
        throw new FormatError(`${OWNER}: offsets must not descend, but entry ${s + 1} does`);
    checkIndices(OWNER, "value", values, items.size);
    checkLengths(OWNER, { values, times });
    if (times) checkTimes(times, offsets);
    return new Sequences({ items, offsets, values, times });
  }

  /**
   * What each user did, as one sequence in order of time, with its times; equal times and data without times in row order. Sequence u is user u's; of one without
   * interactions it is empty.
   */
  static fromInteractions(data: Interactions): Sequences {
    const { users, items, user, item, time } = data;
    const rows = sortedBy(user, users.size, time && rowsByTime(time));
    const offsets = new Uint32Array(users.size + 1);
    const counts = countsOf(user, users.size);
    for (let u = 0; u < counts.length; u++) offsets[u + 1] = offsets[u] + counts[u];
    return new Sequences({
      items,
      offsets,
      values: gathered(item, rows),
      times: time && gathered(time, rows),
    });
  }

  /** The sequences in the caller's own ids. */
  *lists(): IterableIterator<Id[]> {
    for (let s = 0; s < this.sequences; s++)
      yield Array.from(this.values.subarray(this.offsets[s], this.offsets[s + 1]), (i) =>
        this.items.id(i),
      );
  }

  /**
   * Some of the sequences, with the same vocabulary: by their numbers, in that order, or by a test.
   * @throws KithError when a number is too large
   */
  select(sequences: Uint32Array | ((sequence: number) => boolean)): Sequences {
    const { offsets, values, times } = this;
    const chosen = chosenRows(OWNER, this.sequences, sequences);
    const ends = new Uint32Array(chosen.length + 1);
    for (let n = 0; n < chosen.length; n++)
      ends[n + 1] = ends[n] + offsets[chosen[n] + 1] - offsets[chosen[n]];
    const places = new Uint32Array(ends[chosen.length]);
    let end = 0;
    for (let n = 0; n < chosen.length; n++)
      for (let t = offsets[chosen[n]]; t < offsets[chosen[n] + 1]; t++) places[end++] = t;
    return new Sequences({
      items: this.items,
      offsets: ends,
      values: gathered(values, places),
      times: times && gathered(times, places),
    });
  }

  /** The same sequences with a vocabulary of only the items that occur, in their old order. */
  compact(): Sequences {
    const { kept, renumbered } = occurring([this.values], this.items.size);
    const values = this.values.map((item) => renumbered[item]);
    return new Sequences({ ...this, items: this.items.pick(kept), values });
  }

  /**
   * The same sequences in the indices of another vocabulary, such as a test part in those of the training data. Tokens of items that are not in it are left out and
   * counted; sequences stay, shorter or empty.
   */
  alignTo(items: Vocabulary): AlignedSequences {
    const itemIn = this.items.indicesIn(items);
    const known = this.keep((token) => itemIn[this.values[token]] >= 0);
    const values = known.values.map((item) => itemIn[item]);
    const unknown = countsOf(this.values, this.items.size).reduce(
      (n, count, item) => n + Number(count > 0 && itemIn[item] < 0),
      0,
    );
    return {
      data: new Sequences({ ...known, items, values }),
      unknownItems: unknown,
      tokensLeftOut: this.tokens - known.tokens,
    };
  }

  /** The same sequences with some of their tokens, by a test of the place in `values`; sequences stay, shorter or empty. */
  keep(test: (token: number) => boolean): Sequences {
    const { offsets, sequences } = this;
    const ends = new Uint32Array(sequences + 1);
    const places = new Uint32Array(this.tokens);
    let end = 0;
    for (let s = 0; s < sequences; s++) {
      for (let t = offsets[s]; t < offsets[s + 1]; t++) if (test(t)) places[end++] = t;
      ends[s + 1] = end;
    }
    const kept = places.subarray(0, end);
    const { times } = this;
    return new Sequences({
      items: this.items,
      offsets: ends,
      values: gathered(this.values, kept),
      times: times && gathered(times, kept),
    });
  }

  /**
   * The sequences in order, in chunks of up to so many tokens. None is cut: one that is longer has a chunk of its own. The tokens are
   * a view of `values`.
   * @throws KithError unless the number of tokens is a whole number of at least 1
   */
  chunks(tokensPerChunk: number): Iterable<TokenChunk> {
    if (!(Number.isInteger(tokensPerChunk) && tokensPerChunk >= 1))
      throw new KithError(
        `${OWNER}: expected chunks of a whole number of tokens, at least 1, got ${tokensPerChunk}`,
      );
    return { [Symbol.iterator]: () => this.#chunks(tokensPerChunk) };
  }

  /** A stable hash of the content (vocabulary, sequences and times, in order): 16 hexadecimal digits. */
  hash(): string {
    const hash = new ContentHash().text(this.items.hash()).column(this.offsets).column(this.values);
    if (this.times) hash.column(this.times);
    return hash.digest();
  }

  *#chunks(tokensPerChunk: number): Generator<TokenChunk, void, void> {
    const { offsets, values, sequences } = this;
    for (let first = 0, next = 0; first < sequences; first = next) {
      const begin = offsets[first];
      do next++;
      while (next < sequences && offsets[next + 1] - begin <= tokensPerChunk);
      yield {
        tokens: values.subarray(begin, offsets[next]),
        offsets: offsets.slice(first, next + 1).map((offset) => offset - begin),
      };
    }
  }
}

/** Times must be finite, and not descend within a sequence. */
function checkTimes(times: Float64Array, offsets: Uint32Array): void {
  for (let s = 0; s + 1 < offsets.length; s++)
    for (let t = offsets[s]; t < offsets[s + 1]; t++) {
      if (!Number.isFinite(times[t]))
        throw new FormatError(
          `${OWNER}: sequence ${s}: time must be a finite number, got ${times[t]}`,
        );
      if (t > offsets[s] && times[t] < times[t - 1])
        throw new FormatError(
          `${OWNER}: sequence ${s} goes back in time, from ${times[t - 1]} to ${times[t]}; sort it by time`,
        );
    }
}

/** Sequences being collected. */
export class SequenceList {
  readonly #values: IndexList = new IndexList();
  readonly #offsets: IndexList = new IndexList();

  constructor() {
    this.#offsets.add(0);
  }

  get sequences(): number {
    return this.#offsets.length - 1;
  }

  /** Appends an item to the sequence that is open. */
  add(item: number): void {
    this.#values.add(item);
  }

  /**
   * Ends the sequence that is open.
   * @throws MemoryError when offsets of 32 bits no longer reach
   */
  end(): void {
    if (this.#values.length >= 2 ** 32)
      throw new MemoryError(
        `${OWNER}: up to ${(2 ** 32 - 1).toLocaleString("en-US")} tokens fit, and there are more; read fewer`,
      );
    this.#offsets.add(this.#values.length);
  }

  /** Nothing can be added afterwards. */
  take(): { offsets: Uint32Array; values: Uint32Array } {
    return { offsets: this.#offsets.take(), values: this.#values.take() };
  }
}
