import type { Interactions } from "./interactions.ts";
import { countsOf } from "./rows-by-pair.ts";
import type { Vocabulary } from "./vocabulary.ts";

/** What a set of interactions looks like, in numbers. "Per user" and "per item" count rows, and only users and items that have any. */
export interface Summary {
  readonly rows: number;
  /** Users with at least one row. */
  readonly users: number;
  /** Items with at least one row. */
  readonly items: number;
  /** Distinct pairs / (users × items), from 0 to 1; 0 when there are no rows. */
  readonly density: number;
  /** Rows whose (user, item) came in an earlier row. */
  readonly duplicates: number;
  readonly minPerUser: number;
  readonly medianPerUser: number;
  readonly maxPerUser: number;
  readonly minPerItem: number;
  readonly medianPerItem: number;
  readonly maxPerItem: number;
  /** Smallest and largest value, where there are values. */
  readonly valueRange?: readonly [number, number];
  /** First and last time, where there are times. */
  readonly timeRange?: readonly [number, number];
  /** How many rows are of each type, where there are types. */
  readonly rowsPerType?: Readonly<Record<string, number>>;
}

export function summarize(data: Interactions): Summary {
  const perUser = countsOf(data.user, data.users.size)
    .filter((count) => count > 0)
    .sort();
  const perItem = countsOf(data.item, data.items.size)
    .filter((count) => count > 0)
    .sort();
  const pairs = data.byUser().items.length;
  const cells = perUser.length * perItem.length;
  return {
    rows: data.length,
    users: perUser.length,
    items: perItem.length,
    density: cells === 0 ? 0 : pairs / cells,
    duplicates: data.length - pairs,
    minPerUser: perUser.at(0) ?? 0,
    medianPerUser: median(perUser),
    maxPerUser: perUser.at(-1) ?? 0,
    minPerItem: perItem.at(0) ?? 0,
    medianPerItem: median(perItem),
    maxPerItem: perItem.at(-1) ?? 0,
    ...(data.value && data.length > 0 && { valueRange: rangeOf(data.value) }),
    ...(data.time && data.length > 0 && { timeRange: rangeOf(data.time) }),
    ...(data.types && data.type && { rowsPerType: perType(data.types, data.type) }),
  };
}

function perType(types: Vocabulary, type: Uint32Array): Record<string, number> {
  const counts = countsOf(type, types.size);
  return Object.fromEntries(types.ids().map((name, n) => [name, counts[n]]));
}

function median(sorted: Uint32Array): number {
  if (sorted.length === 0) return 0;
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function rangeOf(column: Float32Array | Float64Array): [number, number] {
  let least = Infinity;
  let most = -Infinity;
  for (let i = 0; i < column.length; i++) {
    if (column[i] < least) least = column[i];
    if (column[i] > most) most = column[i];
  }
  return [least, most];
}
