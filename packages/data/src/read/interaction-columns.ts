import { FormatError } from "@kith/core-tensors";
import { Interactions } from "../interactions.ts";
import { RowColumns } from "../row-columns.ts";
import { VocabularyBuilder } from "../vocabulary.ts";
import { findColumn, type Role } from "./columns.ts";

/** Which columns hold what: a name, false for none, or left out to go by common names. */
export interface ColumnOptions {
  /** Default: a column named user, user_id, userId, uid, … */
  userColumn?: string;
  /** Default: a column named item, item_id, itemId, product_id, … */
  itemColumn?: string;
  /** Default: a column named value, rating, score, …, where there is one. */
  valueColumn?: string | false;
  /** Default: a column named time, timestamp, ts, date, …, where there is one. */
  timeColumn?: string | false;
  /** Default: a column named type, event, action, behavior, …, where there is one. */
  typeColumn?: string | false;
}

/** The columns that were taken, by the names they have in the file. */
export interface ChosenColumns {
  readonly user: string;
  readonly item: string;
  readonly value?: string;
  readonly time?: string;
  readonly type?: string;
}

const ROLES = ["user", "item", "value", "time"] as const;

/** Interactions in the making, and the columns they are made from; the readers of all formats end here. */
export class InteractionsInTheMaking {
  readonly users: VocabularyBuilder = new VocabularyBuilder();
  readonly items: VocabularyBuilder = new VocabularyBuilder();
  readonly types: VocabularyBuilder = new VocabularyBuilder();
  readonly rows: RowColumns;
  /** The places of the columns in a row; −1 for none. */
  readonly at: Readonly<Record<Role, number>>;
  readonly chosen: ChosenColumns;

  /** @throws FormatError when a column is not there */
  constructor(file: string, names: readonly string[], options: ColumnOptions) {
    const at = {
      user: findColumn(file, names, "user", options.userColumn),
      item: findColumn(file, names, "item", options.itemColumn),
      value: findColumn(file, names, "value", options.valueColumn),
      time: findColumn(file, names, "time", options.timeColumn),
      type: findColumn(
        file,
        names,
        "type",
        options.typeColumn,
        ROLES.map((role) => options[`${role}Column`]),
      ),
    };
    if (at.user === at.item)
      throw new FormatError(
        `${file}: users and items cannot both be column ${JSON.stringify(names[at.user])}`,
      );
    this.at = at;
    this.chosen = {
      user: names[at.user],
      item: names[at.item],
      ...(at.value >= 0 && { value: names[at.value] }),
      ...(at.time >= 0 && { time: names[at.time] }),
      ...(at.type >= 0 && { type: names[at.type] }),
    };
    this.rows = new RowColumns({
      value: at.value >= 0,
      time: at.time >= 0,
      type: at.type >= 0,
    });
  }

  get length(): number {
    return this.rows.length;
  }

  build(): Interactions {
    return Interactions.fromColumns({
      ...this.rows.take(),
      users: this.users.build(),
      items: this.items.build(),
      types: this.rows.has.type ? this.types.build() : undefined,
    });
  }
}

/** Without a header, the order of most files: user, item, value, time. */
export function columnsByPosition(fields: number, options: ColumnOptions): ColumnOptions {
  return {
    ...options,
    userColumn: options.userColumn ?? "1",
    itemColumn: options.itemColumn ?? "2",
    valueColumn: options.valueColumn ?? (fields >= 3 && "3"),
    timeColumn: options.timeColumn ?? (fields >= 4 && "4"),
  };
}
