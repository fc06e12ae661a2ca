import { FormatError, KithError } from "@kith/core-tensors";
import { ByteDictionary } from "./byte-dictionary.ts";
import { checkEncoding, shown } from "./check-encoding.ts";
import { ContentHash } from "./content-hash.ts";

/** What callers name users and items by. A number and its decimal string mean the same user: 7 finds "7". */
export type Id = string | number;

/** A vocabulary as two arrays, to be stored in a model file. */
export interface EncodedVocabulary {
  /** All ids as UTF-8, end to end. */
  bytes: Uint8Array;
  /** size + 1 entries: id i is bytes[offsets[i]] … bytes[offsets[i + 1]]. */
  offsets: Uint32Array;
  /** Whether the ids are numbers. */
  numeric: boolean;
}

/** Ids ↔ dense indices 0 … size − 1, in order of first appearance. Cannot be changed. */
export class Vocabulary {
  /** Whether all ids were given as numbers; `id` and `ids` then return numbers. */
  readonly numeric: boolean;
  readonly #dictionary: ByteDictionary;

  private constructor(dictionary: ByteDictionary, numeric: boolean) {
    this.#dictionary = dictionary;
    this.numeric = numeric;
  }

  /**
   * The distinct ids of `ids`, in order of first appearance.
   * @throws FormatError for an empty id, a number that is not finite, or numbers mixed with strings
   */
  static from(ids: Iterable<Id>): Vocabulary {
    const builder = new VocabularyBuilder();
    for (const id of ids) builder.add(id);
    return builder.build();
  }

  /**
   * The inverse of `encode`. Trusts nothing: model files come from anywhere.
   * @throws FormatError saying what is wrong
   */
  static decode(encoded: EncodedVocabulary): Vocabulary {
    const { bytes, offsets, numeric } = encoded;
    checkEncoding(bytes, offsets, numeric);
    const dictionary = new ByteDictionary(offsets.length, bytes.length);
    for (let i = 0; i + 1 < offsets.length; i++) {
      if (dictionary.add(bytes, offsets[i], offsets[i + 1]) !== i)
        throw new FormatError(`Vocabulary: id ${i} is there twice`);
    }
    dictionary.trim();
    const vocabulary = new Vocabulary(dictionary, numeric);
    if (numeric) checkNumbers(vocabulary);
    return vocabulary;
  }

  /** Takes over a dictionary; for VocabularyBuilder. @internal */
  static own(dictionary: ByteDictionary, numeric: boolean): Vocabulary {
    dictionary.trim();
    return new Vocabulary(dictionary, numeric);
  }

  /** How many ids there are. */
  get size(): number {
    return this.#dictionary.size;
  }

  /**
   * The id at an index.
   * @throws KithError unless the index is a whole number from 0 to size − 1
   */
  id(index: number): Id {
    if (!(Number.isInteger(index) && index >= 0 && index < this.size))
      throw new KithError(
        this.size === 0
          ? `Vocabulary: it is empty, so there is no id ${index}`
          : `Vocabulary: expected an index from 0 to ${this.size - 1}, got ${index}`,
      );
    const { bytes, offsets } = this.#dictionary;
    const text = decodeText(bytes, offsets[index], offsets[index + 1]);
    return this.numeric ? Number(text) : text;
  }

  /** The index of an id, or −1. */
  indexOf(id: Id): number {
    const length = encodeText(String(id));
    return length < 0 ? -1 : this.#dictionary.find(scratch, 0, length);
  }

  has(id: Id): boolean {
    return this.indexOf(id) >= 0;
  }

  /** All ids, by index. */
  ids(): Id[] {
    return Array.from(this);
  }

  *[Symbol.iterator](): IterableIterator<Id> {
    for (let i = 0; i < this.size; i++) yield this.id(i);
  }

  /** For each index of this vocabulary the index of the same id in `other`, or −1. Shape [size]. */
  indicesIn(other: Vocabulary): Int32Array {
    const { bytes, offsets } = this.#dictionary;
    const indices = new Int32Array(this.size);
    for (let i = 0; i < indices.length; i++)
      indices[i] = other.#dictionary.find(bytes, offsets[i], offsets[i + 1]);
    return indices;
  }

