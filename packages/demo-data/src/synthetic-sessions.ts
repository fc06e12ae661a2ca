import { OptionError, Rng } from "@kith/core-tensors";

/** What the sessions are made with. */
export interface SyntheticSessionsOptions {
  /** Default 20,000. */
  sessions?: number;
  /** Default 500. */
  items?: number;
  /** Groups of items that a visitor may be after. Default 25. */
  intents?: number;
  /** Probability of each click to be after something else from then on. Default 0.05. */
  drift?: number;
  /** Same options, same bytes. Default 42. */
  seed?: number;
}

/** Sessions that nobody made: planted structure for demos and tests, where real sessions may not be shipped. */
export interface SyntheticSessions {
  /** Tab-separated values, UTF-8, with a header: session, item, time (seconds since 1970, 2025). Rows in order of time within a session, sessions in order of their first click. */
  readonly clicks: Uint8Array;
  /** Says that it is synthetic, and what it is made with. */
  readonly description: string;
  /** The intent of each item, by its id. */
  readonly intents: ReadonlyMap<string, number>;
}

const FIRST = Date.UTC(2025, 0, 1) / 1000;
const DAYS = 30;
const LONGEST = 30;
/** Items that tend to follow an item. */
const SUCCESSORS = 3;

/**
 * SYNTHETIC click sessions with a planted structure. Every item belongs to one intent, in which some are more popular than others; a session is after one intent, and
 * drifts to another now and then. The next click is on a successor of the item (three of its intent, always the same ones) half of the time, else on any item of the intent; one in ten
 * goes back to an item of the session, and one in twenty is on any item at all. Sessions have 2 to 30 clicks, 5 on average.
 * @throws OptionError for an option that is unknown or cannot be
 */
export function syntheticSessions(options: SyntheticSessionsOptions = {}): SyntheticSessions {
  const { sessions, items, intents, drift, seed } = resolved(options);
  const rng = new Rng(seed).fork("synthetic sessions");
  const names = Array.from({ length: items }, (_, item) => {
    const digits = (n: number, below: number) => String(n).padStart(String(below - 1).length, "0");
    return `intent${digits(item % intents, intents)}-item${digits(item, items)}`;
  });
  const sizeOf = (intent: number) => Math.ceil((items - intent) / intents);
  /** The items of an intent are intent, intent + intents, …; the earlier the more popular. */
  const anyOf = (intent: number): number => {
    const size = sizeOf(intent);
    return intent + intents * Math.min(size - 1, Math.floor(size * rng.next() ** 2));
  };
  const successors = Array.from({ length: items }, (_, item) =>
    Array.from({ length: SUCCESSORS }, () => anyOf(item % intents)),
  );

  const starts = Float64Array.from({ length: sessions }, () => FIRST + DAYS * 86_400 * rng.next());
  const rows = ["session\titem\ttime"];
  for (const [session, start] of starts.sort().entries()) {
    let intent = rng.below(intents);
    let time = Math.floor(start);
    const clicked: number[] = [];
    do {
      if (clicked.length > 0 && rng.next() < drift) intent = rng.below(intents);
      const item = next(clicked, intent);
      clicked.push(item);
      rows.push(`${session}\t${names[item]}\t${time}`);
      time += 5 + rng.below(175);
    } while (clicked.length < 2 || (clicked.length < LONGEST && rng.next() < 0.75));
  }
  return {
    clicks: new TextEncoder().encode(`${rows.join("\n")}\n`),
    description: `Synthetic: ${sessions} sessions over ${items} items in ${intents} planted intents, drift ${drift}, seed ${seed}. Nobody made these clicks.`,
    intents: new Map(names.map((name, item) => [name, item % intents])),
  };

  function next(clicked: readonly number[], intent: number): number {
    const draw = rng.next();
    const last = clicked[clicked.length - 1];
    if (draw < 0.05) return rng.below(items);
    if (draw < 0.15 && clicked.length > 1) return clicked[rng.below(clicked.length - 1)];
    if (draw < 0.6 && last !== undefined && last % intents === intent)
      return successors[last][rng.below(SUCCESSORS)];
    return anyOf(intent);
  }
}

function resolved(options: SyntheticSessionsOptions): Required<SyntheticSessionsOptions> {
  const all = { sessions: 20_000, items: 500, intents: 25, drift: 0.05, seed: 42 };
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(all, name))
      throw new OptionError(
        "syntheticSessions",
        name,
        `is unknown; it takes ${Object.keys(all).join(", ")}`,
      );
    if (value === undefined) continue;
    const isCount = name === "sessions" || name === "items" || name === "intents";
    const fits = isCount
      ? Number.isInteger(value) && value >= 1 && value <= 1e7
      : Number.isFinite(value) && (name === "seed" || (value >= 0 && value <= 1));
    if (!fits)
      throw new OptionError(
        "syntheticSessions",
        name,
        `must be ${isCount ? "a whole number from 1 to 10,000,000" : name === "seed" ? "a finite number" : "a number from 0 to 1"}, got ${value}`,
      );
    all[name as keyof typeof all] = value;
  }
  if (all.items < all.intents)
    throw new OptionError(
      "syntheticSessions",
      "items",
      `must be at least as many as intents, ${all.intents}, got ${all.items}`,
    );
  return all;
}
