import { FormatError } from "@kith/core-tensors";
import {
  type CategoricalField,
  Features,
  type Id,
  Interactions,
  type Vocabulary,
  VocabularyBuilder,
} from "@kith/data";

/** Something that happened between a user and an item. */
export interface EventRow {
  readonly user: Id;
  readonly item: Id;
  /** What happened, such as "shown", "clicked" or "purchased". */
  readonly kind: string;
}

/** A user or item and its type; null and undefined mean not known. */
export type TypeOf = readonly [id: Id, type: Id | null | undefined];

export interface EventTypes {
  /** The type of users. Users without events are known by their type. */
  readonly userTypes?: Iterable<TypeOf> | undefined;
  /** The type of items. Items without events are known by their type. */
  readonly itemTypes?: Iterable<TypeOf> | undefined;
}

const OWNER = "Events";

/**
 * What users did with items and what they left alone, each event of a kind. Other than in `Interactions`, a row does not say that the user likes the
 * item: what it says is for the model to know. Cannot be changed.
 */
export class Events {
  /** All events as rows, of whatever kind. */
  readonly interactions: Interactions;
  readonly kinds: Vocabulary;
  /** Indices into `kinds`. Shape [events]. */
  readonly kind: Uint32Array;
  /** The types of users, and for each user an index into them, or −1. Undefined where none were given. */
  readonly userTypes: CategoricalField | undefined;
  /** The same of items. */
  readonly itemTypes: CategoricalField | undefined;

  private constructor({
    interactions,
    kinds,
    kind,
    userTypes,
    itemTypes,
  }: Pick<Events, "interactions" | "kinds" | "kind" | "userTypes" | "itemTypes">) {
    this.interactions = interactions;
    this.kinds = kinds;
    this.kind = kind;
    this.userTypes = userTypes;
    this.itemTypes = itemTypes;
  }

  /**
   * From rows in the caller's own ids.
   * @throws FormatError naming the row (counted from 0) that has an impossible id or no kind, or a user or item once more among the types
   */
  static from(rows: Iterable<EventRow>, { userTypes, itemTypes }: EventTypes = {}): Events {
    const kinds = new VocabularyBuilder();
    const kind: number[] = [];
    const { users, items, user, item } = Interactions.from(pairs(rows, kinds, kind));
    const ofUsers = userTypes && features(userTypes);
    const ofItems = itemTypes && features(itemTypes);
    const all = { users: both(users, ofUsers), items: both(items, ofItems) };
    return new Events({
      interactions: Interactions.fromColumns({ ...all, user, item }),
      kinds: kinds.build(),
      kind: Uint32Array.from(kind),
      userTypes: ofUsers && types("user type", ofUsers, all.users),
      itemTypes: ofItems && types("item type", ofItems, all.items),
    });
  }

  /** The number of events. */
  get length(): number {
    return this.kind.length;
  }

  get users(): Vocabulary {
    return this.interactions.users;
  }

  get items(): Vocabulary {
    return this.interactions.items;
  }

  /** A stable hash of the content: events with their kinds, and types. */
  hash(): string {
    const { interactions, kinds, kind, users, items, userTypes, itemTypes } = this;
    const { user } = interactions;
    const parts: { hash(): string }[] = [
      interactions,
      Interactions.fromColumns({ users, items: kinds, user, item: kind }),
    ];
    if (userTypes) parts.push(Features.fromColumns({ ids: users, fields: [userTypes] }));
    if (itemTypes) parts.push(Features.fromColumns({ ids: items, fields: [itemTypes] }));
    return parts.map((part) => part.hash()).join("-");
  }
}

/** Who and what of each row; its kind is put aside. */
function* pairs(
  rows: Iterable<EventRow>,
  kinds: VocabularyBuilder,
  kind: number[],
): Generator<[user: Id, item: Id]> {
  if (typeof rows?.[Symbol.iterator] !== "function")
    throw new FormatError(
      `${OWNER}.from: expected a list of { user, item, kind }, got ${typeof rows}`,
    );
  for (const row of rows) {
    if (typeof row?.kind !== "string" || row.kind === "")
      throw new FormatError(
        `${OWNER}.from: row ${kind.length}: kind must be a word such as "clicked", got ${JSON.stringify(row?.kind)}`,
      );
    kind.push(kinds.add(row.kind));
    yield [row.user, row.item];
  }
}

/** Types by id, each id once. */
function features(given: Iterable<TypeOf>): Features {
  return Features.from(Array.from(given, ([item, type]) => ({ item, type })));
}

/** The ids of events, and behind them those that are known by their type alone. */
function both(known: Vocabulary, typed: Features | undefined): Vocabulary {
  if (!typed) return known;
  const builder = new VocabularyBuilder();
  for (const id of known) builder.add(id);
  for (const id of typed.ids) builder.add(id);
  return builder.build();
}

function types(name: string, given: Features, all: Vocabulary): CategoricalField {
  const rows = all.indicesIn(given.ids);
  const [field] = given.categorical(OWNER);
  return {
    kind: "categorical",
    name,
    values: field?.values ?? new VocabularyBuilder().build(),
    of: rows.map((row) => (row < 0 ? -1 : field.of[row])),
  };
}
