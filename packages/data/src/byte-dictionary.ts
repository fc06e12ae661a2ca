import { MemoryError } from "@kith/core-tensors";

const { imul } = Math; // globals are slow in a vm context, such as that of jest

/** Up to this many bytes a string is kept in its slot. */
const SHORT = 16;

/** Numbers in a slot: string or −1; 27 bits of hash and min(length, 17); bytes 0–3, 4–7, 8–11, 12–15; two that are not used. */
const SLOT = 8;

/** Which bits of the words at bytes 0–3, 4–7, … belong to a string of so many bytes, up to 16. */
const [MASK_0, MASK_1, MASK_2, MASK_3] = [0, 4, 8, 12].map((first) =>
  Int32Array.from({ length: SHORT + 1 }, (_, length) => {
    const bytes = Math.min(4, Math.max(0, length - first));
    return bytes === 4 ? -1 : (1 << (8 * bytes)) - 1;
  }),
);

/**
 * Byte strings ↔ 0 … size − 1: open addressing with linear probing, the strings laid end to end in one buffer. Made for
 * millions of ids: no string and no object is made for any of them, and a short one (as most are) is found with one look at
 * memory, because its bytes are in the slot too.
 */
export class ByteDictionary {
  size = 0;
  /** String i lies in bytes[offsets[i]] … bytes[offsets[i + 1]]. Both arrays are longer than what is used. */
  bytes: Uint8Array;
  offsets: Uint32Array;
  /** At most three quarters are taken. */
  #slots: Int32Array;
  // the key that #slotOf has looked for last
  #tag = 0;
  #word0 = 0;
  #word1 = 0;
  #word2 = 0;
  #word3 = 0;
  #source: Uint8Array;
  #view: DataView;
  /** The last bytes of a source, for strings from which sixteen bytes would reach beyond its end; what follows them is masked. */
  readonly #tail = new Uint8Array(SHORT);
  readonly #tailView = viewOf(this.#tail);

  constructor(strings: number = 1024, bytes: number = 1 << 14) {
    this.bytes = new Uint8Array(bytes);
    this.offsets = new Uint32Array(strings + 1);
    this.#slots = emptySlots(strings);
    this.#source = this.bytes;
    this.#view = viewOf(this.bytes);
  }

  /** The index of source[start] … source[end], or −1. */
  find(source: Uint8Array, start: number, end: number): number {
    return this.#slots[this.#slotOf(source, start, end)];
  }

  /** The index of source[start] … source[end], which is appended when it is new. */
  add(source: Uint8Array, start: number, end: number): number {
    const slot = this.#slotOf(source, start, end);
    const known = this.#slots[slot];
    return known >= 0 ? known : this.#append(source, start, end, slot);
  }

  /** Lets go of what growing ahead has reserved. */
  trim(): void {
    this.bytes = this.bytes.slice(0, this.offsets[this.size]);
    this.offsets = this.offsets.slice(0, this.size + 1);
    this.#look(this.bytes);
  }

