import { KithError } from "@kith/core-tensors";
import { checkOptions, count, flag } from "./check-options.ts";
import { countsOf } from "./rows-by-pair.ts";
import type { Sequences } from "./sequences.ts";

/** Options of `filterSessions`. */
export interface FilterSessionsOptions {
  /** Keep clicks on the item that was clicked just before. Default false. */
  repeats?: boolean;
  /** Clicks that a session must have. Default 2. */
  minLength?: number;
  /** Clicks that an item must have in all. Default 5. */
  minSupport?: number;
  /** Of a session longer than this the last clicks are kept. Default: all are. */
  maxLength?: number;
}

/** What a filter has dropped: each pair is before and after. */
export interface FilterSessionsReport {
  /** Rounds until nothing more had to go; 0 when nothing had to. */
  readonly rounds: number;
  readonly sessions: readonly [before: number, after: number];
  readonly clicks: readonly [before: number, after: number];
  readonly items: readonly [before: number, after: number];
  /** Clicks that went because they repeated the one before; they are among those of `clicks`. */
  readonly repeats: number;
}

/**
 * Sessions that are long enough, of items that are clicked often enough: repeated clicks go, of each run all but the first; then all but the last `maxLength` clicks of a session; then
 * round by round short sessions and rare items, since each that goes takes clicks from others, until all that is left has enough. Where an item goes from between two clicks on another,
 * the later of these goes as well, unless repeats are kept: the result has none. Its vocabulary is of what is left.
 * @throws OptionError for an unknown or ill-formed option
 * @throws KithError when nothing is left
 */
export function filterSessions(
  data: Sequences,
  options: FilterSessionsOptions = {},
): { data: Sequences; report: FilterSessionsReport } {
  checkOptions("filterSessions", options, {
    repeats: flag,
    minLength: count,
    minSupport: count,
    maxLength: count,
  });
  const { repeats = false, minLength = 2, minSupport = 5, maxLength } = options;
  let repeated = 0;
  const tidy = (sessions: Sequences): Sequences => {
    if (repeats) return sessions;
    const tidied = withoutRepeats(sessions);
    repeated += sessions.tokens - tidied.tokens;
    return tidied;
  };
  let rest = tidy(data);
  if (maxLength !== undefined) rest = lastOf(rest, maxLength);
  let rounds = rest.tokens < data.tokens ? 1 : 0;
  for (;;) {
    const { tokens, sequences, offsets } = rest;
    const long = rest.select((s) => offsets[s + 1] - offsets[s] >= minLength);
    const support = countsOf(long.values, long.items.size);
    const next = tidy(long.keep((click) => support[long.values[click]] >= minSupport));
    if (next.tokens === tokens && next.sequences === sequences) break;
    rest = next;
    rounds++;
  }
  if (rest.tokens === 0)
    throw new KithError(
      `filterSessions: nothing is left of ${data.sequences} sessions with at least ${minLength} clicks for each session and ${minSupport} for each item; ask for fewer`,
    );
  const kept = rest.compact();
  return {
    data: kept,
    report: {
      rounds,
      sessions: [data.sequences, kept.sequences],
      clicks: [data.tokens, kept.tokens],
      items: [occurring(data), kept.items.size],
      repeats: repeated,
    },
  };
}

function withoutRepeats(sessions: Sequences): Sequences {
  const { offsets, values } = sessions;
  const isFirst = new Uint8Array(values.length);
  for (let s = 0; s + 1 < offsets.length; s++)
    if (offsets[s] < offsets[s + 1]) isFirst[offsets[s]] = 1;
  return sessions.keep((click) => isFirst[click] === 1 || values[click] !== values[click - 1]);
}

function lastOf(sessions: Sequences, most: number): Sequences {
  const { offsets } = sessions;
  const left = new Uint32Array(sessions.tokens); // clicks that come after it in its session
  for (let s = 0; s + 1 < offsets.length; s++)
    for (let t = offsets[s]; t < offsets[s + 1]; t++) left[t] = offsets[s + 1] - 1 - t;
  return sessions.keep((click) => left[click] < most);
}

function occurring({ values, items }: Sequences): number {
  return countsOf(values, items.size).reduce((n, clicks) => n + Number(clicks > 0), 0);
}
