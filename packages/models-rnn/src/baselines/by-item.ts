import type { Sequences } from "@kith/data";

/** Where each item is clicked: those of item i are places[offsets[i]] … places[offsets[i + 1]], ascending. */
export interface Occurrences {
  readonly offsets: Uint32Array;
  /** Positions in `values` of the data. */
  readonly places: Uint32Array;
}

export function occurrencesOf({ items, values }: Sequences): Occurrences {
  const offsets = new Uint32Array(items.size + 1);
  for (const item of values) offsets[item + 1]++;
  for (let i = 0; i < items.size; i++) offsets[i + 1] += offsets[i];
  const next = offsets.slice();
  const places = new Uint32Array(values.length);
  values.forEach((item, place) => {
    places[next[item]++] = place;
  });
  return { offsets, places };
}

/** The session of each click. Shape [tokens]. */
export function sessionOf({ offsets, values, sequences }: Sequences): Uint32Array {
  const session = new Uint32Array(values.length);
  for (let s = 0; s < sequences; s++) session.fill(s, offsets[s], offsets[s + 1]);
  return session;
}
