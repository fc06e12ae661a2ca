import { FormatError } from "@kith/core-tensors";

/** The parts of an interaction that a column can hold. */
export type Role = "user" | "item" | "value" | "time" | "type";

/** What a column of any kind of file can hold. */
export type AnyRole =
  | Role
  | "title"
  | "source"
  | "target"
  | "weight"
  | "label"
  | "relation"
  | "sequence";

/** Names that are taken for granted, best first; case, "_", "-" and spaces do not matter. */
const COMMON_NAMES: Readonly<Record<AnyRole, readonly string[]>> = {
  user: [
    "user",
    "userid",
    "uid",
    "username",
    "customer",
    "customerid",
    "visitorid",
    "reviewerid",
    "session",
    "sessionid",
  ],
  item: [
    "item",
    "itemid",
    "iid",
    "product",
    "productid",
    "movieid",
    "trackid",
    "articleid",
    "bookid",
  ],
  value: ["value", "rating", "score", "weight", "stars"],
  time: ["time", "timestamp", "ts", "datetime", "date", "unixtime", "createdat"],
  type: [
    "type",
    "event",
    "eventtype",
    "interaction",
    "interactiontype",
    "action",
    "actiontype",
    "behavior",
    "behaviour",
    "behaviortype",
  ],
  title: ["title", "itemtitle", "movietitle", "name", "itemname", "label", "description"],
  source: ["source", "src", "a", "item1", "from"],
  target: ["target", "dst", "b", "item2", "to"],
  weight: ["weight", "score", "count"],
  label: ["label"],
  relation: ["relation", "rel", "type"],
  sequence: ["items", "sequence", "tokens"],
};

/** Roles that must have a column, and the options that say which. */
const REQUIRED: Readonly<Partial<Record<AnyRole, string>>> = {
  user: "userColumn and itemColumn",
  item: "userColumn and itemColumn",
  source: "sourceColumn and targetColumn",
  target: "sourceColumn and targetColumn",
  sequence: "itemsColumn",
};

/**
 * The place of a role's column among `names`, or −1 when it is optional and not there.
 * @param taken columns that were asked for as something else; none of them is found by a common name
 * @throws FormatError that lists the columns there are
 */
export function findColumn(
  file: string,
  names: readonly string[],
  role: AnyRole,
  wanted: string | false | undefined,
  taken: readonly unknown[] = [],
): number {
  if (wanted === false) return -1;
  if (wanted !== undefined) return namedColumn(file, names, wanted);
  const plain = names.map((name) => name.toLowerCase().replace(/[\s_-]/g, ""));
  for (const common of COMMON_NAMES[role]) {
    const at = plain.indexOf(common);
    if (at >= 0 && !taken.includes(names[at])) return at;
  }
  if (REQUIRED[role] === undefined) return -1;
  throw new FormatError(
    `${file}: no column looks like the ${role}s; ${list(names)}. Pass ${REQUIRED[role]}, or header: false if the first line is data`,
  );
}

/**
 * The place of the one column of this name.
 * @throws FormatError that lists the columns there are
 */
export function namedColumn(file: string, names: readonly string[], wanted: string): number {
  const at = names.indexOf(wanted);
  if (at < 0)
    throw new FormatError(`${file}: there is no column ${JSON.stringify(wanted)}; ${list(names)}`);
  if (names.indexOf(wanted, at + 1) >= 0)
    throw new FormatError(`${file}: there are two columns named ${JSON.stringify(wanted)}`);
  return at;
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 30).map((name) => JSON.stringify(name));
  return `the columns are ${shown.join(", ")}${names.length > 30 ? ", …" : ""}`;
}
