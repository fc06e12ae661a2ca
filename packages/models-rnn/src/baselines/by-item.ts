import type { Sequences } from "@kith/data";

/** Where each item is clicked: those of item i are places[offsets[i]] … places[offsets[i + 1]], ascending. */
export interface Occurrences {
  readonly offsets: Uint32Array;
  /** Positions in `values` of the data. */
  readonly places: Uint32Array;
}

export function occurrencesOf(values: Uint32Array, items: number): Occurrences {
  const offsets = new Uint32Array(items + 1);
  for (const item of values) offsets[item + 1]++;
  for (let i = 0; i < items; i++) offsets[i + 1] += offsets[i];
  const next = offsets.slice();
  const places = new Uint32Array(values.length);
  values.forEach((item, place) => {
    places[next[item]++] = place;
  });
  return { offsets, places };
}

/** The session of each click. Shape [tokens]. */
export function sessionOf({ offsets, values }: Pick<Sequences, "offsets" | "values">): Uint32Array {
  const session = new Uint32Array(values.length);
  for (let s = 0; s + 1 < offsets.length; s++) session.fill(s, offsets[s], offsets[s + 1]);
  return session;
}
