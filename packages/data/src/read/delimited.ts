import { FormatError } from "@kith/core-tensors";
import type { VocabularyBuilder } from "../vocabulary.ts";
import type { BadRows } from "./bad-rows.ts";
import type { Format } from "./format.ts";
import { readHeader } from "./header.ts";
import {
  type ColumnOptions,
  columnsByPosition,
  InteractionsInTheMaking,
} from "./interaction-columns.ts";
import { decodeField, parseNumber, textOf } from "./numbers.ts";
import type { Rows } from "./scan.ts";
import { TimeColumn } from "./time-column.ts";

/** Takes rows of CSV, TSV and .inter. Ids go from the file's bytes into the vocabulary without becoming strings. */
export class DelimitedInteractions implements Rows {
  made: InteractionsInTheMaking | undefined;
  #width = 0;
  readonly #format: Format;
  readonly #options: ColumnOptions & { header?: boolean };
  readonly #bad: BadRows;
  readonly #times = new TimeColumn();

  constructor(format: Format, options: ColumnOptions & { header?: boolean }, bad: BadRows) {
    this.#format = format;
    this.#options = options;
    this.#bad = bad;
  }

  get length(): number {
    return this.made?.rows.length ?? 0;
  }

  badRow(line: number, reason: string): void {
    this.#bad.add(line, undefined, reason);
  }

  row(bytes: Uint8Array, bounds: Int32Array, fields: number, line: number): void {
    const made = this.made;
    if (made === undefined) {
      this.#firstRow(bytes, bounds, fields, line);
      return;
    }
    if (fields !== this.#width) {
      this.#bad.add(line, undefined, `expected ${this.#width} columns, got ${fields}`);
      return;
    }

    const { user, item, value, time } = made.at;
    const userStart = bounds[2 * user];
    const userEnd = bounds[2 * user + 1];
    if (userStart === userEnd) {
      this.#bad.add(line, made.chosen.user, "the user is empty");
      return;
    }
    const itemStart = bounds[2 * item];
    const itemEnd = bounds[2 * item + 1];
    if (itemStart === itemEnd) {
      this.#bad.add(line, made.chosen.item, "the item is empty");
      return;
    }
    let number = 0;
    if (value >= 0) {
      number = Math.fround(parseNumber(bytes, bounds[2 * value], bounds[2 * value + 1]));
      if (!(Math.abs(number) < Number.POSITIVE_INFINITY)) {
        this.#badField(bytes, bounds, value, line, made.chosen.value, "a finite number");
        return;
      }
    }
    let seconds = 0;
    if (time >= 0) {
      seconds = this.#times.fromBytes(bytes, bounds[2 * time], bounds[2 * time + 1]);
      if (Number.isNaN(seconds)) {
        this.#badField(bytes, bounds, time, line, made.chosen.time, this.#times.expected);
        return;
      }
    }
    made.rows.add(
      this.#idIn(made.users, bytes, userStart, userEnd, line),
      this.#idIn(made.items, bytes, itemStart, itemEnd, line),
      number,
      seconds,
    );
  }

  #firstRow(bytes: Uint8Array, bounds: Int32Array, fields: number, line: number): void {
    const { header = true } = this.#options;
    const file = this.#bad.name;
    const names = readHeader(file, this.#format, header, bytes, bounds, fields);
    this.#width = fields;
    this.made = new InteractionsInTheMaking(
      file,
      names,
      header ? this.#options : columnsByPosition(fields, this.#options),
    );
    if (!header) this.row(bytes, bounds, fields, line);
  }

  /** Only ids that are new are checked to be UTF-8: there are few of them. */
  #idIn(
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

  #badField(
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
