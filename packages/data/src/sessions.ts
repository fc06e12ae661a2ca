import { KithError } from "@kith/core-tensors";
import { checkOptions, positive } from "./check-options.ts";
import type { Interactions } from "./interactions.ts";
import { IndexList } from "./row-blocks.ts";
import { sortedBy } from "./rows-by-pair.ts";
import { Sequences } from "./sequences.ts";
import { rowsByTime } from "./time-order.ts";

/** Options of `sessionsFrom`. */
export interface SessionsFromOptions {
  /** A session ends where more than so much time passes before the user's next event, in the unit of the times: seconds where a reader made them of dates. Default: never. */
  gap?: number;
}

/**
 * Sessions of events: what each user did in order of time, equal times in row order, cut at gaps. Without a gap each user is one session, which is right where the
 * user column holds the id of a session. Sessions are in the order of their first events; without times, of their first rows.
 * @throws OptionError for an unknown or ill-formed option
 * @throws KithError for a gap in data without times
 */
export function sessionsFrom(data: Interactions, options: SessionsFromOptions = {}): Sequences {
  checkOptions("sessionsFrom", options, { gap: positive });
  const { users, items, user, item, time, length } = data;
  const gap = options.gap ?? Number.POSITIVE_INFINITY;
  if (options.gap !== undefined && !time)
    throw new KithError(
      "sessionsFrom: a gap needs times, and this data has none; read the file with its timeColumn",
    );
  const rows = sortedBy(user, users.size, time && rowsByTime(time));
  const starts = new IndexList();
  for (let n = 0; n < length; n++) {
    const [row, before] = [rows[n], rows[n - 1]];
    const begins =
      n === 0 || user[row] !== user[before] || (time && time[row] - time[before] > gap);
    if (begins) starts.add(n);
  }
  starts.add(length);
  const offsets = starts.take();
  const sequences = Sequences.fromColumns({
    items,
    offsets,
    values: rows.map((row) => item[row]),
    times: time && Float64Array.from(rows, (row) => time[row]),
  });
  const first = Float64Array.from(offsets.subarray(0, -1), (n) => (time ? time[rows[n]] : rows[n]));
  return sequences.select(rowsByTime(first));
}
