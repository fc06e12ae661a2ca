import { FormatError } from "@kith/core-tensors";
import { checkOptions, text, type Wanted } from "../check-options.ts";
import { ItemFeatures, type ItemField } from "../item-features.ts";
import { Vocabulary, VocabularyBuilder } from "../vocabulary.ts";
import type { BadRow } from "./bad-rows.ts";
import { findColumn, namedColumn } from "./columns.ts";
import { READ_RULES, type ReadOptions } from "./scan.ts";
import type { ByteSource } from "./source.ts";
import { checkItemColumn, readTable } from "./table.ts";

/** Options of `readItemFeatures`. */
export interface ReadItemFeaturesOptions extends ReadOptions {
  /** The columns to take. Default: all but the items'. */
  fields?: readonly string[];
  /** Default: a column named item, item_id, itemId, … */
  itemColumn?: string;
  /** Texts that mean "not known"; an empty one always does. Default [""]. */
  missing?: readonly string[];
}

/** What was read and what was not. */
export interface FeaturesReport {
  /** Items that were read. */
  readonly rows: number;
  /** The first twenty bad rows. */
  readonly badRows: readonly BadRow[];
  readonly badRowCount: number;
  /** The columns that were taken. */
  readonly columns: { readonly item: string; readonly fields: readonly string[] };
}

const texts: Wanted = {
  wanted: "a list of strings",
  accepts: (value) => Array.isArray(value) && value.every((entry) => typeof entry === "string"),
};

/**
 * Reads a table of items and their categorical fields, such as brand and shop; for small files, all of which is in memory as text.
 * @throws FormatError naming file and line, as `readTable`, also for an item that is empty or there twice, and for a field that is not there
 * @throws OptionError for unknown or impossible options; the signal's reason when aborted
 */
export async function readItemFeatures(
  source: ByteSource,
  options: ReadItemFeaturesOptions = {},
): Promise<{ data: ItemFeatures; report: FeaturesReport }> {
  checkOptions("readItemFeatures", options, {
    ...READ_RULES,
    fields: texts,
    itemColumn: text,
    missing: texts,
  });
  const { fields, itemColumn, missing = [], ...readOptions } = options;
  const file = options.name ?? "the data";
  const table = await readTable(source, readOptions);
  const names = [...table.columns.keys()];
  const item = names[findColumn(file, names, "item", itemColumn)];
  const ids = checkItemColumn(file, table, item);
  const chosen = fields ?? names.filter((name) => name !== item);
  checkFields(file, names, item, chosen);
  const unknown = new Set(["", ...missing]);
  return {
    data: ItemFeatures.fromColumns({
      items: Vocabulary.from(ids),
      fields: chosen.map((name) => fieldOf(name, table.columns.get(name) ?? [], unknown)),
    }),
    report: {
      rows: table.length,
      badRows: table.badRows,
      badRowCount: table.badRowCount,
      columns: { item, fields: chosen },
    },
  };
}

function checkFields(
  file: string,
  names: readonly string[],
  item: string,
  chosen: readonly string[],
): void {
  if (chosen.length === 0)
    throw new FormatError(`${file}: there is no field beside the items, ${JSON.stringify(item)}`);
  for (const [i, name] of chosen.entries()) {
    namedColumn(file, names, name);
    if (name === item)
      throw new FormatError(
        `${file}: column ${JSON.stringify(name)} has the items; it is no field`,
      );
    if (chosen.indexOf(name) !== i)
      throw new FormatError(`${file}: field ${JSON.stringify(name)} is asked for twice`);
  }
}

function fieldOf(name: string, column: readonly string[], unknown: ReadonlySet<string>): ItemField {
  const values = new VocabularyBuilder();
  const of = Int32Array.from(column, (value) => (unknown.has(value) ? -1 : values.add(value)));
  return { name, values: values.build(), of };
}
