import { setImmediate as turn } from "node:timers/promises";
import { useBackend } from "@kith/core-tensors";
import { isRatingMetric } from "@kith/recommender";
import type { Command } from "commander";
import { shellWord } from "../calling.ts";
import { commonFamily, commonTargets, contendersOf } from "../compare/contenders.ts";
import { parseModels } from "../compare/entries.ts";
import { type Findings, ranked, resultOf } from "../compare/findings.ts";
import type { CompareFlags } from "../compare/flags.ts";
import { type Outcome, run as runAll } from "../compare/outcomes.ts";
import { reportPage } from "../compare/report.ts";
import { standingsOf } from "../compare/standings.ts";
import { comparisonTable } from "../compare/text-table.ts";
import { applyConfig } from "../config.ts";
import {
  addFeatureOptions,
  addFileOptions,
  addInteractionColumns,
  addRunOptions,
  addSequenceColumns,
  addSessionOptions,
  addSplitOptions,
} from "../data-options.ts";
import { CliError, UsageError } from "../errors.ts";
import { checkFamilyFlags, familyMetrics } from "../family-flags.ts";
import { checkWritable, writeAtomically } from "../files.ts";
import * as parse from "../flag-values.ts";
import { Interrupted, onInterrupt } from "../interrupt.ts";
import { print, printJson } from "../json-events.ts";
import { DEMO } from "../load-data.ts";
import { MODELS } from "../models.ts";
import { ProgressLine } from "../progress.ts";
import { checkApart } from "../same-file.ts";
import { count, inWords } from "../words.ts";

const SEED = 42;

const EXAMPLES = `
Examples:
  kith compare --models popularity,item-knn,lightgcn --data demo --seconds 60
  kith compare --models "lightgcn,lightgcn:loss=softmax;layers=2;learning-rate=0.01" --data ratings.csv --epochs 50 --patience 5 --html report.html
  kith compare --models popularity,item-knn,gcn --data ratings.csv --features movies.csv --multi-hot genres --seconds 300 --json
  kith compare --models '[{"model":"gru4rec","layers":[100,100]},"vsknn","markov"]' --data sessions.tsv --validation-share 0.1 --seconds 600
  kith compare --config comparison.yaml --html report.html

A model may have options behind a colon, as name:option=value;option=value, and may then be there several times. Values that hold commas need a
JSON list, or the file of --config:
  models:
    - popularity
    - { model: lightgcn, loss: softmax, layers: 2, label: LightGCN (softmax) }
  seconds: 60
All models learn from the same rows, are validated on the same and measured on the same. With validation data each keeps its best epoch by --metric.
--seconds counts the time from the beginning of a model's training, its validation included, and ends with the epoch that passes it; models
that learn in one pass end with that. Without --seconds and --epochs each model has its own default number of epochs. p-values are of the
difference to the best model of each metric, over the same users or sessions, corrected for the number of comparisons (Holm).
A model that fails is told so in its place, the others go on, and the exit code is 1. Ctrl-C reports the models that are finished.`;

/** \`kith compare\`: several models on the same data, side by side. */
export function addCompare(program: Command): void {
  const command = program
    .command("compare")
    .description("train several models on the same split and compare them");
  command
    .option(
      "--models <list>",
      "which models, separated by commas, with options where wanted: see below",
      parseModels,
    )
    .option(
      "--data <file>",
      "what to learn from: .csv, .tsv, .jsonl, .inter, gzipped or not; demo is the embedded data",
      parse.text("--data"),
    );
  command.optionsGroup("Budget of each model:");
  command
    .option(
      "--seconds <n>",
      "end training after the epoch that passes so many seconds",
      parse.positiveNumber("--seconds"),
    )
    .option(
      "--epochs <n>",
      "epochs of models that have such; their own epochs=… wins",
      parse.wholeNumber("--epochs", 1),
    )
    .option(
      "--patience <n>",
      "stop after n validations without a better one",
      parse.wholeNumber("--patience", 1),
    )
    .option(
      "--evaluate-every <n>",
      "validate after every n epochs (default: 1)",
      parse.wholeNumber("--evaluate-every", 1),
    );
  command.optionsGroup("Test data:");
  addSplitOptions(command);
  command.optionsGroup("Measuring:");
  command
    .option(
      "--metrics <list>",
      "what to measure (default: recall@20,ndcg@20,mrr@20,coverage@20; of models of sessions recall@20,mrr@20)",
      parse.metrics("--metrics"),
    )
    .option(
      "--metric <name>",
      "what decides which epoch is kept and orders the table (default: the first)",
      parse.metric("--metric"),
    )
    .option("--html <file>", "write a report as a page of its own", parse.text("--html"))
    .option(
      "--seed <n>",
      `of the bootstrap, and of models that have one; their own seed=… wins (default: ${SEED})`,
      parse.wholeNumber("--seed", 0),
    )
    .option("--config <file>", "flags from a YAML or JSON file", parse.text("--config"));
  addRunOptions(command, "one JSON object a line on stdout: the result of each model");
  command.optionsGroup("Reading files:");
  addFileOptions(command);
  command.optionsGroup("Users and items, or events of users:");
  addInteractionColumns(command);
  command.optionsGroup("Sessions:");
  addSequenceColumns(command);
  addSessionOptions(command);
  command.optionsGroup("Side information of items:");
  addFeatureOptions(command);
  const compared = MODELS.filter(({ family }) => family.protocol !== "link-prediction");
  const models = compared.map(({ name, description }) => `  ${name.padEnd(27)} ${description}`);
  command.addHelpText(
    "after",
    `\nModels (their options: kith train --help):\n${models.join("\n")}`,
  );
  command.addHelpText("after", EXAMPLES);
  command.action(async () => {
    const { config } = command.opts<CompareFlags>();
    if (config !== undefined) await applyConfig(command, config, { lists: ["models"] });
    await run(command.opts<CompareFlags>());
  });
}

