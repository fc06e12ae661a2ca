import { SequenceList, Sequences } from "../sequences.ts";
import { VocabularyBuilder } from "../vocabulary.ts";
import type { BadRows } from "./bad-rows.ts";
import { findColumn } from "./columns.ts";
import { DelimitedRows } from "./delimited-rows.ts";
import type { Format } from "./format.ts";
import { JsonRows, own } from "./json-rows.ts";

/** How sequences are written down. */
export interface SequenceSyntax {
  /** Undefined to go by common names; without a header, for the last one. */
  readonly itemsColumn: string | undefined;
  /** Between ids. Several blanks are one; between two of anything else an id is missing. */
  readonly separator: string;
}

/** Sequences in the making, and the column they are made from; the readers of all formats end here. */
export class SequencesInTheMaking {
  readonly items: VocabularyBuilder = new VocabularyBuilder();
  readonly list: SequenceList = new SequenceList();
  /** Sequences without an item, which are left out. */
  empty = 0;
  /** The place of the column in a row, and its name. */
  readonly at: number;
  readonly column: string;

  /** @throws FormatError when the column is not there */
  constructor(file: string, names: readonly string[], wanted: string | undefined) {
    this.at = findColumn(file, names, "sequence", wanted);
    this.column = names[this.at];
  }

  /** Good rows, also those of empty sequences. */
  get length(): number {
    return this.list.sequences + this.empty;
  }

  build(): Sequences {
    return Sequences.fromColumns({ ...this.list.take(), items: this.items.build() });
  }
}

const BLANK = 32;

/** Takes sequences from rows of CSV, TSV and .inter. */
export class DelimitedSequences extends DelimitedRows<SequencesInTheMaking> {
  readonly #wanted: string | undefined;
  readonly #separator: number;

  constructor(
    format: Format,
    { itemsColumn, separator }: SequenceSyntax,
    hasHeader: boolean | undefined,
    bad: BadRows,
  ) {
    super(format, hasHeader ?? true, bad);
    this.#wanted = itemsColumn;
    this.#separator = separator.charCodeAt(0);
  }

  protected override open(
    file: string,
    names: readonly string[],
    hasHeader: boolean,
  ): SequencesInTheMaking {
    const wanted = this.#wanted ?? (hasHeader ? undefined : String(names.length));
    return new SequencesInTheMaking(file, names, wanted);
  }

  protected override take(
    made: SequencesInTheMaking,
    bytes: Uint8Array,
    bounds: Int32Array,
    line: number,
  ): void {
    const separator = this.#separator;
    const start = bounds[2 * made.at];
    const end = bounds[2 * made.at + 1];
    if (separator !== BLANK && start < end && this.#hasGap(bytes, start, end)) {
      this.emptyField(line, made.column, "item between two separators");
      return;
    }
    let isEmpty = true;
    for (let at = start; at < end; at++) {
      if (bytes[at] === separator) continue;
      const idStart = at;
      while (at < end && bytes[at] !== separator) at++;
      made.list.add(this.idIn(made.items, bytes, idStart, at, line));
      isEmpty = false;
    }
    if (isEmpty) made.empty++;
    else made.list.end();
  }

  #hasGap(bytes: Uint8Array, start: number, end: number): boolean {
    const separator = this.#separator;
    if (bytes[start] === separator || bytes[end - 1] === separator) return true;
    for (let at = start + 1; at < end; at++)
      if (bytes[at] === separator && bytes[at - 1] === separator) return true;
    return false;
  }
}

/** Takes sequences from lines of JSON objects: lists of ids, or texts with separators. */
export class JsonSequences extends JsonRows<SequencesInTheMaking> {
  readonly #wanted: string | undefined;
  readonly #separator: string;

  constructor({ itemsColumn, separator }: SequenceSyntax, bad: BadRows) {
    super(bad);
    this.#wanted = itemsColumn;
    this.#separator = separator;
  }

  protected override open(file: string, names: readonly string[]): SequencesInTheMaking {
    return new SequencesInTheMaking(file, names, this.#wanted);
  }

  protected override take(
    made: SequencesInTheMaking,
    object: Record<string, unknown>,
    line: number,
  ): void {
    const given = own(object, made.column);
    const ids = typeof given === "string" ? this.#divided(given) : given;
    if (!Array.isArray(ids)) {
      this.badValue(line, made.column, "a list of ids", given);
      return;
    }
    if (!this.areIds(made.items, "item", ids, line, made.column)) return;
    for (const id of ids) made.list.add(this.idIn(made.items, id));
    if (ids.length === 0) made.empty++;
    else made.list.end();
  }

  #divided(text: string): string[] {
    const ids = text.split(this.#separator);
    return this.#separator === " " || text === "" ? ids.filter((id) => id !== "") : ids;
  }
}
