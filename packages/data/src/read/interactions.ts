import { checkOptions, text, textOrFalse } from "../check-options.ts";
import type { Interactions } from "../interactions.ts";
import type { BadRow } from "./bad-rows.ts";
import { DelimitedInteractions } from "./delimited.ts";
import type { Format } from "./format.ts";
import type {
  ChosenColumns,
  ColumnOptions,
  InteractionsInTheMaking,
} from "./interaction-columns.ts";
import { JsonInteractions } from "./jsonl.ts";
import { READ_RULES, type ReadOptions, scan } from "./scan.ts";
import type { ByteSource } from "./source.ts";

/** Options of `readInteractions`. */
export interface ReadInteractionsOptions extends ReadOptions, ColumnOptions {}

/** What was read and what was not. */
export interface ReadReport {
  /** Rows that were read. */
  readonly rows: number;
  /** The first twenty bad rows. */
  readonly badRows: readonly BadRow[];
  readonly badRowCount: number;
  /** Rows whose (user, item) came in an earlier row; they are kept (see `Interactions.deduplicate`). */
  readonly duplicates: number;
  readonly format: Format;
  /** The columns that were taken. */
  readonly columns: ChosenColumns;
}

/**
 * Reads interactions from CSV, TSV, JSONL or RecBole's .inter, plain or gzip. Ids are taken byte for byte, spaces included;
 * numbers in the time column are taken as they are, ISO 8601 dates become seconds since 1970.
 * @throws FormatError naming file, line and column: a bad row (unless skipped), a column that is not there, a quote that is
 * never closed, damaged gzip, or data that is empty, binary or not UTF-8
 * @throws OptionError for unknown or impossible options; the signal's reason when aborted
 */
export async function readInteractions(
  source: ByteSource,
  options: ReadInteractionsOptions = {},
): Promise<{ data: Interactions; report: ReadReport }> {
  checkOptions("readInteractions", options, {
    ...READ_RULES,
    userColumn: text,
    itemColumn: text,
    valueColumn: textOrFalse,
    timeColumn: textOrFalse,
    typeColumn: textOrFalse,
  });
  const { rows, format, bad } = await scan(source, options, (format, bad) =>
    format === "jsonl"
      ? new JsonInteractions(options, bad)
      : new DelimitedInteractions(format, options, bad),
  );
  const made = rows.made as InteractionsInTheMaking; // there are rows, so it was made
  const data = made.build();
  return {
    data,
    report: {
      rows: data.length,
      badRows: bad.first,
      badRowCount: bad.count,
      /** Counted when asked for: it takes a sixth of the time of reading. */
      get duplicates() {
        return data.length - data.byUser().items.length;
      },
      format,
      columns: made.chosen,
    },
  };
}
