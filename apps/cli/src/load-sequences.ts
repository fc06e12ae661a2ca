import { type ItemPairs, readInteractions, readSequences, Sequences } from "@kith/data";
import { UsageError } from "./errors.ts";
import type { FamilyFlags, Prepared } from "./families/family.ts";
import { openBytes } from "./files.ts";
import { DEMO, loadInteractions } from "./load-data.ts";
import { loadLabelled } from "./load-pairs.ts";
import { checkAnyKnown, knownTo, partSizes } from "./prepare-pairs.ts";
import {
  interactionOptions,
  type ReadFlags,
  type SequenceFlags,
  sequenceOptions,
  tellBadRows,
  withoutFileFlags,
} from "./read-flags.ts";
import { count, type Tell } from "./words.ts";

/**
 * Reads a file of sequences, one a line; or one of events with columns of users and items, whose items by user, in order of time, are the sequences;
 * or the embedded data. The file's columns say which it is, unless flags do.
 */
export async function loadSequences(
  path: string,
  flags: SequenceFlags & ReadFlags,
  tell: Tell,
  signal?: AbortSignal,
): Promise<Sequences> {
  const hasUsers = [flags.userCol, flags.itemCol, flags.timeCol].some((name) => name !== undefined);
  if (path === DEMO || hasUsers) return ofUsers(path, flags, tell, signal);
  try {
    const options = sequenceOptions(path, flags, signal);
    const { data, report } = await readSequences(await openBytes(path), options);
    tellBadRows(path, report, tell);
    if (report.empty > 0) tell(`${path}: ${count(report.empty, "empty sequence")} left out`);
    return data;
  } catch (error) {
    if (!(error instanceof Error && error.message.includes("no column looks like the sequences")))
      throw error;
    try {
      return await ofUsers(path, flags, tell, signal);
    } catch (other) {
      throw other instanceof Error && other.message.includes("no column looks like")
        ? error
        : other;
    }
  }
}

async function ofUsers(
  path: string,
  flags: ReadFlags,
  tell: Tell,
  signal: AbortSignal | undefined,
): Promise<Sequences> {
  if (path === DEMO)
    return Sequences.fromInteractions((await loadInteractions(DEMO, {}, tell, signal)).data);
  const options = interactionOptions(path, { ...flags, valueCol: false }, signal);
  const { data, report } = await readInteractions(await openBytes(path), options);
  tellBadRows(path, report, tell);
  if (!data.time)
    tell(`${path}: no column of times: the items of a user are in the order of the rows`);
  return Sequences.fromInteractions(data);
}

/** Reads sequences to learn from, and labelled pairs to be measured on. */
export async function prepareSequences(
  flags: FamilyFlags,
  tell: Tell,
  signal: AbortSignal,
): Promise<Prepared<Sequences, ItemPairs>> {
  const { data: path, test: testPath, valid: validPath } = flags;
  if (path === undefined)
    throw new UsageError(
      "--data is missing: a file of sequences or of events, or demo for the embedded data",
    );
  const train = await loadSequences(path, flags, tell, signal);
  const part = async (flag: string, file: string | undefined) => {
    if (file === undefined) return undefined;
    const pairs = await loadLabelled(flag, file, withoutFileFlags(flags), tell, signal);
    checkAnyKnown(`${flag} ${file}`, pairs, knownTo(train.items));
    return pairs;
  };
  const validation = await part("--valid", validPath);
  const test = await part("--test", testPath);
  const { items, sequences, tokens } = train;
  return {
    train,
    ...(validation && { validation }),
    ...(test && { test }),
    facts: {
      dataHash: train.hash(),
      split: { kind: test ? "ready-made" : "none" },
      items: items.size,
      sequences,
      tokens,
      validationRows: validation?.length ?? 0,
      testRows: test?.length ?? 0,
    },
    summary: `${count(sequences, "sequence")} of ${count(tokens, "token")}, ${count(items.size, "item")}; ${partSizes(sequences, validation, test)}`,
  };
}
