import {
  filterSessions,
  readInteractions,
  readSequences,
  type Sequences,
  sessionsFrom,
  splitSessions,
} from "@kith/data";
import { syntheticSessions } from "@kith/demo-data";
import { CliError, UsageError } from "./errors.ts";
import type { FamilyFlags, Prepared } from "./families/family.ts";
import { openBytes } from "./files.ts";
import { kebabCase } from "./letter-case.ts";
import { DEMO } from "./load-data.ts";
import {
  interactionOptions,
  type ReadFlags,
  type SequenceFlags,
  sequenceOptions,
  tellBadRows,
  withoutFileFlags,
} from "./read-flags.ts";
import { count, number, type Tell } from "./words.ts";

/** How events become sessions. */
export interface SessionFlags {
  /** Cut where more than so much time passes. */
  readonly gap?: number;
  readonly dropRepeats?: boolean;
  readonly testDays?: number;
  readonly validationDays?: number;
}

/** The split of the embedded sessions that `--test demo` measures on. */
const DEMO_DAYS = 3;

/**
 * Reads a file of sessions, one a line, or of events with a column of sessions or users, or the embedded synthetic sessions. The file's columns say
 * which it is, unless flags do.
 */
export async function loadSessions(
  path: string,
  flags: SessionFlags & SequenceFlags & ReadFlags,
  tell: Tell,
  signal?: AbortSignal,
): Promise<Sequences> {
  const hasUsers = [flags.userCol, flags.itemCol, flags.timeCol, flags.gap].some(
    (value) => value !== undefined,
  );
  if (path === DEMO || hasUsers) return ofEvents(path, flags, tell, signal);
  try {
    const options = sequenceOptions(path, flags, signal);
    const { data, report } = await readSequences(await openBytes(path), options);
    tellBadRows(path, report, tell);
    if (report.empty > 0) tell(`${path}: ${count(report.empty, "empty session")} left out`);
    return data;
  } catch (error) {
    if (!noColumn(error)) throw error;
    try {
      return await ofEvents(path, flags, tell, signal);
    } catch (other) {
      throw noColumn(other) ? error : other;
    }
  }
}

function noColumn(error: unknown): boolean {
  return error instanceof Error && error.message.includes("no column looks like");
}

async function ofEvents(
  path: string,
  flags: SessionFlags & ReadFlags,
  tell: Tell,
  signal: AbortSignal | undefined,
): Promise<Sequences> {
  const isDemo = path === DEMO;
  const { data, report } = await readInteractions(
    isDemo ? syntheticSessions().clicks : await openBytes(path),
    isDemo
      ? { name: "the demo sessions" }
      : interactionOptions(path, { ...flags, valueCol: false }, signal),
  );
  tellBadRows(path, report, tell);
  if (!data.time)
    tell(`${path}: no column of times: the clicks of a session are in the order of the rows`);
  return sessionsFrom(data, flags.gap === undefined ? {} : { gap: flags.gap });
}

/** Reads sessions, and divides them into what is learned from and what is asked for. */
export async function prepareSessions(
  flags: FamilyFlags,
  tell: Tell,
  signal: AbortSignal,
): Promise<Prepared<Sequences, Sequences>> {
  const { data: path, test: testPath, valid: validPath, split } = flags;
  if (path === undefined)
    throw new UsageError(
      "--data is missing: a file of sessions or of events, or demo for synthetic sessions",
    );
  if (validPath !== undefined && testPath === undefined && split !== "none")
    throw new UsageError(
      "--valid comes with --test, or with --split none when nothing is to be tested",
    );
  const all = filtered(await loadSessions(path, flags, tell, signal), flags, tell);
  const read = async (flag: string, file: string | undefined): Promise<Sequences | undefined> => {
    if (file === undefined) return undefined;
    const sessions = await loadSessions(file, withoutFileFlags(flags), tell, signal);
    checkAnyKnown(`${flag} ${file}`, sessions, all);
    return sessions;
  };
  const ready = testPath !== undefined || split === "none";
  const parts = ready
    ? { ...asked(all, flags), test: await read("--test", testPath) }
    : divided(all, flags);
  const validation = (await read("--valid", validPath)) ?? parts.validation;
  const { train, test, dropped } = parts;
  if (dropped.clicks > 0)
    tell(
      `${count(dropped.clicks, "held-out click")} on items that training does not have, and ${count(dropped.sessions, "session")} with fewer than two clicks left, are not asked for`,
    );
  const sizes = [`${number(train.sequences)} to train on`];
  if (validation) sizes.push(`${number(validation.sequences)} to validate`);
  if (test) sizes.push(`${number(test.sequences)} to test`);
  return {
    train,
    ...(validation && { validation }),
    ...(test && { test }),
    facts: {
      dataHash: all.hash(),
      split: {
        kind: ready ? (test ? "ready-made" : "none") : parts.kind,
        ...(parts.hash !== undefined && { hash: parts.hash }),
      },
      items: train.items.size,
      sessions: train.sequences,
      trainEvents: eventsOf(train),
      validationSessions: validation?.sequences ?? 0,
      testSessions: test?.sequences ?? 0,
    },
    summary: `${count(all.sequences, "session")} of ${count(all.tokens, "click")} on ${count(all.items.size, "item")}; split ${ready ? (test ? "ready-made" : "none") : `by ${parts.kind}, hash ${parts.hash}`}: ${sizes.join(", ")}`,
    heldOut:
      train.sequences < all.sequences
        ? `trained on ${number(train.sequences)} of ${count(all.sequences, "session")}; --split none trains on all of them`
        : undefined,
  };
}

