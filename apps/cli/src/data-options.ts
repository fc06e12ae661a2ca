import type { Command } from "commander";
import * as parse from "./flag-values.ts";

/** How files are to be read, of whatever kind. */
export function addFileOptions(command: Command): void {
  command
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
    .option(
      "--skip-lines <n>",
      "lines to pass over at the beginning, such as comments",
      parse.wholeNumber("--skip-lines", 0),
    )
    .option("--skip-bad-rows", "leave rows out that cannot be read, and count them");
}

/** Which columns of a file of interactions hold what. */
export function addInteractionColumns(command: Command): void {
  addColumn(command, "user", "users", "user, user_id, userId, …");
  addColumn(command, "item", "items", "item, item_id, movieId, …");
  addColumn(command, "value", "values", "rating, value, score, …", { isOptional: true });
  addColumn(command, "time", "times", "timestamp, time, date, …", { isOptional: true });
  addColumn(command, "type", "types of interaction", "type, event, action, …", {
    isOptional: true,
  });
}

/** Which columns of a file of pairs of items hold what, and which pairs are meant. */
export function addPairColumns(
  command: Command,
  { hasLabels = true }: { readonly hasLabels?: boolean } = {},
): void {
  addColumn(command, "source", "one item of a pair", "source, src, a, item1, …");
  addColumn(command, "target", "the other one", "target, dst, b, item2, …");
  addColumn(command, "weight", "weights", "weight, score, count", { isOptional: true });
  addColumn(command, "relation", "kinds of pairs", "relation, rel, type", { isOptional: true });
  if (hasLabels)
    addColumn(command, "label", "1 for pairs that are there, 0 for others", "label", {
      isOptional: true,
    });
  command.option("--relation <name>", "only pairs of this relation", parse.text("--relation"));
}

/** How a file of sequences is written down. */
export function addSequenceColumns(command: Command): void {
  addColumn(command, "items", "sequences of items", "items, sequence, tokens");
  command.option(
    "--separator <char>",
    "between the items of a sequence (default: a blank)",
    parse.text("--separator"),
  );
}

/** How events become sessions, and how sessions are divided. */
export function addSessionOptions(command: Command): void {
  command
    .option(
      "--gap <seconds>",
      "of events of users: a session ends where more time than this passes (default: --user-col has a session's id)",
      parse.number("--gap"),
    )
    .option("--drop-repeats", "leave out clicks on the item that was clicked just before")
    .option(
      "--test-days <n>",
      "sessions of the last n days are for test (default: 1)",
      parse.number("--test-days"),
    )
    .option(
      "--validation-days <n>",
      "and those of the n days before for validation (default: 0)",
      parse.number("--validation-days"),
    );
}

/** The file of what is known about items, and how it is written down. */
export function addFeatureOptions(command: Command): void {
  command.option(
    "--features <file>",
    "what is known about items: a column of items (--item-col), and one for each field",
    parse.text("--features"),
  );
  addFeatureColumns(command);
}

/** Which columns of a file of features hold what. */
export function addFeatureColumns(command: Command): void {
  command
    .option(
      "--numeric <names>",
      "fields that are numbers; what is not said to be something else is a category",
      parse.ids("--numeric"),
    )
    .option(
      "--multi-hot <names>",
      "fields with several values, separated by |",
      parse.ids("--multi-hot"),
    )
    .option(
      "--vector <names>",
      "fields that hold a vector, its numbers separated by blanks",
      parse.ids("--vector"),
    )
    .option(
      "--fields <names>",
      "the fields to take, separated by commas (default: all)",
      parse.ids("--fields"),
    )
    .option(
      "--missing <texts>",
      "what stands for a field that is not known, separated by commas (default: nothing)",
      parse.ids("--missing"),
    );
}

/** How data is filtered and divided. */
export function addSplitOptions(command: Command): void {
  const kinds = ["global-temporal", "user-temporal", "random", "leave-one-out"] as const;
  command
    .option(
      "--test <file>",
      "ready-made test data, instead of a split; of models of items pairs with labels, of models of sessions sessions",
      parse.text("--test"),
    )
    .option("--valid <file>", "ready-made validation data", parse.text("--valid"))
    .option(
      "--split <kind>",
      `${kinds.join(", ")} (default: global-temporal where there are times, else random); of pairs of items pairs (default) or items, which training then never sees; of sessions days (default where there are times) or share; none`,
      parse.oneOf("--split", [...kinds, "pairs", "items", "days", "share", "none"]),
    )
    .option(
      "--test-share <share>",
      "share of the rows to test on (default: 0.2; 0.1 of sessions)",
      parse.share("--test-share"),
    )
    .option(
      "--validation-share <share>",
      "share of the rows to validate with (default: 0.1, and 0 with --test or of sessions)",
      parse.share("--validation-share", { zero: true }),
    )
    .option(
      "--split-seed <n>",
      "same seed and data: same split (default: 42)",
      parse.wholeNumber("--split-seed", 0),
    )
    .option(
      "--min-user <n>",
      "keep only users, or sessions, with at least n rows …",
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

/** Threads, and how much is said: what every command that computes has. */
export function addRunOptions(command: Command, json: string): void {
  command
    .option("--threads <n>", "threads (default: one a core)", parse.wholeNumber("--threads", 1))
    .option("--json", json)
    .option("--quiet", "no progress and no remarks");
}

function addColumn(
  command: Command,
  role: string,
  what: string,
  names: string,
  { isOptional = false }: { readonly isOptional?: boolean } = {},
): void {
  const flag = `--${role}-col`;
  command.option(
    `${flag} <name>`,
    `column of ${what} (default: one named ${names})`,
    parse.text(flag),
  );
  if (isOptional) command.option(`--no-${role}-col`, `take no column for ${what}`);
}
