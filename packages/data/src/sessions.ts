import { KithError } from "@kith/core-tensors";
import { checkOptions, positive } from "./check-options.ts";
import { gathered } from "./choose-rows.ts";
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
 * user column holds the id of a session. Sessions are in the order of their first events, equal times in row order; without times, of their first rows. Linear in the rows.
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
  const inOrder = time && rowsByTime(time);
  const rows = sortedBy(user, users.size, inOrder);
  const starts = new IndexList();
  for (let n = 0; n < length; n++) {
    const row = rows[n];
    const before = rows[n - 1];
    const begins =
      n === 0 || user[row] !== user[before] || (time && time[row] - time[before] > gap);
    if (begins) starts.add(n);
  }
  starts.add(length);
  const offsets = starts.take();
  const sequences = Sequences.fromColumns({
    items,
    offsets,
    values: gathered(item, rows),
    times: time && gathered(time, rows),
  });
  return sequences.select(inOrderOf(gathered(rows, offsets.subarray(0, -1)), length, inOrder));
}

/** The sessions in the order in which their first rows come. Shape [sessions]. */
function inOrderOf(firsts: Uint32Array, length: number, rows?: Uint32Array): Uint32Array {
  const begins = new Uint32Array(length); // the session that a row begins, counted from 1
  for (let s = 0; s < firsts.length; s++) begins[firsts[s]] = s + 1;
  const sessions = new Uint32Array(firsts.length);
  for (let n = 0, next = 0; n < length; n++) {
    const session = begins[rows ? rows[n] : n];
    if (session > 0) sessions[next++] = session - 1;
  }
  return sessions;
}
