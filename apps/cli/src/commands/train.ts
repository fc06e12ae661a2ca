import { useBackend } from "@kith/core-tensors";
import type { ItemPairs } from "@kith/data";
import type { Epoch } from "@kith/recommender";
import type { Command } from "commander";
import { checkpointFiles, removeCheckpoint } from "../checkpoint-files.ts";
import { applyConfig } from "../config.ts";
import { draw } from "../curve-files.ts";
import {
  addFeatureOptions,
  addFileOptions,
  addInteractionColumns,
  addPairColumns,
  addRunOptions,
  addSequenceColumns,
  addSessionOptions,
  addSplitOptions,
} from "../data-options.ts";
import { usersItems } from "../families/users-items.ts";
import { checkFamilyFlags, familyMetrics } from "../family-flags.ts";
import { checkWritable, writeAtomically } from "../files.ts";
import * as parse from "../flag-values.ts";
import { onInterrupt } from "../interrupt.ts";
import { print, printJson } from "../json-events.ts";
import { addModelOptions, modelOptions } from "../model-options.ts";
import { modelNamed, rulesOf } from "../models.ts";
import { learningFigure, precisionRecallFigure } from "../plots/curves.ts";
import { ProgressLine, TrainingProgress } from "../progress.ts";
import { measuredTable } from "../result.ts";
import { bestScoring, scoringOf } from "../scoring.ts";
import { checkPlaces, checkValidation, type TrainFlags } from "../train-flags.ts";
import { eventOf, resultOf, tellBest, tookTraining } from "../train-report.ts";
import { train } from "../training.ts";

const EXAMPLES = `
Examples:
  kith train --data demo --loss softmax --layers 2 --learning-rate 0.01 --regularization 0 --epochs 10 --out demo.kith
  kith train --model item-knn --data ratings.csv --user-col userId --item-col movieId --out knn.kith
  kith train --data ratings.csv --split user-temporal --epochs 50 --patience 5 --out model.kith
  kith train --data train.tsv.gz --test test.tsv.gz --json
  kith train --model lightgcn --data events.csv --type-weights view=0.2,purchase=1 --target-types purchase --out shop.kith
  kith train --model graphsage --data ratings.csv --features movies.csv --multi-hot genres --numeric year --out items.kith
  kith train --config recipe.yaml --seed 7

  kith train --model deepwalk --data pairs.tsv --out items.kith --curve pr.svg --learning-curve epochs.svg
  kith train --model node2vec --data train.tsv --valid valid.tsv --test test.tsv --p 0.5 --q 2 --scoring auto --json
  kith train --model deepwalk --data pairs.tsv --split items --test-share 0.1
  kith train --model item2vec --data sessions.tsv --items-col clicks --out items.kith
  kith train --model item2vec --data events.csv --user-col customer --item-col product --time-col at --out items.kith
  kith train --model eges --data pairs.tsv --features brands.tsv --missing 0 --out items.kith
  kith train --model item-mf-bias --data pairs.tsv --walks-per-node 10 --out items.kith

  kith train --model gru4rec --data demo --layers 50 --out sessions.kith
  kith train --model gru4rec --data train.tsv --test test.tsv --epochs 3 --json
  kith train --model narm --data clicks.csv --user-col visitor --time-col at --gap 1800 --drop-repeats --min-user 2 --min-item 5 --out narm.kith
  kith train --model vsknn --data sessions.tsv --out vsknn.kith

Pairs of items have two columns and, where there are such, a weight, a relation and, in --valid and --test, a label: 1 for pairs
that are there, 0 for those that are not. Without --test a share of the pairs is held out, each against one that is not there.
Sessions are one a line, in a column of items with blanks between them; or events with a column of sessions, or of users and --gap. Data demo is synthetic sessions for these models.
--format, --delimiter, --skip-lines and --no-header are of --data and of what is divided like it; labelled pairs beside sequences, and --features, have headers.
The file of --config holds flags as YAML or JSON ("epochs: 20", "batchSize: 4096"); those on the command line win.
Ctrl-C saves a checkpoint; the same command with --resume goes on from it, to the same model bit for bit (models of items: with --deterministic).`;

