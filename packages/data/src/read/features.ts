import { FormatError } from "@kith/core-tensors";
import { checkOptions, text, type Wanted } from "../check-options.ts";
import { inRow } from "../check-rows.ts";
import { type FeatureField, Features } from "../features.ts";
import { type FeatureValue, FieldBuilder } from "../field-builder.ts";
import { Vocabulary } from "../vocabulary.ts";
import type { BadRow } from "./bad-rows.ts";
import { findColumn, namedColumn } from "./columns.ts";
import { READ_RULES, type ReadOptions } from "./scan.ts";
import type { ByteSource } from "./source.ts";
import { checkItemColumn, readTable } from "./table.ts";

/** Options of `readFeatures`. */
export interface ReadFeaturesOptions extends ReadOptions {
  /** The columns to take. Default: all but the items'. */
  fields?: readonly string[];
  /** The column of the nodes' ids. Default: a column named item, item_id, itemId, … */
  itemColumn?: string;
  /** Fields that are numbers, such as a price; the others are categories. */
  numeric?: readonly string[];
  /** Fields that hold several values, and what stands between them: `{ tags: "|" }`. */
  multiHot?: Readonly<Record<string, string>>;
  /** Fields that hold a vector, and what stands between its numbers: `{ embedding: " " }`. */
  vector?: Readonly<Record<string, string>>;
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

const separators: Wanted = {
  wanted: "an object from fields to what separates their values",
  accepts: (value) =>
    typeof value === "object" &&
    value !== null &&
    Object.values(value).every((entry) => typeof entry === "string" && entry !== ""),
};

/**
 * Reads a table of items, or other nodes, and what is known about them, such as brand and price; for small files, all of which is in memory as text.
 * @throws FormatError naming file and line, as `readTable`, also for an item that is empty or there twice, and for a field that is not there
 * @throws OptionError for unknown or impossible options; the signal's reason when aborted
 */
export async function readFeatures(
  source: ByteSource,
  options: ReadFeaturesOptions = {},
): Promise<{ data: Features; report: FeaturesReport }> {
  checkOptions("readFeatures", options, {
    ...READ_RULES,
    fields: texts,
    itemColumn: text,
    missing: texts,
    numeric: texts,
    multiHot: separators,
    vector: separators,
  });
  const { fields, itemColumn, missing = [], ...others } = options;
  const { numeric = [], multiHot = {}, vector = {}, ...readOptions } = others;
  const file = options.name ?? "the data";
  const table = await readTable(source, readOptions);
  const names = [...table.columns.keys()];
  const item = names[findColumn(file, names, "item", itemColumn)];
  const ids = checkItemColumn(file, table, item);
  const chosen = fields ?? names.filter((name) => name !== item);
  checkFields(file, names, item, chosen);
  checkKinds(file, chosen, [...numeric, ...Object.keys(multiHot), ...Object.keys(vector)]);
  const unknown = new Set(["", ...missing]);
  return {
    data: Features.fromColumns({
      ids: Vocabulary.from(ids),
      fields: chosen.map((name) => {
        const column = table.columns.get(name) ?? [];
        const known = column.map((value) => (unknown.has(value) ? undefined : value));
        if (numeric.includes(name)) return numbers(file, name, known);
        if (Object.hasOwn(multiHot, name)) return lists(file, name, known, multiHot[name]);
        if (Object.hasOwn(vector, name)) return vectors(file, name, known, vector[name]);
        return built(file, name, "categorical", known);
      }),
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

function checkKinds(file: string, chosen: readonly string[], named: readonly string[]): void {
  for (const [i, name] of named.entries()) {
    if (!chosen.includes(name))
      throw new FormatError(
        `${file}: there is no field ${JSON.stringify(name)}; the fields are ${chosen.join(", ")}`,
      );
    if (named.indexOf(name) !== i)
      throw new FormatError(`${file}: field ${JSON.stringify(name)} is given two kinds`);
  }
}

type Texts = readonly (string | undefined)[];

function numbers(file: string, name: string, column: Texts): FeatureField {
  return built(
    file,
    name,
    "numeric",
    column.map((text) => text && numberOf(text)),
  );
}

function lists(file: string, name: string, column: Texts, separator: string): FeatureField {
  const values = column.map((text) =>
    text
      ?.split(separator)
      .map((value) => value.trim())
      .filter(Boolean),
  );
  return built(file, name, "multi-hot", values);
}

function vectors(file: string, name: string, column: Texts, separator: string): FeatureField {
  const values = column.map(
    (text) =>
      text
        ?.split(separator)
        .filter((number) => number.trim() !== "")
        .map(numberOf) as number[],
  );
  return built(file, name, "vector", values);
}

/** NaN for what is no number, which the field refuses by its row. */
function numberOf(text: string): number {
  return text.trim() === "" ? Number.NaN : Number(text);
}

function built(
  file: string,
  name: string,
  kind: FeatureField["kind"],
  values: readonly FeatureValue[],
): FeatureField {
  const field = new FieldBuilder(name, 0);
  field.become(kind);
  values.forEach((value, row) => {
    inRow(file, row, name, () => field.add(value, kind));
  });
  return field.build();
}