async function run(flags: CompareFlags): Promise<void> {
  const { models, json = false, quiet = false, html, threads, seed = SEED } = flags;
  if (models === undefined)
    throw new UsageError(
      "--models is missing: names separated by commas, such as popularity,lightgcn",
    );
  const contenders = contendersOf(models, flags);
  const family = commonFamily(contenders);
  const targetTypes = commonTargets(contenders);
  const [{ chosen }] = contenders;
  checkFamilyFlags(chosen.name, family, flags);
  const byDefault = family.metrics.filter((key) => !isRatingMetric(key));
  const asked = familyMetrics(chosen.name, family, "--metrics", flags.metrics ?? byDefault);
  const [decisive = asked[0]] = familyMetrics(
    chosen.name,
    family,
    "--metric",
    flags.metric ? [flags.metric] : [],
  );
  const metrics = [...new Set([decisive, ...asked])];
  const ofRatings = metrics.find(isRatingMetric);
  if (ofRatings)
    throw new UsageError(
      `${ofRatings} is not compared: models that rank have none; train and evaluate measure it`,
    );
  if (flags.split === "none" && flags.test === undefined)
    throw new UsageError(
      "--split none leaves nothing to compare on; give --test, or another split",
    );
  await checkPlaces(flags);
  if (html !== undefined) await checkWritable(html);
  await useBackend(threads === undefined ? {} : { threads });
  const line = new ProgressLine({ quiet });
  const tell = (sentence: string) => line.note(sentence);
  const signal = onInterrupt(tell);

  const data = await family.load(
    { ...flags, ...(targetTypes !== undefined && { targetTypes }) },
    tell,
    signal,
  );
  if (!data.test) throw new UsageError("there is no test data to compare on; give --test");
  if (flags.patience !== undefined && !data.validation)
    throw new UsageError(
      "--patience needs validation data: --valid, or a --validation-share above 0",
    );
  if (!json) tell(data.summary);
  if (!data.validation)
    tell("there is no validation data: each model is measured as its last epoch left it");

  const outcomes: Outcome[] = [];
  let interrupted: Interrupted | undefined;
  try {
    const budget = { ...flags, metrics, metric: decisive };
    await runAll(contenders, family, data, budget, { line, signal }, (each) => outcomes.push(each));
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    interrupted = error;
  }
  line.clear();
  const found = await findingsOf(outcomes, metrics, decisive, data.facts, seed, flags);
  const notes = notesOf(found);
  for (const note of notes) tell(note);
  for (const each of outcomes) if (json) await printJson(resultOf(found, each));
  if (!json && outcomes.length > 0) await print(comparisonTable(found));
  if (html !== undefined && outcomes.length > 0) {
    const page = reportPage(found, {
      summary: data.summary,
      left: contenders.slice(outcomes.length).map(({ label }) => label),
      notes,
      command: ["kith", ...process.argv.slice(2)].map(shellWord).join(" "),
      date: new Date(),
    });
    await writeAtomically(html, new TextEncoder().encode(page));
    tell(`wrote ${html}`);
  }
  if (interrupted)
    throw new Interrupted(
      `${interrupted.message}; ${outcomes.length === 0 ? "nothing was finished" : `${outcomes.length} of ${count(contenders.length, "model")} finished`}`,
    );
  const failed = outcomes.filter(({ failure }) => failure !== undefined);
  if (failed.length > 0)
    throw new CliError(
      `${inWords(failed.map(({ contender }) => contender.label))} failed; the reason is above`,
    );
}

async function findingsOf(
  outcomes: readonly Outcome[],
  metrics: readonly string[],
  decisive: string,
  facts: Findings["facts"],
  seed: number,
  flags: CompareFlags,
): Promise<Findings> {
  const finished = outcomes.flatMap((outcome) =>
    outcome.finished ? [{ outcome, measured: outcome.finished.measured }] : [],
  );
  const scored = finished.map(({ outcome, measured }) => ({
    label: outcome.contender.label,
    metrics: measured.metrics,
    samples: measured.samples,
  }));
  const standings = await standingsOf(scored, seed, () => turn());
  return {
    outcomes,
    standings: new Map(finished.map(({ outcome }, n) => [outcome, standings[n]])),
    metrics,
    decisive,
    facts,
    seed,
    flags,
  };
}

/** What people should know about the figures, each once. */
function notesOf(found: Findings): string[] {
  const notes = new Map<string, string[]>();
  for (const { contender, finished } of ranked(found))
    for (const note of finished?.measured.notes ?? [])
      notes.set(note, [...(notes.get(note) ?? []), contender.label]);
  const all = found.standings.size;
  return [...notes].map(([note, whose]) =>
    whose.length === all ? note : `${inWords(whose)}: ${note}`,
  );
}

async function checkPlaces({ html, data, valid, test, features, config }: CompareFlags) {
  const file = (path: string | undefined) => (path === DEMO ? undefined : path);
  await checkApart(
    [["--html", html]],
    [
      ["--data", file(data)],
      ["--valid", file(valid)],
      ["--test", file(test)],
      ["--features", features],
      ["--config", config],
    ],
  );
}