/** \`kith train\`: data in, a model, its figures and a file out. */
export function addTrain(program: Command): void {
  const command = program
    .command("train")
    .description("train a model, measure it on test data and save it");
  command
    .option("--model <name>", "which model: see below", "lightgcn")
    .option(
      "--data <file>",
      "what to learn from: .csv, .tsv, .jsonl, .inter, gzipped or not; demo is the embedded data",
      parse.text("--data"),
    );
  command.optionsGroup("Test data:");
  addSplitOptions(command);
  command.optionsGroup("Training:");
  command
    .option(
      "--metrics <list>",
      `what to measure (default: ${usersItems.metrics.join(",")}; of models of items auc,auc-seen,average-precision; of models of sessions recall@20,mrr@20)`,
      parse.metrics("--metrics"),
    )
    .option(
      "--evaluate-every <n>",
      "validate after every n epochs (default: 1)",
      parse.wholeNumber("--evaluate-every", 1),
    )
    .option(
      "--patience <n>",
      "stop after n validations without a better one, and keep the best epoch",
      parse.wholeNumber("--patience", 1),
    )
    .option(
      "--metric <name>",
      "the validation metric that decides which epoch is kept",
      parse.metric("--metric"),
    )
    .option("--out <file>", "where to save the model", parse.text("--out"))
    .option(
      "--checkpoint <file>",
      "where Ctrl-C saves (default: beside --out, with .checkpoint behind its name)",
      parse.text("--checkpoint"),
    )
    .option(
      "--checkpoint-every <n>",
      "save a checkpoint after every n epochs, too",
      parse.wholeNumber("--checkpoint-every", 1),
    )
    .option("--resume [file]", "go on from a checkpoint")
    .option(
      "--learning-curve [file]",
      "draw loss and validation metric by epoch, as SVG into a file and in the terminal",
    )
    .option("--curve [file]", "models of items: the same with precision and recall on test data")
    .option("--config <file>", "flags from a YAML or JSON file", parse.text("--config"));
  addRunOptions(
    command,
    "one JSON object a line on stdout: an event for each epoch, then the result",
  );
  command.optionsGroup("Reading files:");
  addFileOptions(command);
  command.optionsGroup("Users and items, or events of users:");
  addInteractionColumns(command);
  command.optionsGroup("Pairs of items:");
  addPairColumns(command);
  command.optionsGroup("Sequences of items:");
  addSequenceColumns(command);
  command.optionsGroup("Sessions:");
  addSessionOptions(command);
  command.optionsGroup("Side information of items:");
  addFeatureOptions(command);
  addModelOptions(command);
  command.addHelpText("after", EXAMPLES);
  command.action(async () => {
    const { config } = command.opts<TrainFlags>();
    if (config !== undefined) await applyConfig(command, config);
    await run(command.opts<TrainFlags>());
  });
}

async function run(flags: TrainFlags): Promise<void> {
  const { json = false, quiet = false, out, threads } = flags;
  const line = new ProgressLine({ quiet });
  const tell = (sentence: string) => line.note(sentence);
  const chosen = modelNamed(flags.model);
  const { family } = chosen;
  checkFamilyFlags(chosen.name, family, flags);
  const metrics = familyMetrics(chosen.name, family, "--metrics", flags.metrics);
  familyMetrics(chosen.name, family, "--metric", flags.metric ? [flags.metric] : []);
  const picksScoring = flags.scoring === "auto" && Object.hasOwn(rulesOf(chosen), "scoring");
  const options = modelOptions(chosen, {
    ...flags,
    ...(picksScoring && { scoring: undefined }),
  });
  let model = new chosen.type(options); // refuses bad options before anything is read
  await checkPlaces(flags, chosen);
  const checkpoint = await checkpointFiles(flags, chosen, tell);
  if (out !== undefined) await checkWritable(out);
  if (chosen.hasEpochs && (out ?? flags.checkpoint)) await checkWritable(checkpoint.path);
  await useBackend(threads === undefined ? {} : { threads });
  const signal = onInterrupt(tell);

  const data = await family.load(flags, tell, signal);
  checkValidation(flags, picksScoring, data);
  if (!json) line.note(data.summary);
  if (out === undefined) line.note("the model will not be saved: --out <file> would save it");
  if (!data.test && family.splits.length === 1 && flags.split === undefined)
    line.note("nothing will be measured: --test <file> takes pairs of items with labels");

  const validationMetrics = [...new Set([...(flags.metric ? [flags.metric] : []), ...metrics])];
  const [decisive] = validationMetrics;
  const progress = new TrainingProgress(line, { metric: decisive });
  const epochs: Epoch[] = [];
  const trained = await train(model, data, { ...flags, metrics: validationMetrics }, checkpoint, {
    signal,
    onProgress: (state) => progress.progress(state),
    onEpoch: async (epoch) => {
      if (chosen.hasEpochs) progress.epoch(epoch);
      if (json) await printJson(eventOf(chosen, epoch));
      epochs.push(epoch);
    },
  });
  line.end();
  tellBest(flags, epochs, decisive, model, tell);
  let aucs: object | undefined;
  if (picksScoring) {
    const picked = await bestScoring(
      model,
      data.validation as ItemPairs,
      validationMetrics,
      signal,
    );
    ({ model, aucs } = picked);
    const by = (kind: "cosine" | "dot") => `${picked.aucs[kind].toFixed(4)} by ${kind}`;
    line.note(`scores are by ${scoringOf(model)}: validation auc is ${by("cosine")}, ${by("dot")}`);
  }

  if (out !== undefined) {
    await writeAtomically(out, model.save());
    line.note(`saved ${out} (${tookTraining(chosen, trained)})`);
    if (data.heldOut !== undefined) line.note(data.heldOut);
    if (trained.wroteCheckpoint || checkpoint.isResumed) await removeCheckpoint(checkpoint.path);
  }
  const measured =
    data.test === undefined
      ? undefined
      : await family.measure(
          model,
          { test: data.test, exclude: data.validation },
          { metrics, line, signal, curves: flags.curve !== undefined },
        );
  for (const note of measured?.notes ?? []) line.note(note);
  if (json) await printJson(resultOf(chosen, model, data, trained, measured, flags, aucs));
  else if (measured) await print(measuredTable([[chosen.name, measured]]));
  if (measured?.curves)
    await draw(flags.curve, json, () =>
      precisionRecallFigure(`${chosen.name} on ${measured.subject}`, measured.curves ?? []),
    );
  await draw(flags.learningCurve, json, () =>
    learningFigure(`training of ${chosen.name}`, epochs, decisive),
  );
}
