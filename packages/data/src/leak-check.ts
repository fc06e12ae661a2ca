import type { Interactions } from "./interactions.ts";
import { countsOf } from "./rows-by-pair.ts";

/** The parts of a split. */
export interface Parts {
  readonly train: Interactions;
  readonly validation?: Interactions | undefined;
  readonly test: Interactions;
}

/** One way in which what is to be predicted has got into what is learned from. */
export interface Leak {
  /**
   * "pair-in-both": rows of `into` whose (user, item) is in `from` too.
   * "future": rows of `from` later than the earliest row of `into`.
   * "own-future": rows of `from` later than the earliest row of the same user in `into`.
   */
  readonly kind: "pair-in-both" | "future" | "own-future";
  /** What a model learns from. */
  readonly from: "train" | "validation";
  /** What it is then asked for. */
  readonly into: "validation" | "test";
  /** How many rows: of `into` for pairs, else of `from`. */
  readonly rows: number;
  /** The same as a share of those rows, from 0 to 1. */
  readonly share: number;
  /** What it means, in a sentence. */
  readonly sentence: string;
}

/** Looks for the ways in which a split, ours or a ready-made one, makes models seem better than they are. Parts with other vocabularies are aligned with training's first. */
export function leakCheck({ train, validation, test }: Parts): Leak[] {
  const [known, asked] = [validation, test].map((part) => part && aligned(part, train));
  return [
    ...(known ? leaksBetween("train", train, "validation", known) : []),
    ...(asked ? leaksBetween("train", train, "test", asked) : []),
    ...(known && asked ? leaksBetween("validation", known, "test", asked) : []),
  ];
}

function leaksBetween(
  from: Leak["from"],
  source: Interactions,
  into: Leak["into"],
  target: Interactions,
): Leak[] {
  const leaks: Leak[] = [];
  const found = (kind: Leak["kind"], rows: number, of: number, sentence: string) => {
    if (rows > 0) leaks.push({ kind, from, into, rows, share: rows / of, sentence });
  };
  const pairs = rowsInBoth(source, target);
  found(
    "pair-in-both",
    pairs,
    target.length,
    `${amount(pairs, target.length)} of ${into} repeat a user and item of ${from}: what is asked for has been seen.`,
  );
  const [future, own] = rowsAfter(source, target);
  found(
    "future",
    future,
    source.length,
    `${amount(future, source.length)} of ${from} are later than the earliest of ${into}: the model learns from a future it would not know; a global temporal split avoids that.`,
  );
  found(
    "own-future",
    own,
    source.length,
    `${amount(own, source.length)} of ${from} are later than a row of ${into} of the same user: the model learns what a user did afterwards; a temporal split avoids that.`,
  );
  return leaks;
}

/** Rows of `target` whose pair is in `source`. */
function rowsInBoth(source: Interactions, target: Interactions): number {
  const { offsets, items } = source.byUser();
  let both = 0;
  for (let row = 0; row < target.length; row++) {
    const user = target.user[row];
    let low = offsets[user];
    let high = offsets[user + 1];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (items[middle] < target.item[row]) low = middle + 1;
      else high = middle;
    }
    if (low < offsets[user + 1] && items[low] === target.item[row]) both++;
  }
  return both;
}

/** Rows of `source` later than the earliest of `target`: of all, and of the same user. */
function rowsAfter(source: Interactions, target: Interactions): [future: number, own: number] {
  if (!source.time || !target.time) return [0, 0];
  const earliest = new Float64Array(source.users.size).fill(Number.POSITIVE_INFINITY);
  let first = Number.POSITIVE_INFINITY;
  for (let row = 0; row < target.length; row++) {
    earliest[target.user[row]] = Math.min(earliest[target.user[row]], target.time[row]);
    first = Math.min(first, target.time[row]);
  }
  let future = 0;
  let own = 0;
  for (let row = 0; row < source.length; row++) {
    if (source.time[row] > first) future++;
    if (source.time[row] > earliest[source.user[row]]) own++;
  }
  return [future, own];
}

/** What a part holds that training does not: there is nothing to be learned about it. */
export interface Unseen {
  readonly users: number;
  readonly items: number;
  /** Rows of those users. */
  readonly rowsOfUsers: number;
  readonly rowsOfItems: number;
}

/** Users and items of `part` without a row in `train`, which has the same vocabularies. */
export function unseenIn(part: Interactions, train: Interactions): Unseen {
  const unseen = (asked: Uint32Array, known: Uint32Array, size: number) => {
    const inTrain = countsOf(known, size);
    const counts = countsOf(asked, size).filter((_, i) => inTrain[i] === 0);
    return [counts.filter((n) => n > 0).length, counts.reduce((sum, n) => sum + n, 0)];
  };
  const [users, rowsOfUsers] = unseen(part.user, train.user, train.users.size);
  const [items, rowsOfItems] = unseen(part.item, train.item, train.items.size);
  return { users, items, rowsOfUsers, rowsOfItems };
}

function aligned(part: Interactions, train: Interactions): Interactions {
  if (part.users === train.users && part.items === train.items) return part;
  return part.alignTo(train.users, train.items).data;
}

/** "12 of 40 rows (30 %)" */
export function amount(rows: number, of: number): string {
  const percent = (100 * rows) / of;
  const shown = percent > 0 && percent < 1 ? "under 1" : percent.toFixed(0);
  return `${rows} of ${of} rows (${shown} %)`;
}
