import type { Csr } from "@kith/core-tensors";
import { DistinctIds, type MostVisited } from "@kith/sampling";

/** Targets with their most visited neighbours: the targets come first among the sources. */
export interface ImportanceBlock {
  readonly sources: Uint32Array;
  /** A row for each target; the weights of its neighbours sum to 1. */
  readonly csr: Csr;
}

/** Importance neighbourhoods of items: those most visited by walks, weighed by how often. */
export class ImportanceGraph {
  readonly items: number;
  readonly #visited: MostVisited;
  readonly #keep: number;
  readonly #distinct: DistinctIds;

  /** @param keep neighbours of an item at most */
  constructor(visited: MostVisited, keep: number) {
    this.items = visited.offsets.length - 1;
    this.#visited = visited;
    this.#keep = keep;
    this.#distinct = new DistinctIds(this.items);
  }

  /** The items ranked from … to in an item's list, from 0; fewer where the list ends. */
  ranked(item: number, from: number, to: number): Uint32Array {
    const { offsets, nodes } = this.#visited;
    const [begin, end] = [offsets[item], offsets[item + 1]];
    return nodes.subarray(Math.min(end, begin + from), Math.min(end, begin + to));
  }

  /** The neighbourhoods of all items. */
  whole(): Csr {
    return this.#rows(Uint32Array.from({ length: this.items }, (_, item) => item)).csr;
  }

  /**
   * The neighbourhoods of some items, each listed once.
   * @param without pairs item · items + neighbour that are left out, as training must not see the pairs that it is to find
   */
  block(targets: Uint32Array, without: ReadonlySet<number>): ImportanceBlock {
    const { csr, neighbours } = this.#rows(targets, without);
    const { ids: sources, positions } = this.#distinct.of([targets, neighbours]);
    return { sources, csr: { ...csr, columns: sources.length, indices: positions[1] } };
  }

  #rows(
    targets: Uint32Array,
    without: ReadonlySet<number> = new Set(),
  ): { csr: Csr; neighbours: Uint32Array } {
    const { offsets: lists, nodes, visits } = this.#visited;
    const offsets = new Uint32Array(targets.length + 1);
    const room = targets.length * this.#keep;
    const [neighbours, values] = [new Uint32Array(room), new Float32Array(room)];
    let size = 0;
    targets.forEach((item, r) => {
      const begin = size;
      let total = 0;
      const end = Math.min(lists[item + 1], lists[item] + this.#keep);
      for (let k = lists[item]; k < end; k++) {
        if (without.has(item * this.items + nodes[k])) continue;
        neighbours[size] = nodes[k];
        values[size++] = visits[k];
        total += visits[k];
      }
      for (let k = begin; k < size; k++) values[k] /= total;
      offsets[r + 1] = size;
    });
    const indices = neighbours.slice(0, size);
    const csr = {
      rows: targets.length,
      columns: this.items,
      offsets,
      indices,
      values: values.slice(0, size),
    };
    return { csr, neighbours: indices };
  }
}
