import { FormatError } from "@kith/core-tensors";
import { abortSignal, count, flag, oneOf, text, type Wanted } from "../check-options.ts";
import { BadRows } from "./bad-rows.ts";
import { delimiterOf, detectFormat, type Format } from "./format.ts";
import { RowScanner, type RowSink } from "./row-scanner.ts";
import { type ByteSource, chunksOf, joined } from "./source.ts";

/** Options of everything that reads rows. */
export interface ReadOptions {
  /** Stands in messages, and its extension tells the format: usually the file's name. Default "the data". */
  name?: string;
  /** Default: what the name's extension or the first line says. */
  format?: Format;
  /** One character between fields. Default: a tab, or for CSV whichever of , ; | and tab the first line has most of. */
  delimiter?: string;
  /** Lines before the header, or the data, that are passed over, blank ones included. Default 0. */
  skipLines?: number;
  /** Whether the first line names the columns. Without it they are called "1", "2", … Default true. */
  header?: boolean;
  /**
   * Whether "…" protects delimiters and newlines, with "" for a quote. Default: true for CSV; for tab-separated files, in which
   * quotes mostly are just text, only when the first line begins with one.
   */
  quotes?: boolean;
  /** "throw" on the first bad row, or "skip" and count it. Default "throw". */
  onBadRow?: "throw" | "skip";
  /** With "skip": one more than this many is an error. Default: no limit. */
  maxBadRows?: number;
  /** Stops reading; looked at between chunks. */
  signal?: AbortSignal;
}

export const READ_RULES: { readonly [K in keyof ReadOptions]-?: Wanted } = {
  name: text,
  format: oneOf("csv", "tsv", "jsonl", "inter"),
  delimiter: { wanted: "one ASCII character", accepts: isAscii },
  skipLines: count,
  header: flag,
  quotes: flag,
  onBadRow: oneOf("throw", "skip"),
  maxBadRows: count,
  signal: abortSignal,
};

/** Takes the rows of one format. */
export interface Rows extends RowSink {
  /** How many good rows there have been. */
  readonly length: number;
}

const QUOTE = 34;
const LONGEST_FIRST_LINE = 1 << 20;

/**
 * Drives a source through a scanner: unpacks, strips the byte-order mark, finds the format, and refuses what is empty or
 * binary.
 * @param open makes the taker of rows, once the format is known
 */
export async function scan<R extends Rows>(
  source: ByteSource,
  options: ReadOptions,
  open: (format: Format, bad: BadRows) => R,
): Promise<{ rows: R; format: Format; bad: BadRows }> {
  const { name = "the data", skipLines = 0, signal } = options;
  const skipped = options.onBadRow === "skip" ? (options.maxBadRows ?? Infinity) : 0;
  const bad = new BadRows(name, skipped);
  const chunks = textChunks(source, name, signal);
  try {
    const head = await headOf(chunks, skipLines);
    const firstLine = firstLineOf(head);
    if (firstLine === undefined)
      throw new FormatError(
        `${name} is empty${skipLines > 0 ? ` after the ${skipLines} lines that are skipped` : ""}`,
      );
    const format = options.format ?? detectFormat(name, firstLine);
    const rows = open(format, bad);
    const delimiter = delimiterOf(format, options.delimiter, firstLine);
    const quotes =
      format !== "jsonl" && (options.quotes ?? (format === "csv" || firstLine[0] === QUOTE));
    const scanner = new RowScanner({ name, delimiter, quotes }, rows);
    scanner.line += skipLines;
    scanner.push(head);
    for await (const chunk of chunks) scanner.push(chunk);
    scanner.end();
    if (rows.length === 0) throw noRows(name, bad);
    return { rows, format, bad };
  } finally {
    await chunks.return();
  }
}

async function* textChunks(
  source: ByteSource,
  name: string,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, void> {
  let read = 0;
  for await (const chunk of chunksOf(source, name, signal)) {
    const zero = chunk.indexOf(0);
    if (zero >= 0)
      throw new FormatError(
        `${name} is not UTF-8 text: byte ${read + zero} is zero; is it a spreadsheet, an archive or UTF-16?`,
      );
    read += chunk.length;
    // one class for all chunks, whatever the source makes: the scanner's loops are compiled for it
    yield new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length);
  }
}

/** Reads until the first line that is not skipped is whole; without the byte-order mark. */
async function headOf(
  chunks: AsyncGenerator<Uint8Array, void, void>,
  skipLines: number,
): Promise<Uint8Array> {
  let head: Uint8Array = new Uint8Array(0);
  let skipped = 0;
  while (skipped < skipLines || (!hasFirstLine(head) && head.length < LONGEST_FIRST_LINE)) {
    const { done, value } = await chunks.next();
    if (done) break;
    head = head.length === 0 ? value : joined(head, value);
    while (skipped < skipLines && head.length > 0) {
      const end = head.indexOf(10);
      if (end >= 0) skipped++;
      head = head.subarray(end < 0 ? head.length : end + 1);
    }
  }
  const hasMark = skipLines === 0 && head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf;
  return hasMark ? head.subarray(3) : head;
}

function noRows(name: string, bad: BadRows): FormatError {
  if (bad.count === 0) return new FormatError(`${name} has a header and no rows`);
  const { line, reason } = bad.first[0];
  return new FormatError(
    `${name}: none of the ${bad.count} rows could be read; the first is line ${line}, ${reason}`,
  );
}

function isBlank(byte: number): boolean {
  return byte === 10 || byte === 13;
}

/** Whether the first line that is not blank is there to its end. */
function hasFirstLine(bytes: Uint8Array): boolean {
  const begin = bytes.findIndex((byte) => !isBlank(byte));
  return begin >= 0 && bytes.indexOf(10, begin) >= 0;
}

function firstLineOf(bytes: Uint8Array): Uint8Array | undefined {
  const begin = bytes.findIndex((byte) => !isBlank(byte));
  if (begin < 0) return undefined;
  const end = bytes.indexOf(10, begin);
  return bytes.subarray(begin, end < 0 ? bytes.length : end);
}

function isAscii(value: unknown): boolean {
  return typeof value === "string" && /^[\t -!#-~]$/.test(value);
}
