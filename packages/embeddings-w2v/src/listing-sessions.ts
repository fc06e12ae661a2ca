import { FormatError, positiveInteger, resolveOptions } from "@kith/core-tensors";
import { type CategoricalField, Features, type Id, Sequences, Vocabulary } from "@kith/data";

/** A session of clicks, and what it ended with. */
export interface ListingSessionRow {
  /** What was clicked, in order. */
  readonly items: Iterable<Id>;
  /** What was booked, or bought, in the end: null, undefined and left out mean nothing. */
  readonly booked?: Id | null | undefined;
}

/** An item and what it competes in, such as its city; null and undefined mean not known. */
export type ItemMarket = readonly [item: Id, market: Id | null | undefined];

export interface ListingSessionsOptions {
  /** The market of each item: its items are what users choose between. Items that are in no session do not matter. */
  readonly markets?: Iterable<ItemMarket> | undefined;
  /** How often a session with a booking is there, for once that another one is. Default 5, as in the paper. */
  readonly bookedRepeat?: number;
}

const OWNER = "ListingSessions";

/**
 * Sessions of clicks with what was booked in the end, for the listing embeddings of Grbovic and Cheng ("Real-time personalization using embeddings for
 * search ranking at Airbnb", KDD 2018). Cannot be changed.
 */
export class ListingSessions {
  /** The clicks; a session with a booking is there `bookedRepeat` times in a row. */
  readonly sequences: Sequences;
  /** For each sequence what was booked, an index into `items`, or −1. Undefined where nothing was. Shape [sequences]. */
  readonly booked: Int32Array | undefined;
  /** The markets, and for each item an index into them, or −1. Undefined where none were given. */
  readonly markets: CategoricalField | undefined;
  /** Rows whose booked item is clicked in no session: they count as without a booking. */
  readonly unknownBooked: number;

  private constructor({
    sequences,
    booked,
    markets,
    unknownBooked,
  }: Pick<ListingSessions, "sequences" | "booked" | "markets" | "unknownBooked">) {
    this.sequences = sequences;
    this.booked = booked;
    this.markets = markets;
    this.unknownBooked = unknownBooked;
  }

  /**
   * From rows in the caller's own ids.
   * @throws FormatError naming the row (counted from 0) that has an impossible id, or an item once more among the markets
   * @throws OptionError unless `bookedRepeat` is a whole number of at least 1
   */
  static from(
    rows: Iterable<ListingSessionRow>,
    { markets, ...rest }: ListingSessionsOptions = {},
  ): ListingSessions {
    const rules = { bookedRepeat: positiveInteger(5, 1000) };
    const { bookedRepeat } = resolveOptions(`${OWNER}.from`, rest, rules);
    const bookings: (Id | undefined)[] = [];
    const clicked = Sequences.from(clicks(rows, bookings));
    const market = markets && marketsOf(clicked.items, markets);
    const booked = Int32Array.from(bookings, (id) =>
      id === undefined ? -1 : clicked.items.indexOf(id),
    );
    const unknownBooked = booked.reduce(
      (n, item, row) => n + Number(item < 0 && bookings[row] !== undefined),
      0,
    );
    if (booked.every((item) => item < 0))
      return new ListingSessions({
        sequences: clicked,
        booked: undefined,
        markets: market,
        unknownBooked,
      });
    const order = repeated(booked, bookedRepeat);
    return new ListingSessions({
      sequences: inOrder(clicked, order),
      booked: Int32Array.from(order, (row) => booked[row]),
      markets: market,
      unknownBooked,
    });
  }

  /** The items that are clicked. */
  get items(): Vocabulary {
    return this.sequences.items;
  }

  /** A stable hash of the content: sequences, bookings and markets. */
  hash(): string {
    const { sequences, booked, markets, items } = this;
    const parts: { hash(): string }[] = [sequences];
    if (booked) parts.push(asSequences(items, booked));
    if (markets) parts.push(Features.fromColumns({ ids: items, fields: [markets] }));
    return parts.map((part) => part.hash()).join("-");
  }
}

/** The clicks of each row; what was booked is put aside. */
function* clicks(
  rows: Iterable<ListingSessionRow>,
  bookings: (Id | undefined)[],
): Generator<Iterable<Id>> {
  if (typeof rows?.[Symbol.iterator] !== "function")
    throw new FormatError(
      `${OWNER}.from: expected a list of { items, booked }, got ${typeof rows}`,
    );
  for (const row of rows) {
    const booked = row?.booked ?? undefined;
    if (booked !== undefined && typeof booked !== "string" && typeof booked !== "number")
      throw new FormatError(
        `${OWNER}.from: row ${bookings.length}: booked must be an id, a string or a number, got ${typeof booked}`,
      );
    bookings.push(booked);
    yield row?.items;
  }
}

function marketsOf(items: Vocabulary, markets: Iterable<ItemMarket>): CategoricalField {
  const given = Features.from(Array.from(markets, ([item, market]) => ({ item, market })));
  const { values, of } = given.categorical(OWNER)[0] ?? {
    values: Vocabulary.from([]),
    of: new Int32Array(0),
  };
  const rows = items.indicesIn(given.ids);
  return {
    kind: "categorical",
    name: "market",
    values,
    of: rows.map((row) => (row < 0 ? -1 : of[row])),
  };
}

/** The numbers of all sequences, those with a booking so many times in a row. */
function repeated(booked: Int32Array, times: number): Uint32Array {
  const count = booked.reduce((n, item) => n + (item < 0 ? 1 : times), 0);
  const order = new Uint32Array(count);
  for (let s = 0, at = 0; s < booked.length; s++) {
    const end = at + (booked[s] < 0 ? 1 : times);
    order.fill(s, at, end);
    at = end;
  }
  return order;
}

/** The sequences of some numbers. */
function inOrder({ items, offsets, values }: Sequences, order: Uint32Array): Sequences {
  const ends = new Uint32Array(order.length + 1);
  for (let n = 0; n < order.length; n++)
    ends[n + 1] = ends[n] + offsets[order[n] + 1] - offsets[order[n]];
  const copies = new Uint32Array(ends[order.length]);
  for (let n = 0; n < order.length; n++)
    copies.set(values.subarray(offsets[order[n]], offsets[order[n] + 1]), ends[n]);
  return Sequences.fromColumns({ items, offsets: ends, values: copies });
}

/** Bookings as sequences of one item or none. */
function asSequences(items: Vocabulary, booked: Int32Array): Sequences {
  const offsets = new Uint32Array(booked.length + 1);
  for (let s = 0; s < booked.length; s++) offsets[s + 1] = offsets[s] + Number(booked[s] >= 0);
  const values = Uint32Array.from(booked.filter((item) => item >= 0));
  return Sequences.fromColumns({ items, offsets, values });
}
