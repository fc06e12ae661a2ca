import type { Command } from "commander";
import * as parse from "./flag-values.ts";

/** The flag of a file of interactions and those that say how to read it. */
export function addDataOptions(command: Command, flag: string, description: string): void {
  command.option(`${flag} <file>`, description, parse.text(flag));
  addReadOptions(command);
}

/** How files of interactions are to be read. */
export function addReadOptions(command: Command): void {
  command
    .option(
      "--user-col <name>",
      "column of users (default: one named user, user_id, userId, …)",
      parse.text("--user-col"),
    )
    .option(
      "--item-col <name>",
      "column of items (default: one named item, item_id, movieId, …)",
      parse.text("--item-col"),
    )
    .option(
      "--value-col <name>",
      "column of values (default: one named rating, value, score, …)",
      parse.text("--value-col"),
    )
    .option("--no-value-col", "take no column for values")
    .option(
      "--time-col <name>",
      "column of times (default: one named timestamp, time, date, …)",
      parse.text("--time-col"),
    )
    .option("--no-time-col", "take no column for times")
    .option(
      "--format <name>",
      "csv, tsv, jsonl or inter (default: by the file's name)",
      parse.oneOf("--format", ["csv", "tsv", "jsonl", "inter"]),
    )
    .option(
      "--delimiter <char>",
      "between fields (default: found in the first line)",
      parse.text("--delimiter"),
    )
    .option("--no-header", "the first line is data: columns are 1, 2, …")
    .option("--skip-bad-rows", "leave rows out that cannot be read, and count them");
}

/** How data is filtered and divided. */
export function addSplitOptions(command: Command): void {
  const kinds = ["global-temporal", "user-temporal", "random", "leave-one-out", "none"] as const;
  command
    .option("--test <file>", "ready-made test data, instead of a split", parse.text("--test"))
    .option("--valid <file>", "ready-made validation data", parse.text("--valid"))
    .option(
      "--split <kind>",
      `${kinds.join(", ")} (default: global-temporal where there are times, else random)`,
      parse.oneOf("--split", kinds),
    )
    .option(
      "--test-share <share>",
      "share of the rows to test on (default: 0.2)",
      parse.share("--test-share"),
    )
    .option(
      "--validation-share <share>",
      "share of the rows to validate with (default: 0.1, and 0 with --test)",
      parse.share("--validation-share", { zero: true }),
    )
    .option(
      "--split-seed <n>",
      "same seed and data: same split (default: 42)",
      parse.wholeNumber("--split-seed", 0),
    )
    .option(
      "--min-user <n>",
      "keep only users with at least n rows …",
      parse.wholeNumber("--min-user", 0),
    )
    .option(
      "--min-item <n>",
      "… and items with at least n, until all have them",
      parse.wholeNumber("--min-item", 0),
    )
    .option(
      "--duplicates <which>",
      "rows that repeat a user and item: keep, first or last (default: keep)",
      parse.oneOf("--duplicates", ["keep", "first", "last"]),
    );
}
