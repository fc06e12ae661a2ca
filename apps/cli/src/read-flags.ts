import type {
  BadRow,
  Format,
  ReadFeaturesOptions,
  ReadInteractionsOptions,
  ReadItemPairsOptions,
  ReadOptions,
  ReadSequencesOptions,
} from "@kith/data";
import { count, type Tell } from "./words.ts";

/** How files are to be read, of whatever kind. */
export interface FileFlags {
  readonly format?: Format;
  readonly delimiter?: string;
  readonly header?: boolean;
  readonly skipLines?: number;
  readonly skipBadRows?: boolean;
}

/** How a file of interactions is to be read. */
export interface ReadFlags extends FileFlags {
  readonly userCol?: string;
  readonly itemCol?: string;
  readonly valueCol?: string | false;
  readonly timeCol?: string | false;
  readonly typeCol?: string | false;
}

/** How a file of pairs of items is to be read. */
export interface PairFlags extends FileFlags {
  readonly sourceCol?: string;
  readonly targetCol?: string;
  readonly weightCol?: string | false;
  readonly relationCol?: string | false;
  readonly labelCol?: string | false;
  /** Only pairs of this relation. */
  readonly relation?: string;
}

/** How a file of sequences is to be read. */
export interface SequenceFlags extends FileFlags {
  readonly itemsCol?: string;
  readonly separator?: string;
}

/** Where what is known of items is, and how it is to be read. */
export interface FeatureFlags extends FileFlags {
  readonly features?: string;
  readonly itemCol?: string;
  readonly fields?: readonly string[];
  readonly missing?: readonly string[];
  readonly numeric?: readonly string[];
  /** Fields with several values, which "|" separates. */
  readonly multiHot?: readonly string[];
  /** Fields that hold vectors, whose numbers blanks separate. */
  readonly vector?: readonly string[];
}

/** The flags of a file of features, beside its name and its column of items. */
export const FEATURE_FLAGS = ["fields", "missing", "numeric", "multiHot", "vector"] as const;

export function interactionOptions(
  name: string,
  { userCol, itemCol, valueCol, timeCol, typeCol, ...file }: ReadFlags,
  signal?: AbortSignal,
): ReadInteractionsOptions {
  return {
    ...fileOptions(name, file, signal),
    ...given({
      userColumn: userCol,
      itemColumn: itemCol,
      valueColumn: valueCol,
      timeColumn: timeCol,
      typeColumn: typeCol,
    }),
  };
}

export function pairOptions(
  name: string,
  { sourceCol, targetCol, weightCol, relationCol, labelCol, ...file }: PairFlags,
  signal?: AbortSignal,
): ReadItemPairsOptions {
  return {
    ...fileOptions(name, file, signal),
    ...given({
      sourceColumn: sourceCol,
      targetColumn: targetCol,
      weightColumn: weightCol,
      relationColumn: relationCol,
      labelColumn: labelCol,
    }),
  };
}

export function sequenceOptions(
  name: string,
  { itemsCol, separator, ...file }: SequenceFlags,
  signal?: AbortSignal,
): ReadSequencesOptions {
  return {
    ...fileOptions(name, file, signal),
    ...given({ itemsColumn: itemsCol, separator }),
  };
}

export function featureOptions(
  name: string,
  { itemCol, fields, missing, numeric, multiHot, vector, ...file }: FeatureFlags,
  signal?: AbortSignal,
): ReadFeaturesOptions {
  return {
    ...fileOptions(name, file, signal),
    ...given({
      itemColumn: itemCol,
      fields,
      missing,
      numeric,
      multiHot: separated(multiHot, "|"),
      vector: separated(vector, " "),
    }),
  };
}

function separated(
  fields: readonly string[] | undefined,
  by: string,
): Readonly<Record<string, string>> | undefined {
  return fields && Object.fromEntries(fields.map((field) => [field, by]));
}

/** For a file of another kind than --data, which is not written down like it: its own name and header say how to read it. */
export function withoutFileFlags<F extends FileFlags>(
  flags: F,
): Omit<F, "format" | "delimiter" | "header" | "skipLines"> {
  const {
    format: _format,
    delimiter: _delimiter,
    header: _header,
    skipLines: _skipLines,
    ...rest
  } = flags;
  return rest;
}

/** Tells how many rows could not be read. */
export function tellBadRows(
  path: string,
  { badRows, badRowCount }: { badRows: readonly BadRow[]; badRowCount: number },
  tell: Tell,
): void {
  if (badRowCount === 0) return;
  const [{ line, reason }] = badRows;
  tell(`${path}: ${count(badRowCount, "bad row")} left out; the first is line ${line}, ${reason}`);
}

function fileOptions(
  name: string,
  { format, delimiter, header, skipLines, skipBadRows }: FileFlags,
  signal: AbortSignal | undefined,
): ReadOptions {
  return {
    name,
    ...given({ format, delimiter, skipLines, signal }),
    ...(header === false && { header }),
    ...(skipBadRows && { onBadRow: "skip" as const }),
  };
}

/** Without what was not given: readers take a missing option, not an undefined one. */
function given<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}
