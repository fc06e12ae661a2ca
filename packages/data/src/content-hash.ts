import type { Column } from "./row-blocks.ts";

const { imul } = Math; // globals are slow in a vm context, such as that of jest

/**
 * A 64-bit hash of a sequence of parts, to tell whether two runs saw the same data: two lanes of MurmurHash3 (Appleby,
 * public domain) with different constants, each fed by the other. Not made to withstand forgery.
 * Every part is preceded by its length, so that ("ab", "c") and ("a", "bc") differ.
 */
export class ContentHash {
  #a = 0x9747b28c;
  #b = 0x3c074a61;

  text(text: string): this {
    return this.bytes(new TextEncoder().encode(text));
  }

  bytes(bytes: Uint8Array): this {
    const whole = bytes.length - (bytes.length % 4);
    this.#word(bytes.length);
    const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice(); // a Uint32Array can only start at a multiple of 4
    this.#words(new Uint32Array(aligned.buffer, aligned.byteOffset, whole / 4));
    let last = 0;
    for (let k = whole; k < bytes.length; k++) last = (last << 8) | bytes[k];
    this.#word(last);
    return this;
  }

  /** The bits of a typed array, or that there is none. */
  column(column: Column | Int32Array | undefined): this {
    if (column === undefined) return this.text("none");
    return this.bytes(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  }

  /** Sixteen hexadecimal digits. */
  digest(): string {
    const a = avalanche(this.#a ^ this.#b);
    const b = avalanche(this.#b + a);
    return [a, b].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
  }

  #word(word: number): void {
    this.#words(new Uint32Array([word]));
  }

  #words(words: Uint32Array): void {
    let a = this.#a;
    let b = this.#b;
    for (let i = 0; i < words.length; i++) {
      let k = imul(words[i], 0xcc9e2d51);
      k = (k << 15) | (k >>> 17);
      a ^= imul(k, 0x1b873593);
      a = (a << 13) | (a >>> 19);
      a = (imul(a, 5) + 0xe6546b64 + b) | 0;
      let l = imul(words[i], 0x239b961b);
      l = (l << 16) | (l >>> 16);
      b ^= imul(l, 0x38b34ae5);
      b = (b << 17) | (b >>> 15);
      b = (imul(b, 5) + 0x0bcaa747 + a) | 0;
    }
    this.#a = a;
    this.#b = b;
  }
}

function avalanche(word: number): number {
  let h = word ^ (word >>> 16);
  h = imul(h, 0x85ebca6b);
  h = imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
