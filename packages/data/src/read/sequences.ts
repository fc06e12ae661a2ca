import { FormatError, OptionError } from "@kith/core-tensors";
import { checkOptions, text } from "../check-options.ts";
import type { Sequences } from "../sequences.ts";
import type { BadRow } from "./bad-rows.ts";
import type { Format } from "./format.ts";
import { READ_RULES, type ReadOptions, scan } from "./scan.ts";
import { DelimitedSequences, JsonSequences, type SequencesInTheMaking } from "./sequence-rows.ts";
import type { ByteSource } from "./source.ts";

/** Options of `readSequences`. */
export interface ReadSequencesOptions extends ReadOptions {
  /** Default: a column named items, sequence or tokens; without a header the last one. */
  itemsColumn?: string;
  /** One character between the ids of a sequence. Default a blank, of which several are one. */
  separator?: string;
}

/** What was read and what was not. */
export interface SequencesReport {
  /** Sequences that were read. */
  readonly rows: number;
  /** Their items, repeated ones included. */
  readonly tokens: number;
  /** Rows without an item, which are left out. */
  readonly empty: number;
  /** The first twenty bad rows. */
  readonly badRows: readonly BadRow[];
  readonly badRowCount: number;
  readonly format: Format;
  /** The column that was taken. */
  readonly columns: { readonly items: string };
}

/**
 * Reads sequences of items from CSV, TSV or JSONL, plain or gzip: one sequence a line, a column of ids with blanks between them; in JSONL it may be a list.
 * A file that is nothing but ids and blanks is `{ format: "tsv", header: false }`.
 * @throws FormatError naming file, line and column, as `readInteractions`
 * @throws OptionError for unknown or impossible options; the signal's reason when aborted
 */
export async function readSequences(
  source: ByteSource,
  options: ReadSequencesOptions = {},
): Promise<{ data: Sequences; report: SequencesReport }> {
  checkOptions("readSequences", options, {
    ...READ_RULES,
    itemsColumn: text,
    separator: READ_RULES.delimiter,
  });
  const { itemsColumn, separator = " ", delimiter, header } = options;
  if (delimiter === separator)
    throw new OptionError(
      "readSequences",
      "separator",
      `must differ from the delimiter, and both are ${JSON.stringify(separator)}`,
    );
  const syntax = { itemsColumn, separator };
  const { rows, format, bad } = await scan(source, options, (format, bad) =>
    format === "jsonl"
      ? new JsonSequences(syntax, bad)
      : new DelimitedSequences(format, syntax, header, bad),
  );
  const made = rows.made as SequencesInTheMaking; // there are rows, so it was made
  const data = made.build();
  if (data.sequences === 0)
    throw new FormatError(
      `${options.name ?? "the data"}: none of the ${made.empty} sequences has an item`,
    );
  return {
    data,
    report: {
      rows: data.sequences,
      tokens: data.tokens,
      empty: made.empty,
      badRows: bad.first,
      badRowCount: bad.count,
      format,
      columns: { items: made.column },
    },
  };
}
