import { FormatError } from "@kith/core-tensors";

const NEWLINE = 10;
const RETURN = 13;
const QUOTE = 34;
const LONGEST_ROW = 1 << 24;

/** What is done with each row. */
export interface RowSink {
  /** Field i is bytes[bounds[2i]] … bytes[bounds[2i + 1]]; both arrays are reused for the next row. */
  row(bytes: Uint8Array, bounds: Int32Array, fields: number, line: number): void;
  /** A row that cannot be divided into fields. */
  badRow(line: number, reason: string): void;
}

export interface RowSyntax {
  /** In messages. */
  readonly name: string;
  /** The byte between fields; −1 when a line is one field. */
  readonly delimiter: number;
  /** Whether "…" protects delimiters and newlines, with "" for a quote. */
  readonly quotes: boolean;
}

/**
 * Cuts bytes, given in chunks of any size, into rows and fields. Blank lines are passed over, CRLF is a line's end like LF.
 * One pass and no copy, except for rows that are cut by a chunk's end or have quotes.
 */
export class RowScanner {
  /** The line, from 1, where the next row begins; quoted newlines count. */
  line = 1;
  readonly #syntax: RowSyntax;
  readonly #sink: RowSink;
  #bounds: Int32Array = new Int32Array(64);
  #unquoted: Uint8Array = new Uint8Array(256);
  #held: Uint8Array = new Uint8Array(1 << 16); // the beginning of a row whose end has not come
  #heldLength = 0;
  #scanAgainAt = 0;

  constructor(syntax: RowSyntax, sink: RowSink) {
    this.#syntax = syntax;
    this.#sink = sink;
  }

  push(chunk: Uint8Array): void {
    if (this.#heldLength === 0) {
      const done = this.#scan(chunk, chunk.length, false);
      this.#hold(chunk, done, chunk.length);
      return;
    }
    this.#hold(chunk, 0, chunk.length);
    // a long row in small chunks is looked at each time it has doubled, so the work stays linear
    if (this.#heldLength < this.#scanAgainAt) return;
    const done = this.#scan(this.#held, this.#heldLength, false);
    this.#held.copyWithin(0, done, this.#heldLength);
    this.#heldLength -= done;
    this.#scanAgainAt = this.#heldLength * 2;
    if (this.#heldLength > LONGEST_ROW)
      throw new FormatError(
        `${this.#syntax.name}, line ${this.line}: this row is longer than ${LONGEST_ROW >> 20} MiB; is a quote never closed?`,
      );
  }

  /** The end of the data; a last row without a newline counts. */
  end(): void {
    this.#scan(this.#held, this.#heldLength, true);
    this.#heldLength = 0;
  }

  #hold(bytes: Uint8Array, start: number, end: number): void {
    if (start === end) return;
    const needed = this.#heldLength + end - start;
    if (needed > this.#held.length) {
      const larger = new Uint8Array(Math.max(needed, this.#held.length * 2));
      larger.set(this.#held.subarray(0, this.#heldLength));
      this.#held = larger;
    }
    this.#held.set(bytes.subarray(start, end), this.#heldLength);
    if (this.#heldLength === 0) this.#scanAgainAt = needed * 2;
    this.#heldLength = needed;
  }

  /** Passes on all whole rows of bytes[0] … bytes[end]; returns where the first row that is not whole begins. */
  #scan(bytes: Uint8Array, end: number, isLast: boolean): number {
    const { delimiter, quotes } = this.#syntax;
    const quote = quotes ? QUOTE : -2;
    const largest = Math.max(delimiter, NEWLINE); // most bytes are larger: one comparison passes them over
    let bounds = this.#bounds;
    let at = 0;
    while (at < end) {
      const rowStart = at;
      let fieldStart = at;
      let n = 0;
      let isQuoted = bytes[at] === quote;
      while (!isQuoted && at < end) {
        const byte = bytes[at];
        if (byte <= largest) {
          if (byte === delimiter) {
            if (n + 4 > bounds.length) bounds = this.#moreBounds();
            bounds[n++] = fieldStart;
            bounds[n++] = at;
            fieldStart = at + 1;
            isQuoted = bytes[fieldStart] === quote;
          } else if (byte === NEWLINE) break;
        }
        at++;
      }
      if (isQuoted) {
        at = this.#scanQuoted(bytes, rowStart, end, isLast);
        if (at < 0) return rowStart;
        bounds = this.#bounds;
        continue;
      }
      if (at === end && !isLast) return rowStart;
      const fieldEnd = at > fieldStart && bytes[at - 1] === RETURN ? at - 1 : at;
      if (n > 0 || fieldEnd > fieldStart) {
        bounds[n++] = fieldStart;
        bounds[n++] = fieldEnd;
        this.#sink.row(bytes, bounds, n >> 1, this.line);
      }
      this.line++;
      at++;
    }
    return Math.min(at, end);
  }

  /** One row in which a field begins with a quote. Returns where the next one begins, or −1 when this one is not whole. */
  #scanQuoted(bytes: Uint8Array, start: number, end: number, isLast: boolean): number {
    const { delimiter } = this.#syntax;
    if (this.#unquoted.length < end - start) this.#unquoted = new Uint8Array(end - start);
    const out = this.#unquoted;
    let at = start;
    let to = 0;
    let n = 0;
    let lines = 1;
    let problem: string | undefined;
    for (;;) {
      if (n + 2 > this.#bounds.length) this.#moreBounds();
      this.#bounds[n++] = to;
      if (at < end && bytes[at] === QUOTE) {
        const opened = this.line + lines - 1;
        at++;
        for (;;) {
          if (at === end && isLast) throw this.#neverClosed(opened);
          if (at + 1 >= end && !isLast) return -1; // the byte after a quote decides what the quote is
          const byte = bytes[at++];
          if (byte === QUOTE && !(at < end && bytes[at] === QUOTE)) break;
          if (byte === QUOTE) at++;
          if (byte === NEWLINE) lines++;
          out[to++] = byte;
        }
        if (at < end && bytes[at] === RETURN && (at + 1 === end || bytes[at + 1] === NEWLINE)) at++;
        else if (at < end && bytes[at] !== delimiter && bytes[at] !== NEWLINE)
          problem =
            "text follows a closing quote (if quotes mean nothing here, pass quotes: false)";
      }
      const textStart = to;
      while (at < end && bytes[at] !== delimiter && bytes[at] !== NEWLINE) out[to++] = bytes[at++];
      if (at === end && !isLast) return -1;
      const isRowEnd = at === end || bytes[at] === NEWLINE;
      if (isRowEnd && to > textStart && out[to - 1] === RETURN) to--;
      this.#bounds[n++] = to;
      at++;
      if (isRowEnd) break;
    }
    if (problem === undefined) this.#sink.row(out, this.#bounds, n >> 1, this.line);
    else this.#sink.badRow(this.line, problem);
    this.line += lines;
    return at;
  }

  #moreBounds(): Int32Array {
    const more = new Int32Array(this.#bounds.length * 2);
    more.set(this.#bounds);
    this.#bounds = more;
    return more;
  }

  #neverClosed(line: number): FormatError {
    return new FormatError(
      `${this.#syntax.name}, line ${line}: the quote that opens here is never closed; if quotes mean nothing in this file, pass quotes: false`,
    );
  }
}
