import {
  type Interactions,
  kCore,
  leakCheck,
  type ReadReport,
  readInteractions,
  type Split,
  type SplitKind,
  type SplitOptions,
  split,
} from "@kith/data";
import { debianDependencies } from "@kith/demo-data";
import { CliError, UsageError } from "./errors.ts";
import { openBytes } from "./files.ts";
import { interactionOptions, type ReadFlags, tellBadRows } from "./read-flags.ts";
import { anyOf, count, number, type Tell } from "./words.ts";

/** The name that stands for the embedded data. */
export const DEMO = "demo";

/** The split of the embedded data that `kith demo` trains on and `--test demo` measures on. */
export const DEMO_SPLIT: { data: string; validationShare: number } = {
  data: DEMO,
  validationShare: 0.05,
};

/** What is to be learned from and asked for. */
export interface DataFlags extends ReadFlags {
  readonly data?: string;
  readonly valid?: string;
  readonly test?: string;
  readonly split?: SplitKind | "none";
  readonly testShare?: number;
  readonly validationShare?: number;
  readonly splitSeed?: number;
  readonly minUser?: number;
  readonly minItem?: number;
  readonly duplicates?: "keep" | "first" | "last";
}

/** Data in the parts that training needs. */
export interface Loaded {
  /** With its own users and items only: a model has no answer for those that it never saw, and none made up. */
  readonly train: Interactions;
  readonly validation?: Interactions;
  readonly test?: Interactions;
  /** How the parts were made. */
  readonly split: { readonly kind: string; readonly seed?: number; readonly hash?: string };
  /** A hash of all that was read. */
  readonly hash: string;
  /** Of all parts together. */
  readonly rows: number;
  /** Of the training data and what was split from it. */
  readonly users: number;
  readonly items: number;
}

/**
 * Reads a file of interactions, or the embedded data. Tells what was left out and what came twice.
 * @throws CliError or FormatError naming the file and what is wrong with it
 */
export async function loadInteractions(
  path: string,
  flags: ReadFlags,
  tell: Tell,
  signal?: AbortSignal,
): Promise<{ data: Interactions; report: ReadReport }> {
  const isDemo = path === DEMO;
  const bytes = isDemo ? (await debianDependencies()).interactions : await openBytes(path);
  const read = await readInteractions(
    bytes,
    isDemo ? { name: "the demo data" } : interactionOptions(path, flags, signal),
  );
  const { report } = read;
  tellBadRows(path, report, tell);
  if (report.duplicates > 0)
    tell(
      `${path}: ${count(report.duplicates, "row")} with a user and item that an earlier row has already`,
    );
  return read;
}

/** Reads and divides what to train on, validate with and test on. */
export async function loadData(
  flags: DataFlags,
  tell: Tell,
  signal?: AbortSignal,
): Promise<Loaded> {
  const { data: path, test: testPath, valid: validPath } = flags;
  if (path === undefined)
    throw new UsageError(
      "--data is missing: a file of users and items, or demo for the embedded data",
    );
  if (validPath !== undefined && testPath === undefined && flags.split !== "none")
    throw new UsageError(
      "--valid comes with --test, or with --split none when nothing is to be tested",
    );
  let { data } = await loadInteractions(path, flags, tell, signal);
  data = filtered(data, flags, tell);
  checkLearnable(path, data);
  const hash = data.hash();
  const sizes = { users: data.users.size, items: data.items.size };
  if (testPath === undefined && flags.split !== "none")
    return divided(path, data, hash, flags, tell);

  const read = async (file: string | undefined): Promise<Interactions | undefined> =>
    file === undefined ? undefined : (await loadInteractions(file, flags, tell, signal)).data;
  const parts = { train: data, validation: await read(validPath), test: await read(testPath) };
  if (flags.validationShare && !parts.validation) {
    const by = splitKind(flags);
    const ways = waysOut(data, flags, "validation");
    const own = splitOf(path, data, () => ways, {
      ...(by && { by }),
      test: flags.validationShare,
      ...seedOf(flags),
    });
    parts.train = own.train.compact();
    parts.validation = own.test;
    checkAnyKnown(`${path}: the validation part`, parts.train, own.test, `; take ${ways}`);
  }
  const { train, validation, test } = parts;
  if (validPath !== undefined)
    checkAnyKnown(
      `--valid ${validPath}`,
      train,
      validation,
      " of --data; such rows cannot be measured on",
    );
  if (testPath !== undefined)
    checkAnyKnown(`--test ${testPath}`, train, test, " of --data; such rows cannot be measured on");
  if (test) for (const leak of leakCheck({ train, validation, test })) tell(leak.sentence);
  return {
    train,
    ...(validation && { validation }),
    ...(test && { test }),
    split: { kind: test ? "ready-made" : "none" },
    hash,
    rows: train.length + (validation?.length ?? 0) + (test?.length ?? 0),
    ...sizes,
  };
}

