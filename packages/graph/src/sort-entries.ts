/** Entries of a matrix, in columns of one entry each. */
export interface Entries {
  row: Uint32Array;
  column: Uint32Array;
  value: Float32Array | undefined;
}

/** So many bits are sorted by at a time: the 2⁸ places that are written to are few enough for the caches, as millions of rows are not. */
const BITS = 8;

/**
 * Sorts by row and column, equal entries in their order: a radix sort from the lowest digit on, so linear. Its few passes from end to end are
 * faster for a large graph than dealing each entry out to its row, and hubs cost nothing extra.
 * @param size above all rows and columns
 */
export function sortEntries(entries: Entries, size: number): void {
  const { length } = entries.row;
  const from = { ...entries };
  const to: Entries = {
    row: new Uint32Array(length),
    column: new Uint32Array(length),
    value: entries.value && new Float32Array(length),
  };
  for (const key of ["column", "row"] as const)
    for (let shift = 0; shift < 32 && (size - 1) >>> shift > 0; shift += BITS) {
      sortByDigit(from, to, from[key], shift);
      for (const name of ["row", "column", "value"] as const) swap(from, to, name);
    }
  Object.assign(entries, from);
}

function swap<K extends keyof Entries>(a: Entries, b: Entries, name: K): void {
  [a[name], b[name]] = [b[name], a[name]];
}

function sortByDigit(from: Entries, to: Entries, key: Uint32Array, shift: number): void {
  const mask = (1 << BITS) - 1;
  const next = new Uint32Array(mask + 2);
  for (let at = 0; at < key.length; at++) next[((key[at] >>> shift) & mask) + 1]++;
  for (let digit = 0; digit < mask; digit++) next[digit + 1] += next[digit];
  const { row, column, value } = from;
  const { row: rowTo, column: columnTo, value: valueTo } = to;
  for (let at = 0; at < key.length; at++) {
    const place = next[(key[at] >>> shift) & mask]++;
    rowTo[place] = row[at];
    columnTo[place] = column[at];
    if (value && valueTo) valueTo[place] = value[at];
  }
}