  /** The vocabulary of some of the ids: `indices`, in that order. Shape [any]. */
  pick(indices: Uint32Array): Vocabulary {
    const { bytes, offsets } = this.#dictionary;
    const picked = new ByteDictionary(indices.length);
    for (const i of indices) picked.add(bytes, offsets[i], offsets[i + 1]);
    return Vocabulary.own(picked, this.numeric);
  }

  /** As two arrays (copies), to be stored. */
  encode(): EncodedVocabulary {
    const { bytes, offsets } = this.#dictionary;
    return { bytes: bytes.slice(), offsets: offsets.slice(), numeric: this.numeric };
  }

  /** A stable hash of the ids and their order: 16 hexadecimal digits. */
  hash(): string {
    const { bytes, offsets } = this.#dictionary;
    return new ContentHash()
      .text(this.numeric ? "numbers" : "strings")
      .column(offsets)
      .bytes(bytes)
      .digest();
  }
}

/** Collects ids one at a time; millions of distinct ones are fine. */
export class VocabularyBuilder {
  #dictionary: ByteDictionary = new ByteDictionary();
  #kind: "number" | "string" | undefined;

  /** How many distinct ids have come so far. */
  get size(): number {
    return this.#dictionary.size;
  }

  /**
   * The index of an id, new or known.
   * @throws FormatError for an empty id, a number that is not finite, or numbers mixed with strings
   */
  add(id: Id): number {
    if (typeof id === "number") {
      if (!Number.isFinite(id)) throw new FormatError(`Vocabulary: ${id} cannot be an id`);
    } else if (typeof id !== "string") {
      throw new FormatError(`Vocabulary: an id must be a string or a number, got ${shown(id)}`);
    }
    if (this.#kind !== typeof id) this.#settle(typeof id as "number" | "string", id);
    const length = encodeText(String(id));
    if (length < 0)
      throw new FormatError(`Vocabulary: id ${JSON.stringify(id)} is not well-formed Unicode`);
    if (length === 0) throw new FormatError("Vocabulary: an id is empty");
    return this.#dictionary.add(scratch, 0, length);
  }

  /** The index of the string id in bytes[start] … bytes[end], which the caller knows to be UTF-8 and not empty. */
  addBytes(bytes: Uint8Array, start: number, end: number): number {
    if (this.#kind !== "string") this.#settle("string", "");
    return this.#dictionary.add(bytes, start, end);
  }

  /** The vocabulary; the builder is empty afterwards. */
  build(): Vocabulary {
    const vocabulary = Vocabulary.own(this.#dictionary, this.#kind === "number");
    this.#dictionary = new ByteDictionary();
    this.#kind = undefined;
    return vocabulary;
  }

  #settle(kind: "number" | "string", id: Id): void {
    if (this.#kind !== undefined)
      throw new FormatError(
        `Vocabulary: ids are all numbers or all strings, but ${this.#kind}s came before ${JSON.stringify(id)}; convert them with String(id)`,
      );
    this.#kind = kind;
  }
}

let scratch = new Uint8Array(256);
const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Writes UTF-8 into `scratch`; its length, or −1 for text with half a surrogate pair. */
function encodeText(text: string): number {
  if (text.length * 3 > scratch.length) scratch = new Uint8Array(text.length * 6);
  for (let k = 0; k < text.length; k++) {
    const unit = text.charCodeAt(k);
    if (unit > 127)
      return /\p{Surrogate}/u.test(text) ? -1 : encoder.encodeInto(text, scratch).written;
    scratch[k] = unit;
  }
  return text.length;
}

function decodeText(bytes: Uint8Array, start: number, end: number): string {
  let text = "";
  for (let k = start; k < end; k++) {
    if (bytes[k] > 127 || end - start > 64) return decoder.decode(bytes.subarray(start, end));
    text += String.fromCharCode(bytes[k]);
  }
  return text;
}

/** Numeric ids must be written as JavaScript writes them, or indexOf would not find them. */
function checkNumbers(vocabulary: Vocabulary): void {
  for (let i = 0; i < vocabulary.size; i++) {
    const id = vocabulary.id(i) as number;
    if (!Number.isFinite(id) || vocabulary.indexOf(id) !== i)
      throw new FormatError(`Vocabulary: id ${i} should be a number and is not`);
  }
}
