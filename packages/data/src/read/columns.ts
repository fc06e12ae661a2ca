import { FormatError } from "@kith/core-tensors";

/** The parts of an interaction that a column can hold. */
export type Role = "user" | "item" | "value" | "time";

/** Names that are taken for granted, best first; case, "_", "-" and spaces do not matter. */
const COMMON_NAMES: Readonly<Record<Role | "title", readonly string[]>> = {
  user: ["user", "userid", "uid", "username", "customer", "customerid", "visitorid", "reviewerid"],
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
  title: ["title", "itemtitle", "movietitle", "name", "itemname", "label", "description"],
};

/**
 * The place of a role's column among `names`, or −1 when it is optional and not there.
 * @throws FormatError that lists the columns there are
 */
export function findColumn(
  file: string,
  names: readonly string[],
  role: Role | "title",
  wanted: string | false | undefined,
): number {
  if (wanted === false) return -1;
  if (wanted !== undefined) {
    const at = names.indexOf(wanted);
    if (at < 0)
      throw new FormatError(
        `${file}: there is no column ${JSON.stringify(wanted)}; ${list(names)}`,
      );
    if (names.indexOf(wanted, at + 1) >= 0)
      throw new FormatError(`${file}: there are two columns named ${JSON.stringify(wanted)}`);
    return at;
  }
  const plain = names.map((name) => name.toLowerCase().replace(/[\s_-]/g, ""));
  for (const common of COMMON_NAMES[role]) {
    const at = plain.indexOf(common);
    if (at >= 0) return at;
  }
  if (role !== "user" && role !== "item") return -1;
  throw new FormatError(
    `${file}: no column looks like the ${role}s; ${list(names)}. Pass userColumn and itemColumn, or header: false if the first line is data`,
  );
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, 30).map((name) => JSON.stringify(name));
  return `the columns are ${shown.join(", ")}${names.length > 30 ? ", …" : ""}`;
}
