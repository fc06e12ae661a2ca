import { KithError } from "@kith/core-tensors";
import { checkOptions, count } from "./check-options.ts";
import type { Interactions } from "./interactions.ts";
import { countsOf, sortedBy } from "./rows-by-pair.ts";

/** Least numbers of rows. */
export interface KCoreOptions {
  /** Rows that each user must have. Default 5. */
  user?: number;
  /** Rows that each item must have. Default 5. */
  item?: number;
}

/** What a filter has dropped: each pair is before and after. */
export interface KCoreReport {
  /** Rounds until nothing more had to go; 0 when nothing had to. */
  readonly rounds: number;
  readonly rows: readonly [before: number, after: number];
  readonly users: readonly [before: number, after: number];
  readonly items: readonly [before: number, after: number];
}

/** Users or items: their rows, how many are left, and which have too few. */
interface Side {
  readonly column: Uint32Array;
  readonly rows: Uint32Array;
  readonly starts: Uint32Array;
  readonly degrees: Uint32Array;
  readonly least: number;
  doomed: number[];
}

/**
 * The largest part of the data in which every user and every item has enough rows (the k-core). What has too few goes round
 * by round, since each one that goes takes rows from others; a queue keeps the whole linear in the rows. Repeated rows
 * count: deduplicate first if they should not. The result has vocabularies of what is left.
 * @throws KithError when nothing is left
 */
export function kCore(
  data: Interactions,
  options: KCoreOptions = {},
): { data: Interactions; report: KCoreReport } {
  checkOptions("kCore", options, { user: count, item: count });
  const users = sideOf(data.user, data.users.size, options.user ?? 5);
  const items = sideOf(data.item, data.items.size, options.item ?? 5);
  const before = [users, items].map(present);
  const gone = new Uint8Array(data.length);
  let rounds = 0;
  while (users.doomed.length > 0 || items.doomed.length > 0) {
    rounds++;
    const [doomedUsers, doomedItems] = [users.doomed, items.doomed];
    users.doomed = [];
    items.doomed = [];
    for (const user of doomedUsers) remove(users, user, items, gone);
    for (const item of doomedItems) remove(items, item, users, gone);
  }
  const kept = data.select((row) => gone[row] === 0);
  if (kept.length === 0)
    throw new KithError(
      `kCore: nothing is left of ${data.length} rows with at least ${users.least} for each user and ${items.least} for each item; ask for fewer`,
    );
  return {
    data: kept.compact(),
    report: {
      rounds,
      rows: [data.length, kept.length],
      users: [before[0], present(users)],
      items: [before[1], present(items)],
    },
  };
}

function sideOf(column: Uint32Array, size: number, least: number): Side {
  const degrees = countsOf(column, size);
  const starts = new Uint32Array(size + 1);
  const doomed: number[] = [];
  for (let i = 0; i < size; i++) {
    starts[i + 1] = starts[i] + degrees[i];
    if (degrees[i] > 0 && degrees[i] < least) doomed.push(i);
  }
  return { column, rows: sortedBy(column, size), starts, degrees, least, doomed };
}

/** Takes away the rows of `which`; whoever thereby falls below its least number is doomed, once. */
function remove(side: Side, which: number, other: Side, gone: Uint8Array): void {
  for (let i = side.starts[which]; i < side.starts[which + 1]; i++) {
    const row = side.rows[i];
    if (gone[row] === 1) continue;
    gone[row] = 1;
    side.degrees[which]--;
    const partner = other.column[row];
    if (other.degrees[partner]-- === other.least) other.doomed.push(partner);
  }
}

function present(side: Side): number {
  return side.degrees.reduce((n, degree) => n + Number(degree > 0), 0);
}
