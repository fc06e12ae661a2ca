import type { ItemPairs } from "@kith/data";
import { fromEdges } from "@kith/graph";

/** The distinct pairs among some, whichever item comes first, numbered from 0. An item with itself is none. */
export class KnownEdges {
  /** How many distinct pairs there are. */
  readonly count: number;
  readonly #offsets: Uint32Array;
  readonly #neighbours: Uint32Array;
  /** By entry of `#neighbours`. */
  readonly #numbers: Uint32Array;

  constructor({ items, source, target }: ItemPairs) {
    const { offsets, indices } = fromEdges({ source, target }, { nodes: items.size });
    this.#offsets = offsets;
    this.#neighbours = indices;
    this.#numbers = new Uint32Array(indices.length);
    let count = 0;
    for (let a = 0; a < items.size; a++)
      for (let k = offsets[a]; k < offsets[a + 1]; k++)
        if (a < indices[k]) this.#numbers[k] = count++;
        else if (a > indices[k]) this.#numbers[k] = this.#numbers[this.#entry(indices[k], a)];
    this.count = count;
  }

  /** The number of the pair of two items, or −1 where it is not there. */
  of(a: number, b: number): number {
    const entry = a === b ? -1 : this.#entry(a, b);
    return entry < 0 ? -1 : this.#numbers[entry];
  }

  /** The numbers of the pairs with an item. */
  touching(item: number): Uint32Array {
    const begin = this.#offsets[item];
    const end = this.#offsets[item + 1];
    return this.#numbers.slice(begin, end).filter((_, n) => this.#neighbours[begin + n] !== item);
  }

  #entry(a: number, b: number): number {
    let low = this.#offsets[a];
    let high = this.#offsets[a + 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#neighbours[middle] < b) low = middle + 1;
      else high = middle;
    }
    return low < this.#offsets[a + 1] && this.#neighbours[low] === b ? low : -1;
  }
}
