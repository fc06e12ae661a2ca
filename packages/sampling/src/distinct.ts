/** The distinct numbers among several lists, and the lists rewritten as positions in it. */
export interface Distinct {
  /** In order of first appearance. */
  readonly ids: Uint32Array;
  /** For each list given, where its numbers stand in `ids`. */
  readonly positions: readonly Uint32Array[];
}

/** Finds the distinct nodes of a batch in time linear in the batch, with one array of `size` that all batches share. */
export class DistinctIds {
  readonly #slot: Int32Array;

  /** @param size numbers are below it */
  constructor(size: number) {
    this.#slot = new Int32Array(size).fill(-1);
  }

  of(lists: readonly Uint32Array[]): Distinct {
    const slot = this.#slot;
    const ids = new Uint32Array(lists.reduce((count, list) => count + list.length, 0));
    let count = 0;
    const positions = lists.map((list) => {
      const places = new Uint32Array(list.length);
      for (let i = 0; i < list.length; i++) {
        if (slot[list[i]] < 0) {
          slot[list[i]] = count;
          ids[count++] = list[i];
        }
        places[i] = slot[list[i]];
      }
      return places;
    });
    for (let i = 0; i < count; i++) slot[ids[i]] = -1;
    return { ids: ids.slice(0, count), positions };
  }
}
