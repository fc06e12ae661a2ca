import { FormatError, KithError } from "@kith/core-tensors";
import {
  checkFinite,
  checkGiven,
  checkIndices,
  checkIterable,
  checkLengths,
  checkNumber,
  inRow,
} from "./check-rows.ts";
import { chosenRows, gathered, occurring } from "./choose-rows.ts";
import { ContentHash } from "./content-hash.ts";
import type { Features } from "./features.ts";
import { RowColumns } from "./row-columns.ts";
import { countsOf, type ItemsByUser, itemsByUser, rowsByPair } from "./rows-by-pair.ts";
import { type Summary, summarize } from "./summary.ts";
import { type Id, type Vocabulary, VocabularyBuilder } from "./vocabulary.ts";

/** One interaction, in the caller's ids. */
export interface InteractionRow {
  readonly user: Id;
  readonly item: Id;
  /** A rating, a count, a weight: whatever the model makes of it. */
  readonly value?: number;
  /** Any number that grows with time; the readers make seconds since 1970 of dates. */
  readonly time?: number;
  /** What happened, such as "view", "cart" or "purchase". */
  readonly type?: Id;
}

/** Interactions as columns of one entry per row, with the vocabularies that give the indices their meaning. */
export interface InteractionColumns {
  readonly users: Vocabulary;
  readonly items: Vocabulary;
  /** Indices into `users`. Shape [rows]. */
  readonly user: Uint32Array;
  /** Indices into `items`. Shape [rows]. */
  readonly item: Uint32Array;
  /** Shape [rows]. */
  readonly value?: Float32Array | undefined;
  /** Shape [rows]. */
  readonly time?: Float64Array | undefined;
  /** Indices into `types`. Shape [rows]. */
  readonly type?: Uint32Array | undefined;
  /** Given if and only if `type` is. */
  readonly types?: Vocabulary | undefined;
  /** What is known of users, whoever of them has rows. */
  readonly userFeatures?: Features | undefined;
  readonly itemFeatures?: Features | undefined;
}

/** What `alignTo` did to data read on its own. */
export interface Aligned {
  /** The rows whose user and item are both known, in the indices of the other vocabularies. */
  readonly data: Interactions;
  /** Distinct users with rows here that the other vocabulary does not have. */
  readonly unknownUsers: number;
  readonly unknownItems: number;
  readonly rowsLeftOut: number;
}

const OWNER = "Interactions";

/** Who interacted with what: one row per event, as dense indices in typed arrays. Cannot be changed; every method makes a new one. */
export class Interactions {
  readonly users: Vocabulary;
  readonly items: Vocabulary;
  /** Indices into `users`. Shape [length]. */
  readonly user: Uint32Array;
  /** Indices into `items`. Shape [length]. */
  readonly item: Uint32Array;
  /** Shape [length]. */
  readonly value: Float32Array | undefined;
  /** Shape [length]. */
  readonly time: Float64Array | undefined;
  /** Indices into `types`. Shape [length]. */
  readonly type: Uint32Array | undefined;
  /** The types of interaction, where rows have any. */
  readonly types: Vocabulary | undefined;
  /** What is known of users; those derived from these have it, too. */
  readonly userFeatures: Features | undefined;
  readonly itemFeatures: Features | undefined;
  /** The number of rows. */
  readonly length: number;
  #byUser: ItemsByUser | undefined;

  private constructor(columns: InteractionColumns) {
    this.users = columns.users;
    this.items = columns.items;
    this.user = columns.user;
    this.item = columns.item;
    this.value = columns.value;
    this.time = columns.time;
    this.type = columns.type;
    this.types = columns.types;
    this.userFeatures = columns.userFeatures;
    this.itemFeatures = columns.itemFeatures;
    this.length = columns.user.length;
  }

