import type { Id, ItemPairs, Vocabulary } from "@kith/data";
import { splitPairs } from "@kith/sampling";
import { CliError, UsageError } from "./errors.ts";
import type { FamilyFlags, Prepared } from "./families/family.ts";
import { loadEdges, loadLabelled } from "./load-pairs.ts";
import { count, number, type Tell } from "./words.ts";

/** Whether a model will know an item, as far as is known before training. */
export type IsKnown = (item: Id) => boolean;

/** The items of some vocabularies. */
export function knownTo(...vocabularies: readonly Vocabulary[]): IsKnown {
  return (item) => vocabularies.some((vocabulary) => vocabulary.has(item));
}

/** Pairs in parts, and how they were made. */
interface Parts {
  readonly train: ItemPairs;
  readonly validation?: ItemPairs | undefined;
  readonly test?: ItemPairs | undefined;
  readonly split: Readonly<Record<string, unknown>> & { readonly kind: string };
  /** What the parts to be measured on are called in messages. */
  readonly names: { readonly validation: string; readonly test: string };
}

/**
 * Reads and divides pairs of items.
 * @param alsoKnown items that the model will know beside those of the pairs
 */
export async function preparePairs(
  flags: FamilyFlags,
  tell: Tell,
  signal: AbortSignal,
  alsoKnown: IsKnown = () => false,
): Promise<Prepared<ItemPairs, ItemPairs>> {
  const { data: path, test: testPath, valid: validPath } = flags;
  if (path === undefined)
    throw new UsageError(
      "--data is missing: a file of pairs of items, or demo for the embedded data",
    );
  if (validPath !== undefined && testPath === undefined && flags.split !== "none")
    throw new UsageError(
      "--valid comes with --test, or with --split none when nothing is to be tested",
    );
  const data = await loadEdges(path, flags, tell, signal);
  const isDivided = testPath === undefined && flags.split !== "none";
  const parts = isDivided
    ? divided(path, data, flags)
    : await readyMade(path, data, flags, tell, signal);
  const { validation, test, split } = parts;
  const train = parts.train.compact(); // a model has no answer for items that it never saw
  const isKnown: IsKnown = (item) => train.items.has(item) || alsoKnown(item);
  for (const part of ["validation", "test"] as const) {
    const pairs = parts[part];
    if (!pairs) continue;
    checkAnyKnown(parts.names[part], pairs, isKnown);
    if (!isDivided) tellLeaks(parts.names[part], train, pairs, tell);
  }
  const { length, relations } = data;
  return {
    train,
    ...(validation && { validation }),
    ...(test && { test }),
    facts: {
      dataHash: data.hash(),
      split,
      items: train.items.size,
      ...(relations && { relations: relations.size }),
      rows: length,
      trainRows: train.length,
      validationRows: validation?.length ?? 0,
      testRows: test?.length ?? 0,
    },
    summary: `${count(length, "pair")} of ${count(data.items.size, "item")}; split ${split.kind}: ${partSizes(train.length, validation, test)}`,
    heldOut:
      train.length < length
        ? `trained on ${number(train.length)} of ${count(length, "pair")}; ${isDivided ? "--split none" : "--validation-share 0"} trains on all of them`
        : undefined,
  };
}

/** "100 to train on, 20 to validate, 40 to test". */
export function partSizes(train: number, validation?: ItemPairs, test?: ItemPairs): string {
  const parts = [`${number(train)} to train on`];
  if (validation) parts.push(`${number(validation.length)} to validate`);
  if (test) parts.push(`${number(test.length)} to test`);
  return parts.join(", ");
}

/** Checks before training what measuring would find out after it: that some pair can be scored. */
export function checkAnyKnown(name: string, pairs: ItemPairs, isKnown: IsKnown): void {
  const known = Uint8Array.from(pairs.items, (item) => Number(isKnown(item)));
  for (let row = 0; row < pairs.length; row++)
    if (known[pairs.source[row]] + known[pairs.target[row]] === 2) return;
  throw new CliError(`${name} has no pair whose items are both in the training data`);
}

const SPLIT_SEED = 42;

function divided(path: string, data: ItemPairs, flags: FamilyFlags): Parts {
  const { split: by = "pairs", testShare = 0.2, validationShare = 0.1 } = flags;
  if (testShare + validationShare >= 1)
    throw new UsageError("--test-share and --validation-share must leave something to train on");
  const made = splitOf(path, data, { ...flags, testShare, validationShare });
  const { train, validation, test, heldOutItems } = made;
  const seed = flags.splitSeed ?? SPLIT_SEED;
  return {
    train,
    validation,
    test,
    split: { kind: by, seed, hash: test.hash(), ...(by === "items" && { heldOutItems }) },
    names: { validation: `${path}: the validation part`, test: `${path}: the test part` },
  };
}

async function readyMade(
  path: string,
  data: ItemPairs,
  flags: FamilyFlags,
  tell: Tell,
  signal: AbortSignal,
): Promise<Parts> {
  const { valid, test: testPath, validationShare } = flags;
  const read = async (flag: string, file: string | undefined) =>
    file === undefined ? undefined : loadLabelled(flag, file, flags, tell, signal);
  const validation = await read("--valid", valid);
  const test = await read("--test", testPath);
  const own =
    validationShare && !validation
      ? splitOf(path, data, { ...flags, testShare: validationShare, validationShare: 0 })
      : undefined;
  return {
    train: own?.train ?? data,
    validation: validation ?? own?.test,
    test,
    split: { kind: test ? "ready-made" : "none" },
    names: {
      validation: own ? `${path}: the validation part` : `--valid ${valid}`,
      test: `--test ${testPath}`,
    },
  };
}

function splitOf(
  path: string,
  data: ItemPairs,
  { split, testShare = 0, validationShare = 0, splitSeed = SPLIT_SEED }: FamilyFlags,
): ReturnType<typeof splitPairs> {
  const by = split === "items" ? "items" : "pairs";
  try {
    return splitPairs(data, { by, test: testShare, validation: validationShare, seed: splitSeed });
  } catch (error) {
    const [, problem] =
      /^splitPairs: (.*?)(; split by "pairs")?$/.exec((error as Error).message) ?? [];
    if (problem === undefined) throw error;
    throw new CliError(
      `${path}: ${problem}; take ${by === "items" ? "--split pairs, " : ""}another --test-share, or --split none`,
    );
  }
}

/** Tells how many pairs that are to be predicted are there for all to see. */
function tellLeaks(name: string, train: ItemPairs, test: ItemPairs, tell: Tell): void {
  const { size } = test.items;
  const key = (a: number, b: number) => Math.min(a, b) * size + Math.max(a, b);
  const asked = new Map<number, number>();
  let positives = 0;
  for (let row = 0; row < test.length; row++)
    if (test.label?.[row] === 1) {
      const own = key(test.source[row], test.target[row]);
      asked.set(own, (asked.get(own) ?? 0) + 1);
      positives++;
    }
  const to = train.items.indicesIn(test.items);
  let leaks = 0;
  for (let row = 0; row < train.length; row++) {
    const [a, b] = [to[train.source[row]], to[train.target[row]]];
    if (a < 0 || b < 0) continue;
    const own = key(a, b);
    leaks += asked.get(own) ?? 0;
    asked.delete(own);
  }
  if (leaks > 0)
    tell(
      `${name}: ${number(leaks)} of the ${number(positives)} pairs of label 1 are in the training data, too, in either order and of any relation: the figures are better than those of new pairs`,
    );
}
