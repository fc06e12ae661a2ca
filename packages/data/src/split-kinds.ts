import { KithError, type Rng } from "@kith/core-tensors";
import type { Interactions } from "./interactions.ts";
import { countsOf, sortedBy } from "./rows-by-pair.ts";
import { rowsByTime } from "./time-order.ts";

/** The part that a row falls into. */
export const TRAIN = 0;
export const VALIDATION = 1;
export const TEST = 2;
export const FOLD_IN_VALIDATION = 3;
export const FOLD_IN_TEST = 4;

/** How to divide rows. */
export type SplitKind =
  | "random"
  | "leave-one-out"
  | "user-temporal"
  | "global-temporal"
  | "held-out-users";

/** Shares of the whole, from 0 to 1. */
export interface Shares {
  readonly test: number;
  readonly validation: number;
}

/** Each row's part. Shape [rows]. */
export type Divide = (data: Interactions, shares: Shares, rng: Rng) => Uint8Array;

/** One function a kind. */
export const DIVIDE: Readonly<Record<SplitKind, Divide>> = {
  /** Of each user's rows a random share; shares of a row are rounded up or down at random, so that they hold on average. */
  random(data, { test, validation }, rng) {
    const parts = new Uint8Array(data.length);
    for (const rows of rowsOfUsers(data, rng)) {
      const inTest = Math.min(rows.length - 1, Math.floor(rows.length * test + rng.next()));
      const inValidation = Math.floor(rows.length * validation + rng.next());
      mark(parts, rows, inTest, Math.min(rows.length - 1 - inTest, inValidation));
    }
    return parts;
  },

  /** The last row of each user is for test, the last but one for validation; without times, random ones. */
  "leave-one-out"(data, { validation }, rng) {
    const parts = new Uint8Array(data.length);
    const out = validation > 0 ? 2 : 1;
    for (const rows of rowsOfUsers(data, data.time ? undefined : rng))
      if (rows.length > out) mark(parts, rows, 1, out - 1);
    return parts;
  },

  /** The last share of each user's rows, rounded to whole rows. */
  "user-temporal"(data, { test, validation }) {
    const parts = new Uint8Array(data.length);
    for (const rows of rowsOfUsers(data)) {
      const inTest = Math.min(rows.length - 1, Math.round(rows.length * test));
      const inValidation = Math.round(rows.length * validation);
      mark(parts, rows, inTest, Math.min(rows.length - 1 - inTest, inValidation));
    }
    return parts;
  },

  /** One cut in time for all. */
  "global-temporal"(data, { test, validation }) {
    const parts = new Uint8Array(data.length);
    const inTest = Math.round(data.length * test);
    mark(parts, rowsByTime(timesOf(data)), inTest, Math.round(data.length * validation));
    return parts;
  },

  /** Users of their own for test and validation; a fifth of their rows (the last, or random ones without times) is asked for, the others are for folding in. */
  "held-out-users"(data, { test, validation }, rng) {
    const parts = new Uint8Array(data.length);
    const users = rng.shuffle(
      [...rowsOfUsers(data, data.time ? undefined : rng)].filter((rows) => rows.length >= 2),
    );
    const inTest = Math.max(1, Math.round(users.length * test));
    const inValidation = validation > 0 ? Math.max(1, Math.round(users.length * validation)) : 0;
    if (users.length <= inTest + inValidation)
      throw new KithError(
        `split: holding users out needs more of them; only ${users.length} have at least 2 rows`,
      );
    for (const [i, rows] of users.slice(0, inTest + inValidation).entries()) {
      const asked = rows.length - Math.max(1, Math.round(rows.length * 0.2));
      for (const [k, row] of rows.entries()) {
        if (i < inTest) parts[row] = k < asked ? FOLD_IN_TEST : TEST;
        else parts[row] = k < asked ? FOLD_IN_VALIDATION : VALIDATION;
      }
    }
    return parts;
  },
};

/** The last `test` rows are for test, the `validation` before them for validation. */
function mark(parts: Uint8Array, rows: Uint32Array, test: number, validation: number): void {
  const cut = rows.length - test;
  for (let i = cut; i < rows.length; i++) parts[rows[i]] = TEST;
  for (let i = Math.max(0, cut - validation); i < cut; i++) parts[rows[i]] = VALIDATION;
}

/** The rows of each user who has any: shuffled when there is an rng, else from the earliest to the latest. */
function* rowsOfUsers(data: Interactions, rng?: Rng): Generator<Uint32Array, void, void> {
  const size = data.users.size;
  const rows = rng
    ? sortedBy(data.user, size)
    : sortedBy(data.user, size, rowsByTime(timesOf(data)));
  let start = 0;
  for (const count of countsOf(data.user, size)) {
    const own = rows.subarray(start, start + count);
    start += count;
    if (count > 0) yield rng ? rng.shuffle(own) : own;
  }
}

function timesOf(data: Interactions): Float64Array {
  if (data.time) return data.time;
  throw new KithError(
    'split: a temporal split needs times, and this data has none; take by: "random" or read the file with its timeColumn',
  );
}