  /**
   * From rows in the caller's own ids: objects, or `[user, item, value, time]`. Value, time and type are each given in all rows or in none.
   * @throws FormatError naming the row (counted from 0) that has an impossible id, value, time or type
   */
  static from(
    rows: Iterable<InteractionRow | readonly [user: Id, item: Id, value?: number, time?: number]>,
  ): Interactions {
    checkIterable("Interactions.from", rows, "a list of rows");
    const users = new VocabularyBuilder();
    const items = new VocabularyBuilder();
    const types = new VocabularyBuilder();
    let columns: RowColumns | undefined;
    for (const row of rows) {
      const { user, item, value, time, type } = asObject(row);
      columns ??= new RowColumns({
        value: value !== undefined,
        time: time !== undefined,
        type: type !== undefined,
      });
      const { has, length } = columns;
      checkNumber(OWNER, "value", value, has.value, length);
      checkNumber(OWNER, "time", time, has.time, length);
      checkGiven(OWNER, "type", type, has.type, length);
      columns.add(
        inRow(OWNER, length, "user", () => users.add(user)),
        inRow(OWNER, length, "item", () => items.add(item)),
        value ?? 0,
        time ?? 0,
        type === undefined ? 0 : inRow(OWNER, length, "type", () => types.add(type)),
      );
    }
    columns ??= new RowColumns({ value: false, time: false, type: false });
    return new Interactions({
      ...columns.take(),
      users: users.build(),
      items: items.build(),
      types: columns.has.type ? types.build() : undefined,
    });
  }

  /**
   * From columns that are dense indices already. The arrays are kept, not copied.
   * @throws FormatError when lengths differ, an index is beyond its vocabulary, or a value or time is not finite
   */
  static fromColumns(columns: InteractionColumns): Interactions {
    const { users, items, user, item, value, time, type, types } = columns;
    checkLengths(OWNER, { user, item, value, time, type });
    if ((type === undefined) !== (types === undefined))
      throw new FormatError(
        `${OWNER}: expected a column "type" and its vocabulary "types", or neither`,
      );
    if (type && types) checkIndices(OWNER, "type", type, types.size);
    checkIndices(OWNER, "user", user, users.size);
    checkIndices(OWNER, "item", item, items.size);
    checkFinite(OWNER, "value", value);
    checkFinite(OWNER, "time", time);
    return new Interactions(columns);
  }

  /** The same rows, with what is known about users or items; ids that have no rows here are left alone. */
  withFeatures({
    users = this.userFeatures,
    items = this.itemFeatures,
  }: {
    readonly users?: Features | undefined;
    readonly items?: Features | undefined;
  }): Interactions {
    return new Interactions({ ...this, userFeatures: users, itemFeatures: items });
  }

  /**
   * The rows of some types alone, with the same vocabularies.
   * @throws FormatError naming a type that there is not
   */
  ofTypes(names: Iterable<Id>): Interactions {
    const wanted = new Set<number>();
    for (const name of names) {
      const type = this.types?.indexOf(name) ?? -1;
      if (type < 0)
        throw new FormatError(
          `${OWNER}: there is no type ${JSON.stringify(name)}; ${this.types ? `the types are ${[...this.types].map((id) => JSON.stringify(id)).join(", ")}` : "these interactions have no types, which readers take from a column (typeColumn)"}`,
        );
      wanted.add(type);
    }
    return this.select((row) => wanted.has(this.type?.[row] ?? -1));
  }

  /** Each user's distinct items, ascending, as offsets and items (CSR). Made in linear time on the first call, then kept: do not write into it. */
  byUser(): ItemsByUser {
    this.#byUser ??= itemsByUser(this.user, this.item, this.users.size, this.items.size);
    return this.#byUser;
  }

  /**
   * The distinct items of one user, ascending; a view of `byUser()`.
   * @throws KithError when there is no such user index
   */
  itemsOf(userIndex: number): Uint32Array {
    if (!(Number.isInteger(userIndex) && userIndex >= 0 && userIndex < this.users.size))
      throw new KithError(
        `Interactions: expected a user index below ${this.users.size}, got ${userIndex}`,
      );
    const { offsets, items } = this.byUser();
    return items.subarray(offsets[userIndex], offsets[userIndex + 1]);
  }

  /** The rows in the caller's own ids. */
  *rows(): IterableIterator<InteractionRow> {
    for (let row = 0; row < this.length; row++)
      yield {
        user: this.users.id(this.user[row]),
        item: this.items.id(this.item[row]),
        ...(this.value && { value: this.value[row] }),
        ...(this.time && { time: this.time[row] }),
        ...(this.type && this.types && { type: this.types.id(this.type[row]) }),
      };
  }

