/** Sessions of different lengths side by side without padding: the clicks of step 0 of all, then those of step 1 of all that have one, and so on. */
export interface Packed {
  /** The sessions, the longest first, as they were numbered. Shape [sessions]. */
  readonly order: Uint32Array;
  /** How many have a click at each step: the first ones of `order`. */
  readonly active: readonly number[];
  /** The items, step by step. Shape [clicks]. */
  readonly items: Uint32Array;
  /** Where in `items` the clicks of the sessions are: those of session n of `order` are places[offsets[n]] … places[offsets[n + 1]], in order. */
  readonly offsets: Uint32Array;
  readonly places: Uint32Array;
}

/** @param sessions each of at least one click */
export function pack(sessions: readonly Uint32Array[]): Packed {
  const order = Uint32Array.from(sessions.keys()).sort(
    (a, b) => sessions[b].length - sessions[a].length || a - b,
  );
  const active: number[] = [];
  const begins: number[] = [];
  let clicks = 0;
  for (let step = 0, n = order.length; ; step++) {
    while (n > 0 && sessions[order[n - 1]].length <= step) n--;
    if (n === 0) break;
    active.push(n);
    begins.push(clicks);
    clicks += n;
  }
  const items = new Uint32Array(clicks);
  const offsets = new Uint32Array(order.length + 1);
  const places = new Uint32Array(clicks);
  order.forEach((session, n) => {
    const own = sessions[session];
    offsets[n + 1] = offsets[n] + own.length;
    for (let step = 0; step < own.length; step++) {
      items[begins[step] + n] = own[step];
      places[offsets[n] + step] = begins[step] + n;
    }
  });
  return { order, active, items, offsets, places };
}
