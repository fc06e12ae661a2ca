import { KithError, OptionError, Rng } from "@kith/core-tensors";
import { checkOptions, finite, oneOf, share } from "./check-options.ts";
import { ContentHash } from "./content-hash.ts";
import type { Interactions } from "./interactions.ts";
import { amount, leakCheck, type Unseen, unseenIn } from "./leak-check.ts";
import {
  DIVIDE,
  FOLD_IN_TEST,
  FOLD_IN_VALIDATION,
  type SplitKind,
  TEST,
  TRAIN,
  VALIDATION,
} from "./split-kinds.ts";

/** Options of `split`. */
export interface SplitOptions {
  /** Default: "global-temporal" where there are times, else "random". */
  by?: SplitKind;
  /** The share for test, of rows or of held-out users. Default 0.2. Leave-one-out always takes one row. */
  test?: number;
  /** The share for validation; 0 for none. Default 0. For leave-one-out, any share above 0 takes one row. */
  validation?: number;
  /** Same seed and data, same split. Default 42. */
  seed?: number;
}

/** Interactions divided into what is learned from and what is asked for. All parts have the vocabularies of the whole. */
export interface Split {
  readonly train: Interactions;
  readonly validation?: Interactions;
  readonly test: Interactions;
  /** For held-out users: what may be known of them when their rows in `validation` and `test` are asked for. */
  readonly foldIn?: { readonly validation?: Interactions; readonly test: Interactions };
  readonly kind: SplitKind;
  readonly seed: number;
  /** 16 hexadecimal digits that cover content, kind and parameters: results can be compared when they are equal. */
  readonly hash: string;
  /** What of `test` training knows nothing about. */
  readonly unseen: Unseen;
  /** Sentences about what makes results of this split look better or worse than they are. */
  readonly warnings: readonly string[];
}

/**
 * Divides interactions into train, test and, on request, validation.
 *
 * - "global-temporal": one cut in time for all; the only one that keeps all of the future out of training
 * - "user-temporal": the last share of each user's rows
 * - "leave-one-out": the last row of each user, or a random one without times; users with fewer than 2 rows (3 with validation) stay in train
 * - "random": of each user's rows a random share, at least one stays in train
 * - "held-out-users": users of their own, with 80 % of their rows in `foldIn` and 20 % in `test`
 *
 * Equal times count in row order.
 * @throws OptionError for unknown or impossible options
 * @throws KithError when a temporal split is asked of data without times, or train or test would be empty
 */
export function split(data: Interactions, options: SplitOptions = {}): Split {
  checkOptions("split", options, {
    by: oneOf(...Object.keys(DIVIDE)),
    test: share,
    validation: { wanted: "0 or a share below 1", accepts: (v) => v === 0 || share.accepts(v) },
    seed: finite,
  });
  const { test = 0.2, validation = 0, seed = 42 } = options;
  const kind = options.by ?? (data.time ? "global-temporal" : "random");
  if (test + validation >= 1)
    throw new OptionError("split", "validation", `and "test" must leave something to train on`);
  if (data.length === 0) throw new KithError("split: there are no rows to divide");

  const parts = DIVIDE[kind](data, { test, validation }, new Rng(seed).fork(`split ${kind}`));
  const part = (which: number): Interactions => data.select((row) => parts[row] === which);
  const divided = {
    train: part(TRAIN),
    ...(validation > 0 && { validation: part(VALIDATION) }),
    test: part(TEST),
    ...(kind === "held-out-users" && {
      foldIn: {
        ...(validation > 0 && { validation: part(FOLD_IN_VALIDATION) }),
        test: part(FOLD_IN_TEST),
      },
    }),
  };
  checkParts(divided.train, divided.test, divided.validation);
  const unseen = unseenIn(divided.test, divided.train);
  return {
    ...divided,
    kind,
    seed,
    hash: new ContentHash()
      .text(data.hash())
      .text(JSON.stringify([kind, test, validation, seed]))
      .bytes(parts)
      .digest(),
    unseen,
    warnings: [
      ...leakCheck({ train: divided.train, test: divided.test }).map((leak) => leak.sentence),
      ...unseenWarnings(unseen, divided.test.length, kind),
    ],
  };
}

function checkParts(train: Interactions, test: Interactions, validation?: Interactions): void {
  for (const [name, part] of Object.entries({ train, validation, test })) {
    if (part?.length === 0)
      throw new KithError(
        `split: no row would be in ${name}; there are too few rows, or too few for each user`,
      );
  }
}

function unseenWarnings(unseen: Unseen, rows: number, kind: SplitKind): string[] {
  const warnings: string[] = [];
  if (unseen.users > 0 && kind !== "held-out-users")
    warnings.push(
      `${amount(unseen.rowsOfUsers, rows)} of test are of ${some(unseen.users, "user")} without a row in train.`,
    );
  if (unseen.items > 0)
    warnings.push(
      `${amount(unseen.rowsOfItems, rows)} of test are of ${some(unseen.items, "item")} without a row in train: no model that goes by ids can find them.`,
    );
  return warnings;
}

function some(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