  /**
   * Some of the rows, with the same vocabularies: by row numbers, in their order, or by a test.
   * @throws KithError when a row number is too large
   */
  select(rows: Uint32Array | ((row: number) => boolean)): Interactions {
    const chosen = chosenRows(OWNER, this.length, rows);
    const { user, item, value, time, type } = this;
    return new Interactions({
      ...this,
      user: gathered(user, chosen),
      item: gathered(item, chosen),
      value: value && gathered(value, chosen),
      time: time && gathered(time, chosen),
      type: type && gathered(type, chosen),
    });
  }

  /** The same rows with vocabularies of only the ids that occur, in their old order. */
  compact(): Interactions {
    const users = occurring([this.user], this.users.size);
    const items = occurring([this.item], this.items.size);
    return new Interactions({
      ...this,
      users: this.users.pick(users.kept),
      items: this.items.pick(items.kept),
      user: this.user.map((u) => users.renumbered[u]),
      item: this.item.map((i) => items.renumbered[i]),
    });
  }

  /**
   * The same rows in the indices of other vocabularies, such as a ready-made test split in those of the training data.
   * Rows of users or items that are not in them are left out and counted.
   */
  alignTo(users: Vocabulary, items: Vocabulary): Aligned {
    const userIn = this.users.indicesIn(users);
    const itemIn = this.items.indicesIn(items);
    const known = this.select((row) => userIn[this.user[row]] >= 0 && itemIn[this.item[row]] >= 0);
    const unknown = (column: Uint32Array, indices: Int32Array) =>
      countsOf(column, indices.length).reduce((n, c, i) => n + Number(c > 0 && indices[i] < 0), 0);
    return {
      data: new Interactions({
        ...known,
        users,
        items,
        user: known.user.map((u) => userIn[u]),
        item: known.item.map((i) => itemIn[i]),
      }),
      unknownUsers: unknown(this.user, userIn),
      unknownItems: unknown(this.item, itemIn),
      rowsLeftOut: this.length - known.length,
    };
  }

  /** One row per (user, item): the first or the last in row order. The rows kept stay in order. */
  deduplicate({ keep }: { keep: "first" | "last" }): { data: Interactions; removed: number } {
    const { user, item } = this;
    const rows = rowsByPair(user, item, this.users.size, this.items.size);
    const removed = new Uint8Array(this.length);
    for (let i = 1; i < rows.length; i++) {
      const [a, b] = [rows[i - 1], rows[i]];
      if (user[a] === user[b] && item[a] === item[b]) removed[keep === "first" ? b : a] = 1;
    }
    const data = this.select((row) => removed[row] === 0);
    return { data, removed: this.length - data.length };
  }

  /** A stable hash of the content (vocabularies, rows, types and features, in order): 16 hexadecimal digits. Two runs with the same hash saw the same data. */
  hash(): string {
    const hash = new ContentHash()
      .text(this.users.hash())
      .text(this.items.hash())
      .column(this.user)
      .column(this.item)
      .column(this.value)
      .column(this.time);
    if (this.types) hash.column(this.type).text(this.types.hash());
    for (const features of [this.userFeatures, this.itemFeatures])
      if (features) hash.text(features.hash());
    return hash.digest();
  }

  /** Counts, density, duplicates and ranges. */
  summary(): Summary {
    return summarize(this);
  }
}

function asObject(
  row: InteractionRow | readonly [user: Id, item: Id, value?: number, time?: number],
): Partial<InteractionRow> & Pick<InteractionRow, "user" | "item"> {
  if (!isTuple(row)) return row;
  const [user, item, value, time] = row;
  return { user, item, ...(value !== undefined && { value }), ...(time !== undefined && { time }) };
}

function isTuple(
  row: InteractionRow | readonly [user: Id, item: Id, value?: number, time?: number],
): row is readonly [user: Id, item: Id, value?: number, time?: number] {
  return Array.isArray(row);
}