/** The test part of the embedded sessions, or a file of sessions. */
export async function loadTestSessions(
  path: string,
  flags: FamilyFlags,
  tell: Tell,
  signal: AbortSignal,
): Promise<Sequences> {
  const sessions = await loadSessions(path, flags, tell, signal);
  return path === DEMO ? splitSessions(sessions, { testDays: DEMO_DAYS }).test : sessions;
}

/** Clicks that are foretold: all but the first of each session. */
function eventsOf({ offsets, sequences, tokens }: Sequences): number {
  let empty = 0;
  for (let s = 0; s < sequences; s++) if (offsets[s] === offsets[s + 1]) empty++;
  return tokens - sequences + empty;
}

interface Parts {
  readonly train: Sequences;
  readonly validation?: Sequences;
  readonly test?: Sequences | undefined;
  readonly kind?: string;
  readonly hash?: string;
  readonly dropped: { readonly clicks: number; readonly sessions: number };
}

function divided(all: Sequences, flags: FamilyFlags): Parts {
  const { data, split, testShare, validationShare, testDays, validationDays } = flags;
  const by = split ?? (all.times ? "days" : "share");
  const foreign =
    by === "days"
      ? (["testShare", "validationShare"] as const)
      : (["testDays", "validationDays"] as const);
  for (const flag of foreign)
    if (flags[flag] !== undefined)
      throw new UsageError(
        `--${kebabCase(flag)} is not for a split by ${by}${all.times || by === "days" ? "" : ", which is the one for data without times"}`,
      );
  if (by === "days" && !all.times)
    throw new UsageError("--split days needs times, and there are none; take --split share");
  return by === "days"
    ? splitSessions(all, {
        by,
        testDays: testDays ?? (data === DEMO ? DEMO_DAYS : 1),
        validationDays: validationDays ?? 0,
      })
    : splitSessions(all, {
        by: "share",
        test: testShare ?? 0.1,
        validation: validationShare ?? 0,
      });
}

/** A validation part of what would all be trained on, where one is asked for. */
function asked(all: Sequences, flags: FamilyFlags): Parts {
  const { validationShare: share, validationDays: days, valid } = flags;
  if ((!share && !days) || valid !== undefined)
    return { train: all, dropped: { clicks: 0, sessions: 0 } };
  const { train, test, dropped } = days
    ? splitSessions(all, { by: "days", testDays: days })
    : splitSessions(all, { by: "share", test: share as number });
  return { train, validation: test, dropped };
}

function filtered(
  sessions: Sequences,
  { dropRepeats = false, minUser = 0, minItem = 0 }: FamilyFlags,
  tell: Tell,
): Sequences {
  if (!dropRepeats && minUser === 0 && minItem === 0) return sessions;
  const { data, report } = filterSessions(sessions, {
    repeats: !dropRepeats,
    minLength: minUser,
    minSupport: minItem,
  });
  const [before, after] = report.clicks;
  tell(`${number(before - after)} of ${count(before, "click")} filtered out`);
  return data;
}

function checkAnyKnown(what: string, asked: Sequences, all: Sequences): void {
  const known = asked.alignTo(all.items).data;
  for (let s = 0; s < known.sequences; s++)
    if (known.offsets[s + 1] - known.offsets[s] >= 2) return;
  throw new CliError(
    `${what}: none of its ${count(asked.sequences, "session")} has two items of --data; such sessions cannot be measured on`,
  );
}
