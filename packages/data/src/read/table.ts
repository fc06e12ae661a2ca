import { FormatError } from "@kith/core-tensors";
import { checkOptions, text, textOrFalse } from "../check-options.ts";
import { Vocabulary } from "../vocabulary.ts";
import type { BadRow, BadRows } from "./bad-rows.ts";
import { findColumn } from "./columns.ts";
import type { Format } from "./format.ts";
import { readHeader } from "./header.ts";
import { parseObject } from "./json-rows.ts";
import { decodeField } from "./numbers.ts";
import { READ_RULES, type ReadOptions, type Rows, scan } from "./scan.ts";
import type { ByteSource } from "./source.ts";

/** A small file as columns of strings. */
export interface Table {
  /** The number of rows. */
  readonly length: number;
  /** By name, in the file's order; each of `length` strings. */
  readonly columns: ReadonlyMap<string, readonly string[]>;
  /** The line where each row begins, counted from 1. Shape [length]. */
  readonly lines: readonly number[];
  readonly badRows: readonly BadRow[];
  readonly badRowCount: number;
}

/** Options of `readItems`. */
export interface ReadItemsOptions extends ReadOptions {
  /** Default: a column named item, item_id, itemId, … */
  itemColumn?: string;
  /** Default: a column named title, name, label or description, where there is one. */
  titleColumn?: string | false;
}

/** What is known about items; index i of every array is item i of the vocabulary. */
export interface Items {
  readonly vocabulary: Vocabulary;
  /** Undefined when no column has titles. */
  readonly titles: readonly string[] | undefined;
  /** All columns but the ids. */
  readonly columns: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reads a table whose cells stay strings. Formats, options and errors are those of `readInteractions`; in JSONL, the first object's
 * keys are the columns, what is missing or null becomes "", and lists and objects stay JSON.
 * @throws FormatError naming file and line
 */
export async function readTable(source: ByteSource, options: ReadOptions = {}): Promise<Table> {
  checkOptions("readTable", options, READ_RULES);
  return (await scanTable(source, options)).table;
}

/** The same, and where rows go that are found to be bad later on. */
export async function scanTable(
  source: ByteSource,
  options: ReadOptions,
): Promise<{ readonly table: Table; readonly bad: BadRows }> {
  const { rows, bad } = await scan(
    source,
    options,
    (format, bad) => new TableRows(format, options, bad),
  );
  const table = {
    length: rows.length,
    columns: new Map(rows.names.map((name, i) => [name, rows.cells[i]])),
    lines: rows.lines,
    badRows: bad.first,
    badRowCount: bad.count,
  };
  return { table, bad };
}

/**
 * Reads items with their titles and whatever else the file says about them.
 * @throws FormatError naming file and line, also for an item that is empty or there twice
 */
export async function readItems(
  source: ByteSource,
  options: ReadItemsOptions = {},
): Promise<Items> {
  checkOptions("readItems", options, { ...READ_RULES, itemColumn: text, titleColumn: textOrFalse });
  const { itemColumn, titleColumn, ...readOptions } = options;
  const file = options.name ?? "the data";
  const table = await readTable(source, readOptions);
  const names = [...table.columns.keys()];
  const idName = names[findColumn(file, names, "item", itemColumn)];
  const titleName = names[findColumn(file, names, "title", titleColumn)];
  const ids = checkItemColumn(file, table, idName);
  return {
    vocabulary: Vocabulary.from(ids),
    titles: titleName === undefined ? undefined : table.columns.get(titleName),
    columns: new Map([...table.columns].filter(([name]) => name !== idName)),
  };
}

/**
 * The items of a table, of which each is there once.
 * @throws FormatError naming the line of one that is empty or there twice
 */
export function checkItemColumn(file: string, table: Table, column: string): readonly string[] {
  const ids = table.columns.get(column) ?? [];
  const seen = new Set<string>();
  for (const [row, id] of ids.entries()) {
    if (id === "" || seen.has(id))
      throw new FormatError(
        `${file}, line ${table.lines[row]}, column ${JSON.stringify(column)}: ${id === "" ? "the item is empty" : `item ${JSON.stringify(id)} is there twice`}`,
      );
    seen.add(id);
  }
  return ids;
}

class TableRows implements Rows {
  names: string[] = [];
  cells: string[][] = [];
  lines: number[] = [];
  readonly #format: Format;
  readonly #options: ReadOptions;
  readonly #bad: BadRows;

  constructor(format: Format, options: ReadOptions, bad: BadRows) {
    this.#format = format;
    this.#options = options;
    this.#bad = bad;
  }

  get length(): number {
    return this.lines.length;
  }

  badRow(line: number, reason: string): void {
    this.#bad.add(line, undefined, reason);
  }

  row(bytes: Uint8Array, bounds: Int32Array, fields: number, line: number): void {
    if (this.#format === "jsonl") {
      this.#object(bytes, bounds, line);
      return;
    }
    if (this.names.length === 0) {
      const { header = true } = this.#options;
      this.#open(readHeader(this.#bad.name, this.#format, header, bytes, bounds, fields));
      if (header) return;
    }
    const { names } = this;
    if (fields !== names.length) {
      this.#bad.add(line, undefined, `expected ${names.length} columns, got ${fields}`);
      return;
    }
    const texts = names.map((_, i) => decodeField(bytes, bounds[2 * i], bounds[2 * i + 1]));
    const broken = texts.indexOf(undefined);
    if (broken >= 0) throw this.#notText(line, names[broken]);
    this.#add(texts as string[], line);
  }

  #object(bytes: Uint8Array, bounds: Int32Array, line: number): void {
    const object = parseObject(bytes, bounds);
    if (typeof object === "string") {
      this.#bad.add(line, undefined, object);
      return;
    }
    if (this.names.length === 0) this.#open(Object.keys(object));
    this.#add(
      this.names.map((name) => (Object.hasOwn(object, name) ? cell(object[name]) : "")),
      line,
    );
  }

  #open(names: string[]): void {
    const twice = names.find((name, i) => names.indexOf(name) !== i);
    if (twice !== undefined)
      throw new FormatError(
        `${this.#bad.name}: there are two columns named ${JSON.stringify(twice)}`,
      );
    this.names = names;
    this.cells = names.map(() => []);
  }

  #add(texts: readonly string[], line: number): void {
    for (const [i, text] of texts.entries()) this.cells[i].push(text);
    this.lines.push(line);
  }

  #notText(line: number, column: string): FormatError {
    return new FormatError(
      `${this.#bad.name}, line ${line}, column ${JSON.stringify(column)}: this is not valid UTF-8; convert the file to UTF-8 first`,
    );
  }
}

function cell(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : JSON.stringify(value);
}
