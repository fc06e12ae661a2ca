import { KithError, OptionError } from "@kith/core-tensors";
import { checkOptions, finite, oneOf, positive, share } from "./check-options.ts";
import { ContentHash } from "./content-hash.ts";
import type { Sequences } from "./sequences.ts";

/** Options of `splitSessions`. */
export interface SplitSessionsOptions {
  /** "days": by time; "share": by order. Default: "days" where there are times, else "share". */
  by?: "days" | "share";
  /** "days": sessions whose last click is within so many days of the latest are for test. Default 1. */
  testDays?: number;
  /** "days": those within so many days before are for validation. Default 0: none. */
  validationDays?: number;
  /** "share": the share of sessions at the end that is for test. Default 0.1. */
  test?: number;
  /** "share": the share before that is for validation. Default 0: none. */
  validation?: number;
}

/** Sessions divided into what is learned from and what is asked for. All parts have the vocabulary of `train`. */
export interface SessionSplit {
  readonly train: Sequences;
  readonly validation?: Sequences;
  readonly test: Sequences;
  readonly kind: "days" | "share";
  /** 16 hexadecimal digits that cover content, kind and parameters: results can be compared when they are equal. */
  readonly hash: string;
  /** Of validation and test: clicks on items that training does not have, and sessions that had fewer than two clicks left. */
  readonly dropped: { readonly clicks: number; readonly sessions: number };
}

const DAY = 86_400;

/**
 * Divides sessions in time. By days, of 86,400 seconds, which must be the unit of the times, it goes by the time of a session's last click, as GRU4Rec's authors do (but for one that ends
 * exactly where the days of test begin: theirs is for test, here it is for training). All of training is over when the days of test begin, and a session that began before them and ends
 * within them is for test. By share it goes by the order of the sessions, which is all there is without times; those of `sessionsFrom` are in the order of their first clicks, so that
 * one of training may still be going on when one of test begins. Items that training does not have are left out of validation and test, and then sessions of fewer than two clicks.
 * @throws OptionError for an unknown or ill-formed option, or one of the other kind
 * @throws KithError when a split by days is asked of data without times, or a part would be empty
 */
export function splitSessions(data: Sequences, options: SplitSessionsOptions = {}): SessionSplit {
  const zeroOr = (wanted: typeof share, words: string) => ({
    wanted: words,
    accepts: (value: unknown) => value === 0 || wanted.accepts(value),
  });
  checkOptions("splitSessions", options, {
    by: oneOf("days", "share"),
    testDays: positive,
    validationDays: {
      wanted: "a finite number of at least 0",
      accepts: (v) => finite.accepts(v) && (v as number) >= 0,
    },
    test: share,
    validation: zeroOr(share, "0 or a share below 1"),
  });
  const kind = options.by ?? (data.times ? "days" : "share");
  const foreign =
    kind === "days" ? (["test", "validation"] as const) : (["testDays", "validationDays"] as const);
  for (const name of foreign)
    if (options[name] !== undefined)
      throw new OptionError(
        "splitSessions",
        name,
        `is not for a split by ${kind}; it takes ${kind === "days" ? "testDays and validationDays" : "test and validation"}`,
      );
  const sizes =
    kind === "days"
      ? [options.testDays ?? 1, options.validationDays ?? 0]
      : [options.test ?? 0.1, options.validation ?? 0];
  const part = kind === "days" ? byDays(data, sizes) : byShare(data, sizes);
  const train = data.select((s) => part[s] === TRAIN).compact();
  const dropped = { clicks: 0, sessions: 0 };
  const asked = (which: number): Sequences => {
    const { data: known, tokensLeftOut } = data
      .select((s) => part[s] === which)
      .alignTo(train.items);
    const long = known.select((s) => known.offsets[s + 1] - known.offsets[s] >= 2);
    dropped.clicks += tokensLeftOut;
    dropped.sessions += known.sequences - long.sequences;
    return long;
  };
  const test = asked(TEST);
  const validation = sizes[1] > 0 ? asked(VALIDATION) : undefined;
  for (const [name, sessions] of Object.entries({ train, validation, test }))
    if (sessions?.tokens === 0)
      throw new KithError(
        `splitSessions: no session would be in ${name}; there are too few, or all within the same days, or of items that training does not have`,
      );
  return {
    train,
    ...(validation && { validation }),
    test,
    kind,
    hash: new ContentHash()
      .text(data.hash())
      .text(JSON.stringify([kind, ...sizes]))
      .bytes(part)
      .digest(),
    dropped,
  };
}

const TRAIN = 0;
const VALIDATION = 1;
const TEST = 2;

function byDays(
  { times, offsets, sequences }: Sequences,
  [test, validation]: number[],
): Uint8Array {
  if (!times)
    throw new KithError(
      'splitSessions: a split by days needs times, and these sessions have none; take by: "share"',
    );
  let latest = Number.NEGATIVE_INFINITY;
  for (let t = 0; t < times.length; t++) latest = Math.max(latest, times[t]);
  return Uint8Array.from({ length: sequences }, (_, s) => {
    const last = times[offsets[s + 1] - 1];
    if (offsets[s] === offsets[s + 1] || last <= latest - (test + validation) * DAY) return TRAIN;
    return last > latest - test * DAY ? TEST : VALIDATION;
  });
}

function byShare({ sequences }: Sequences, [test, validation]: number[]): Uint8Array {
  if (test + validation >= 1)
    throw new OptionError(
      "splitSessions",
      "validation",
      `and "test" must leave something to train on`,
    );
  const inTest = Math.round(sequences * test);
  const inValidation = Math.round(sequences * validation);
  return Uint8Array.from({ length: sequences }, (_, s) => {
    if (s >= sequences - inTest) return TEST;
    return s >= sequences - inTest - inValidation ? VALIDATION : TRAIN;
  });
}