/** @throws CliError for data from which nothing can be learned */
function checkLearnable(path: string, data: Interactions): void {
  const { users, items } = data.summary();
  for (const [noun, size] of Object.entries({ user: users, item: items }))
    if (size < 2)
      throw new CliError(
        `${path} has only one ${noun}: at least two are needed, or there is nothing to compare`,
      );
}

function divided(
  path: string,
  data: Interactions,
  hash: string,
  flags: DataFlags,
  tell: Tell,
): Loaded {
  const { testShare = 0.2, validationShare = 0.1 } = flags;
  if (testShare + validationShare >= 1)
    throw new UsageError("--test-share and --validation-share must leave something to train on");
  const by = splitKind(flags);
  if (!data.time && (by === "global-temporal" || by === "user-temporal"))
    throw new CliError(
      `--split ${by} needs times, and ${flags.data === DEMO ? "the demo data has none" : `${flags.data} has no column that looks like them`}; name it with --time-col or take --split random`,
    );
  const ways = (part: string) => waysOut(data, flags, part);
  const made = splitOf(path, data, ways, {
    ...(by && { by }),
    test: testShare,
    validation: validationShare,
    ...seedOf(flags),
  });
  const train = made.train.compact();
  for (const part of ["validation", "test"] as const)
    checkAnyKnown(
      `${path}: the ${part} part of --split ${made.kind}`,
      train,
      made[part],
      `; take ${ways(part)}`,
    );
  for (const warning of made.warnings) tell(warning);
  return {
    train,
    ...(made.validation && { validation: made.validation }),
    test: made.test,
    split: { kind: made.kind, seed: made.seed, hash: made.hash },
    hash,
    rows: data.length,
    users: data.users.size,
    items: data.items.size,
  };
}

/** Divides data; when a part would be empty, names the file and the ways out. */
function splitOf(
  path: string,
  data: Interactions,
  ways: (part: string) => string,
  options: SplitOptions,
): Split {
  try {
    return split(data, options);
  } catch (error) {
    const [, part] = /^split: no row would be in (\w+)/.exec((error as Error).message) ?? [];
    if (part === undefined) throw error;
    throw new CliError(
      `${path}: ${(error as Error).message.replace(/^split: /, "")}; take ${ways(part)}`,
    );
  }
}

/** Checks before training what measuring would find out after it: that the model knows somebody in a part. */
function checkAnyKnown(
  name: string,
  train: Interactions,
  part: Interactions | undefined,
  rest: string,
): void {
  if (part === undefined) return;
  const { offsets } = part.byUser();
  for (let user = 0; user < part.users.size; user++)
    if (offsets[user] < offsets[user + 1] && train.users.has(part.users.id(user))) return;
  throw new CliError(`${name} has no user with rows in the training part${rest}`);
}

/** Flags that help when a part of a split is of no use. */
function waysOut(data: Interactions, flags: DataFlags, part: string): string {
  const kind = splitKind(flags) ?? (data.time ? "global-temporal" : "random");
  const ways =
    flags.split === "none" || flags.test !== undefined
      ? []
      : [
          ...(data.time && kind !== "user-temporal" ? ["--split user-temporal"] : []),
          ...(kind === "random" ? [] : ["--split random"]),
          "--split none",
        ];
  if (part !== "test") ways.push("--validation-share 0");
  return anyOf(ways);
}

function filtered(data: Interactions, flags: DataFlags, tell: Tell): Interactions {
  let left = data;
  if (flags.duplicates === "first" || flags.duplicates === "last") {
    const { data: once, removed } = left.deduplicate({ keep: flags.duplicates });
    if (removed > 0)
      tell(
        `${count(removed, "repeated row")} removed; the ${flags.duplicates} of each user and item is kept`,
      );
    left = once;
  }
  if (flags.minUser === undefined && flags.minItem === undefined) return left;
  const { data: core, report } = kCore(left, {
    user: flags.minUser ?? 0,
    item: flags.minItem ?? 0,
  });
  const { rows, users, items } = report;
  tell(
    `of ${number(rows[0])} rows, ${number(users[0])} users and ${number(items[0])} items, ${number(rows[1])}, ${number(users[1])} and ${number(items[1])} are left after the filter`,
  );
  return core;
}

function splitKind({ split: kind }: DataFlags): SplitKind | undefined {
  return kind === "none" ? undefined : kind;
}

function seedOf({ splitSeed }: DataFlags): { seed?: number } {
  return splitSeed === undefined ? {} : { seed: splitSeed };
}
