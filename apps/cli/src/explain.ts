import { KithError, OptionError } from "@kith/core-tensors";
import { MetricError } from "@kith/metrics";
import { CliError, UsageError } from "./errors.ts";
import { flagOf } from "./flag-names.ts";

/** What is told and how the process ends. */
export interface Failure {
  /** One sentence, without a stack. */
  readonly sentence: string;
  readonly exitCode: 1 | 2;
}

/** Words of the packages' errors that name their own options, in the words of the command line. */
const TRANSLATIONS: readonly (readonly [RegExp, string])[] = [
  [
    /Pass userColumn and itemColumn, or header: false/,
    "Pass --user-col and --item-col, or --no-header",
  ],
  [
    /Pass sourceColumn and targetColumn, or header: false/,
    "Pass --source-col and --target-col, or --no-header",
  ],
  [/Pass itemsColumn, or header: false/, "Pass --items-col, or --no-header"],
  [/by: "random"/, "--split random"],
  [/with its timeColumn/, "with --time-col"],
  [/pass format: "(\w+)"/, "pass --format $1"],
  [/for others use foldIn\(history\)/, "for others give their items with --history"],
  [/for newcomers without one use Popularity/, "for newcomers without one use a popularity model"],
  [/pass (user|item|value|time|weight|relation|label)Column: false/, "pass --no-$1-col"],
  [/lower the learning rate/, "lower --learning-rate"],
  [/^split: /, ""],
  [/^kCore: /, "--min-user and --min-item: "],
  [/^evaluate: option "test" must have/, "the test data must have"],
  [/^evaluatePairs: option "pairs" must/, "the test data must"],
  [/, and minCount is (\d+); lower it/, ", and --min-count is $1; lower it"],
];

/** Turns whatever was thrown into a sentence for people. */
export function explain(error: unknown): Failure {
  if (error instanceof UsageError) return { sentence: error.message, exitCode: 2 };
  if (error instanceof OptionError) return explainOption(error);
  if (error instanceof MetricError) return { sentence: error.message, exitCode: 2 };
  if (error instanceof CliError) return { sentence: error.message, exitCode: 1 };
  if (error instanceof KithError)
    return { sentence: hinted(translated(error.message)), exitCode: 1 };
  return { sentence: unexpected(error), exitCode: 1 };
}

/** An option of a package: named by its flag where it has one. */
function explainOption(error: OptionError): Failure {
  const [, owner = "", problem = ""] =
    /^([^:]*): option "[^"]*" ([\s\S]*)$/.exec(error.message) ?? [];
  const flag = flagOf(owner, error.option);
  if (flag === undefined) return { sentence: translated(error.message), exitCode: 1 };
  return { sentence: translated(`${flag} ${problem}`), exitCode: 2 };
}

function translated(message: string): string {
  return TRANSLATIONS.reduce((text, [from, to]) => text.replace(from, to), message);
}

function hinted(message: string): string {
  return /, line \d+(, column|:)/.test(message) && !/is there twice$|item is empty$/.test(message)
    ? `${message} (--skip-bad-rows leaves such rows out and counts them)`
    : message;
}

function unexpected(error: unknown): string {
  if (!(error instanceof Error)) return `unexpected: ${String(error)}`;
  const { code } = error as NodeJS.ErrnoException;
  if (
    code === "ERR_WORKER_OUT_OF_MEMORY" ||
    /allocation failed|Invalid (typed )?array length/i.test(error.message)
  )
    return "there is not enough memory for this; take fewer rows or a smaller model";
  return code === undefined
    ? `something went wrong that should not have (${error.message}); --verbose shows where`
    : error.message;
}
