import { FormatError } from "@kith/core-tensors";
import type { VocabularyBuilder } from "../vocabulary.ts";
import type { BadRows } from "./bad-rows.ts";
import type { Format } from "./format.ts";
import { readHeader } from "./header.ts";
import { decodeField, textOf } from "./numbers.ts";
import type { Rows } from "./scan.ts";

/**
 * Takes rows of CSV, TSV and .inter: the header, the number of fields, and what all kinds of data do with ids and with fields
 * that are wrong. Ids go from the file's bytes into the vocabulary without becoming strings.
 */
export abstract class DelimitedRows<Made extends { readonly length: number }> implements Rows {
  /** What the rows become; undefined before the first one. */
  made: Made | undefined;
  #width = 0;
  readonly #format: Format;
  readonly #hasHeader: boolean;
  readonly #bad: BadRows;

  constructor(format: Format, hasHeader: boolean, bad: BadRows) {
    this.#format = format;
    this.#hasHeader = hasHeader;
    this.#bad = bad;
  }

  /** Finds the columns. @throws FormatError when one is not there */
  protected abstract open(file: string, names: readonly string[], hasHeader: boolean): Made;

  /** Takes one row of the right number of fields. */
  protected abstract take(made: Made, bytes: Uint8Array, bounds: Int32Array, line: number): void;

  get length(): number {
    return this.made?.length ?? 0;
  }

  badRow(line: number, reason: string): void {
    this.#bad.add(line, undefined, reason);
  }

  row(bytes: Uint8Array, bounds: Int32Array, fields: number, line: number): void {
    const made = this.made;
    if (made === undefined) this.#firstRow(bytes, bounds, fields, line);
    else if (fields === this.#width) this.take(made, bytes, bounds, line);
    else this.#bad.add(line, undefined, `expected ${this.#width} columns, got ${fields}`);
  }

  #firstRow(bytes: Uint8Array, bounds: Int32Array, fields: number, line: number): void {
    const names = readHeader(this.#bad.name, this.#format, this.#hasHeader, bytes, bounds, fields);
    this.#width = fields;
    this.made = this.open(this.#bad.name, names, this.#hasHeader);
    if (!this.#hasHeader) this.row(bytes, bounds, fields, line);
  }

  /** Only ids that are new are checked to be UTF-8: there are few of them. */
  protected idIn(
    vocabulary: VocabularyBuilder,
    bytes: Uint8Array,
    start: number,
    end: number,
    line: number,
  ): number {
    const size = vocabulary.size;
    const index = vocabulary.addBytes(bytes, start, end);
    if (index === size && decodeField(bytes, start, end) === undefined)
      throw new FormatError(
        `${this.#bad.name}, line ${line}: ${JSON.stringify(textOf(bytes, start, end))} is not valid UTF-8; convert the file to UTF-8 first`,
      );
    return index;
  }

  protected emptyField(line: number, column: string | undefined, role: string): void {
    this.#bad.add(line, column, `the ${role} is empty`);
  }

  protected badField(
    bytes: Uint8Array,
    bounds: Int32Array,
    at: number,
    line: number,
    column: string | undefined,
    expected: string,
  ): void {
    const got = textOf(bytes, bounds[2 * at], Math.min(bounds[2 * at + 1], bounds[2 * at] + 60));
    this.#bad.add(line, column, `expected ${expected}, got ${JSON.stringify(got)}`);
  }
}
