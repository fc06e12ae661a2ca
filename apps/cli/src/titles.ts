import { type Id, readItems } from "@kith/data";
import { debianDependencies } from "@kith/demo-data";
import { CliError } from "./errors.ts";
import { openBytes } from "./files.ts";
import { DEMO } from "./load-data.ts";

/** The title of an item, where there is one. */
export type Titles = (item: Id) => string | undefined;

/**
 * Reads the titles of items: columns item and title (or name, label, description).
 * @param path a file, or "demo" for the descriptions of the embedded data
 */
export async function loadTitles(path: string | undefined): Promise<Titles> {
  if (path === undefined) return () => undefined;
  const bytes = path === DEMO ? (await debianDependencies()).items : await openBytes(path);
  const { vocabulary, titles, columns } = await readItems(bytes, { name: path });
  if (!titles)
    throw new CliError(
      `${path}: no column holds titles; expected one named title, name, label or description beside ${[...columns.keys()].join(", ") || "the items"}`,
    );
  return (item) => titles[vocabulary.indexOf(item)] || undefined;
}
