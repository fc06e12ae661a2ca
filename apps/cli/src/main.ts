#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { addCompare } from "./commands/compare.ts";
import { addDemo } from "./commands/demo.ts";
import { addEvaluate } from "./commands/evaluate.ts";
import { addExport } from "./commands/export.ts";
import { addInspect } from "./commands/inspect.ts";
import { addMap } from "./commands/map.ts";
import { addRecommend } from "./commands/recommend.ts";
import { addSimilar } from "./commands/similar.ts";
import { addTrain } from "./commands/train.ts";
import { addWalks } from "./commands/walks.ts";
import { UsageError } from "./errors.ts";
import { explain } from "./explain.ts";
import { Interrupted } from "./interrupt.ts";
import { VERSION } from "./result.ts";
import { showable } from "./showable.ts";
import { didYouMean } from "./suggest.ts";

const NPM_HINT = `npm took the flags; write npm run --silent kith -- ${process.argv[2] ?? "train"} …`;

const program = new Command("kith")
  .description("Train recommenders, measure them, and ask them for recommendations.")
  .version(VERSION, "--version", "the version of kith")
  .option("--verbose", "with errors, say where in the program they arose")
  .exitOverride()
  .showSuggestionAfterError(false) // it does not see the flags of models
  .configureOutput({ outputError: (message, write) => write(inOurWords(message)) });

for (const add of [
  addTrain,
  addEvaluate,
  addCompare,
  addRecommend,
  addSimilar,
  addWalks,
  addMap,
  addExport,
  addInspect,
  addDemo,
])
  add(program);

// A reader that has seen enough, such as `head`, is no error.
process.stdout.on("error", (error: NodeJS.ErrnoException) =>
  process.exit(error.code === "EPIPE" ? 0 : 1),
);

// What goes wrong outside of any call, such as in a worker, is told like the rest.
process.on("uncaughtException", (error) => process.exit(failed(error)));

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = failed(error);
}

/** Commander's sentences, with the word that was meant behind one that is unknown. */
function inOurWords(message: string): string {
  const text = message.replace(/^error: /, "kith: ").trimEnd();
  if (text.startsWith("kith: too many arguments") && npmTookTheFlags())
    return `${text.replace(/\.$/, "")}; ${NPM_HINT}\n`;
  const [, kind, word] = /unknown (option|command) '(.*)'$/.exec(text) ?? [];
  if (word === undefined) return `${text}\n`;
  const command = program.commands.find((each) => process.argv.includes(each.name()));
  const known =
    kind === "command"
      ? program.commands.map((each) => each.name())
      : [...(command?.options ?? []), ...program.options].map(({ long }) => long ?? "");
  const help = `kith ${kind === "option" && command ? `${command.name()} ` : ""}--help`;
  return `${text}${didYouMean(word, known) || `; ${help} lists them`}\n`;
}

/** `npm run kith train --data x`, without `--`: npm keeps the flags and hands over what is left. */
function npmTookTheFlags(): boolean {
  return (
    process.env.npm_lifecycle_event === "kith" &&
    !process.argv.slice(2).some((each) => each.startsWith("-"))
  );
}

function failed(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof Interrupted) {
    process.stderr.write(`kith: ${error.message}\n`);
    return 1;
  }
  const { sentence, exitCode } = explain(error);
  const hint = error instanceof UsageError && npmTookTheFlags() ? `; ${NPM_HINT}` : "";
  process.stderr.write(`kith: ${showable(sentence)}${hint}\n`);
  if (program.opts().verbose && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  return exitCode;
}
