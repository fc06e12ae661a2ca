import type { Csr } from "../../src/csr.ts";
import { heap } from "../../src/heap.ts";
import type { Kernels, Lists } from "../../src/kernels/kernels.ts";
import { Rng } from "../../src/rng.ts";

/** One call of a kernel: what it does, and the arrays that it may change. */
export interface Work {
  readonly name: string;
  readonly changes: readonly (Float32Array | Float64Array | Uint32Array)[];
  run(kernels: Kernels): unknown;
}

/** Draws a kernel's inputs onto the heap; equal seeds, equal inputs. */
export class Inputs {
  readonly rng: Rng;
  /** Whether NaN and infinities are among the numbers. */
  readonly special: boolean;
  readonly #taken: number[] = [];
  #state: number;

  constructor(seed: number, special = false) {
    this.rng = new Rng(seed);
    this.#state = this.rng.uint32();
    this.special = special;
  }

  /** Numbers in (−range, range); an eighth of them not finite or zero, where `special`. */
  floats(length: number, range = 1): Float32Array {
    const array = heap().float32(this.#take(length), length);
    for (let i = 0; i < length; i++)
      array[i] =
        this.special && this.rng.below(8) === 0
          ? SPECIAL[this.rng.below(SPECIAL.length)]
          : range * (2 * this.#next() - 1);
    return array;
  }

  /** Small whole numbers, whose products and sums are exact and often equal. */
  smallIntegers(length: number): Float32Array {
    const array = this.floats(length, 4);
    for (let i = 0; i < length; i++) array[i] = Math.round(array[i]); // NaN and infinities stay
    return array;
  }

  /** Finite numbers above 0. */
  positives(length: number): Float32Array {
    const array = heap().float32(this.#take(length), length);
    for (let i = 0; i < length; i++) array[i] = this.#next() + 1e-3;
    return array;
  }

  /** Finite numbers in (−0.5, 0.5), also where `special`. */
  finite(length: number): Float32Array {
    const array = heap().float32(this.#take(length), length);
    for (let i = 0; i < length; i++) array[i] = this.#next() - 0.5;
    return array;
  }

  /** Room for double-precision results. */
  doubles(length: number): Float64Array {
    return heap()
      .float64(this.#take(2 * length), length)
      .fill(777);
  }

  /** The entries of a graph to walk over, with random alias tables and weights where it is weighted. */
  entries(neighbours: Uint32Array, nodes: number, weighted: boolean): Uint32Array {
    if (!weighted) return neighbours;
    const words = this.copy(new Uint32Array(4 * neighbours.length));
    const weights = new Float32Array(words.buffer, words.byteOffset, words.length);
    for (let k = 0; k < neighbours.length; k++) {
      words[4 * k] = neighbours[k];
      words[4 * k + 1] = this.rng.uint32();
      words[4 * k + 2] = this.rng.below(nodes);
      weights[4 * k + 3] = this.#next() + 0.1;
    }
    return words;
  }

  /** Numbers of 0 … below − 1, repeats likely. */
  ids(length: number, below: number): Uint32Array {
    const array = heap().uint32(this.#take(length), length);
    for (let i = 0; i < length; i++) array[i] = this.rng.below(below);
    return array;
  }

  /** Some of 0 … below − 1, each once, in no order. */
  distinct(length: number, below: number): Uint32Array {
    const all = this.rng.shuffle(Uint32Array.from({ length: below }, (_, i) => i));
    return this.copy(all.subarray(0, length));
  }

  /** These numbers. */
  numbers(values: ArrayLike<number>): Float32Array {
    const array = heap().float32(this.#take(values.length), values.length);
    array.set(values);
    return array;
  }

  copy(values: ArrayLike<number>): Uint32Array {
    const array = heap().uint32(this.#take(values.length), values.length);
    array.set(values);
    return array;
  }

  /** Uninitialised room, filled with a number that no result has. */
  output(length: number): Float32Array {
    return heap().float32(this.#take(length), length).fill(777);
  }

  outputIds(length: number): Uint32Array {
    return heap().uint32(this.#take(length), length).fill(777);
  }

  positions(values: readonly number[]): Int32Array {
    const array = heap().int32(this.#take(values.length), values.length);
    array.set(values);
    return array;
  }

  /** Random lists of ascending columns; every third is empty. */
  lists(rows: number, columns: number, longest: number): Lists {
    const lists = Array.from({ length: rows }, (_, r) => {
      const list: number[] = [];
      const count = r % 3 === 2 ? 0 : Math.min(columns, this.rng.below(longest + 1));
      const gap = Math.max(1, Math.ceil(columns / Math.max(1, count)));
      for (let j = this.rng.below(gap); list.length < count && j < columns; j++)
        if (this.#next() < 1.2 / gap) list.push(j);
      return list;
    });
    const offsets = [0];
    for (const list of lists) offsets.push(offsets[offsets.length - 1] + list.length);
    return { offsets: this.copy(offsets), items: this.copy(lists.flat()) };
  }

  /** A random sparse matrix; every third row is empty. */
  csr(rows: number, columns: number, longest: number): Csr {
    const { offsets, items: indices } = this.lists(rows, columns, longest);
    return { rows, columns, offsets, indices, values: this.floats(indices.length) };
  }

  free(): void {
    for (const at of this.#taken) heap().free(at);
  }

  /** In [0, 1), by a cheap generator: there are many to draw. */
  #next(): number {
    this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
    return this.#state / 2 ** 32;
  }

  #take(length: number): number {
    const at = heap().allocate(length * 4);
    this.#taken.push(at);
    return at;
  }
}

const SPECIAL = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, -0];