  /** Prepares to read numbers from `source`; it changes once a chunk. */
  #look(source: Uint8Array): void {
    this.#source = source;
    this.#view = viewOf(source);
  }

  /** Where the slot of these bytes begins, or the free one where they belong. */
  #slotOf(source: Uint8Array, start: number, end: number): number {
    if (source !== this.#source) this.#look(source);
    const length = end - start;
    const inline = Math.min(length, SHORT);
    let view = this.#view;
    let at = start;
    if (start + SHORT > source.length) {
      this.#tail.set(source.subarray(start));
      view = this.#tailView;
      at = 0;
    }
    // no loop, and one branch on the length, which is hard to predict: many files have only ids of up to eight bytes
    const word0 = view.getInt32(at, true) & MASK_0[inline];
    const word1 = view.getInt32(at + 4, true) & MASK_1[inline];
    let word2 = 0;
    let word3 = 0;
    let hash = imul(word0, 0x85ebca6b);
    hash = imul(hash ^ (hash >>> 15) ^ word1, 0x9e3779b1);
    if (length > 8) {
      word2 = view.getInt32(at + 8, true) & MASK_2[inline];
      word3 = view.getInt32(at + 12, true) & MASK_3[inline];
      hash = imul(hash ^ (hash >>> 15) ^ word2, 0x85ebca6b);
      hash = imul(hash ^ (hash >>> 15) ^ word3, 0x9e3779b1);
      for (let k = start + SHORT; k < end; k++)
        hash = imul(hash ^ (hash >>> 15) ^ source[k], 0x01000193);
    }
    hash = imul(hash ^ (hash >>> 13) ^ length, 0xc2b2ae35);
    hash ^= hash >>> 15;
    const tag = (hash & ~31) | (length > SHORT ? SHORT + 1 : inline);

    const slots = this.#slots;
    const mask = slots.length - SLOT;
    let slot = positionOf(tag, mask);
    for (let i = slots[slot]; i >= 0; i = slots[slot]) {
      if (
        slots[slot + 1] === tag &&
        slots[slot + 2] === word0 &&
        slots[slot + 3] === word1 &&
        (length <= 8 ||
          (slots[slot + 4] === word2 &&
            slots[slot + 5] === word3 &&
            (length <= SHORT || this.#isAt(i, source, start, end))))
      )
        return slot;
      slot = (slot + SLOT) & mask;
    }
    this.#tag = tag;
    this.#word0 = word0;
    this.#word1 = word1;
    this.#word2 = word2;
    this.#word3 = word3;
    return slot;
  }

  #isAt(index: number, source: Uint8Array, start: number, end: number): boolean {
    const { bytes } = this;
    let at = this.offsets[index];
    if (this.offsets[index + 1] - at !== end - start) return false;
    for (let k = start; k < end; k++) if (bytes[at++] !== source[k]) return false;
    return true;
  }

  #append(source: Uint8Array, start: number, end: number, slot: number): number {
    const offset = this.offsets[this.size];
    const needed = offset + (end - start);
    if (needed >= 2 ** 32)
      throw new MemoryError("Vocabulary: the ids take more than 4 GiB; shorten them or read fewer");
    if (needed > this.bytes.length) {
      const bytes = new Uint8Array(Math.min(2 ** 32 - 1, Math.max(this.bytes.length * 2, needed)));
      bytes.set(this.bytes.subarray(0, offset));
      this.bytes = bytes;
    }
    if (this.size + 1 >= this.offsets.length) {
      const offsets = new Uint32Array(Math.max(1024, this.offsets.length * 2));
      offsets.set(this.offsets);
      this.offsets = offsets;
    }
    // most ids are short: a loop beats the call of set()
    for (let k = start, o = offset; k < end; k++, o++) this.bytes[o] = source[k];
    const index = this.size++;
    this.offsets[this.size] = needed;
    this.#slots[slot] = index;
    this.#slots[slot + 1] = this.#tag;
    this.#slots[slot + 2] = this.#word0;
    this.#slots[slot + 3] = this.#word1;
    this.#slots[slot + 4] = this.#word2;
    this.#slots[slot + 5] = this.#word3;
    if (this.size * SLOT * 4 > this.#slots.length * 3) this.#rehash();
    return index;
  }

  #rehash(): void {
    const old = this.#slots;
    const slots = emptySlots(this.size * 2);
    const mask = slots.length - SLOT;
    for (let from = 0; from < old.length; from += SLOT) {
      if (old[from] < 0) continue;
      let slot = positionOf(old[from + 1], mask);
      while (slots[slot] >= 0) slot = (slot + SLOT) & mask;
      for (let k = 0; k < SLOT; k++) slots[slot + k] = old[from + k];
    }
    this.#slots = slots;
  }
}

/** Where the slot that a tag's hash asks for begins. */
function positionOf(tag: number, mask: number): number {
  return ((tag >>> 5) * SLOT) & mask;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function emptySlots(strings: number): Int32Array {
  let slots = 16;
  while (slots * 3 < strings * 4) slots *= 2;
  return new Int32Array(slots * SLOT).fill(-1);
}
