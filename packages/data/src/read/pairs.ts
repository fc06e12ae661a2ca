import { checkOptions, text, textOrFalse } from "../check-options.ts";
import type { ItemPairs } from "../item-pairs.ts";
import type { BadRow } from "./bad-rows.ts";
import { DelimitedPairs } from "./delimited-pairs.ts";
import type { Format } from "./format.ts";
import { JsonPairs } from "./json-pairs.ts";
import type { ChosenPairColumns, PairColumnOptions, PairsInTheMaking } from "./pair-roles.ts";
import { READ_RULES, type ReadOptions, scan } from "./scan.ts";
import type { ByteSource } from "./source.ts";

/** Options of `readItemPairs`. */
export interface ReadItemPairsOptions extends ReadOptions, PairColumnOptions {}

/** What was read and what was not. */
export interface PairsReport {
  /** Pairs that were read; self loops and repeated ones are among them (see `pairGraph` of @kith/graph). */
  readonly rows: number;
  /** The first twenty bad rows. */
  readonly badRows: readonly BadRow[];
  readonly badRowCount: number;
  readonly format: Format;
  /** The columns that were taken. */
  readonly columns: ChosenPairColumns;
}

/**
 * Reads pairs of items from CSV, TSV or JSONL, plain or gzip, one pair a line. Without a header the columns are source, target and, where there is a third, weight.
 * Ids are taken byte for byte; a weight is a decimal number of at least 0, a label 0 or 1.
 * @throws FormatError naming file, line and column: a bad row (unless skipped), a column that is not there, a quote that is
 * never closed, damaged gzip, or data that is empty, binary or not UTF-8
 * @throws OptionError for unknown or impossible options; the signal's reason when aborted
 */
export async function readItemPairs(
  source: ByteSource,
  options: ReadItemPairsOptions = {},
): Promise<{ data: ItemPairs; report: PairsReport }> {
  checkOptions("readItemPairs", options, {
    ...READ_RULES,
    sourceColumn: text,
    targetColumn: text,
    weightColumn: textOrFalse,
    relationColumn: textOrFalse,
    labelColumn: textOrFalse,
  });
  const { rows, format, bad } = await scan(source, options, (format, bad) =>
    format === "jsonl" ? new JsonPairs(options, bad) : new DelimitedPairs(format, options, bad),
  );
  const made = rows.made as PairsInTheMaking; // there are rows, so it was made
  const data = made.build();
  return {
    data,
    report: {
      rows: data.length,
      badRows: bad.first,
      badRowCount: bad.count,
      format,
      columns: made.chosen,
    },
  };
}
