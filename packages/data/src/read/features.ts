import { FormatError } from "@kith/core-tensors";
import { checkOptions, text, type Wanted } from "../check-options.ts";
import { type FeatureField, Features } from "../features.ts";
import { type FeatureValue, FieldBuilder } from "../field-builder.ts";
import { Vocabulary } from "../vocabulary.ts";
import type { BadRow } from "./bad-rows.ts";
import { findColumn, namedColumn } from "./columns.ts";
import { parseText } from "./numbers.ts";
import { READ_RULES, type ReadOptions } from "./scan.ts";
import type { ByteSource } from "./source.ts";
import { checkItemColumn, scanTable } from "./table.ts";

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
  const { table, bad } = await scanTable(source, readOptions);
  const names = [...table.columns.keys()];
  const item = names[findColumn(file, names, "item", itemColumn)];
  const ids = checkItemColumn(file, table, item);
  const chosen = fields ?? names.filter((name) => name !== item);
  checkFields(file, names, item, chosen);
  checkKinds(file, chosen, [...numeric, ...Object.keys(multiHot), ...Object.keys(vector)]);
  const unknown = new Set(["", ...missing]);
  const columns = chosen.map((name) => {
    const reading = readingOf(name, { numeric, multiHot, vector });
    return {
      name,
      ...reading,
      texts: table.columns.get(name) ?? [],
      field: fieldOf(name, reading),
    };
  });
  const kept = ids.filter((_, row) => {
    const values: FeatureValue[] = [];
    for (const { name, texts, read } of columns) {
      const value = unknown.has(texts[row]) ? undefined : read(texts[row]);
      if (value instanceof Problem) {
        bad.add(table.lines[row], name, value.reason);
        return false;
      }
      values.push(value);
    }
    for (const [n, { field, kind }] of columns.entries()) field.add(values[n], kind);
    return true;
  });
  if (kept.length === 0)
    throw new FormatError(
      `${file}: none of the ${bad.count} rows could be read; the first is line ${bad.first[0].line}, ${bad.first[0].reason}`,
    );
  return {
    data: Features.fromColumns({
      ids: Vocabulary.from(kept),
      fields: columns.map(({ field }) => field.build()),
    }),
    report: {
      rows: kept.length,
      badRows: bad.first,
      badRowCount: bad.count,
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

/** Why a text is no value. */
class Problem {
  constructor(readonly reason: string) {}
}

/** How the texts of a field become values. */
interface Reading {
  readonly kind: FeatureField["kind"];
  read(text: string): FeatureValue | Problem;
}

function readingOf(
  name: string,
  {
    numeric,
    multiHot,
    vector,
  }: Required<Pick<ReadFeaturesOptions, "numeric" | "multiHot" | "vector">>,
): Reading {
  if (numeric.includes(name)) return { kind: "numeric", read: readNumber };
  if (Object.hasOwn(multiHot, name))
    return { kind: "multi-hot", read: (text) => parts(text, multiHot[name]) };
  if (Object.hasOwn(vector, name)) return { kind: "vector", read: vectorReader(vector[name]) };
  return { kind: "categorical", read: (text) => text };
}

function fieldOf(name: string, { kind }: Reading): FieldBuilder {
  const field = new FieldBuilder(name, 0);
  field.become(kind);
  return field;
}

function readNumber(text: string): number | Problem {
  const number = parseText(text);
  if (!Number.isNaN(number)) return number;
  return new Problem(`expected a finite number, got ${JSON.stringify(text)}`);
}

function parts(text: string, separator: string): string[] {
  return text
    .split(separator)
    .map((part) => part.trim())
    .filter(Boolean);
}

/** Vectors of equally many numbers, as many as the first has. */
function vectorReader(separator: string): Reading["read"] {
  let width: number | undefined;
  return (text) => {
    const numbers = parts(text, separator).map(readNumber);
    const wrong = numbers.find((number) => number instanceof Problem);
    if (wrong !== undefined) return wrong;
    width ??= numbers.length;
    if (numbers.length === width) return numbers as number[];
    return new Problem(`expected ${width} numbers, as in the rows before, got ${numbers.length}`);
  };
}
