import { rm, stat } from "node:fs/promises";
import { useBackend } from "@kith/core-tensors";
import type { Id } from "@kith/data";
import type { Epoch, Evaluation, UserItemRecommender } from "@kith/recommender";
import type { Command } from "commander";
import { applyConfig } from "../config.ts";
import { addDataOptions, addSplitOptions } from "../data-options.ts";
import { CliError, UsageError } from "../errors.ts";
import { checkWritable, readBytes, writeAtomically } from "../files.ts";
import * as parse from "../flag-values.ts";
import { onInterrupt } from "../interrupt.ts";
import { print, printJson } from "../json-events.ts";
import { count, type DataFlags, DEMO, type Loaded, loadData, number } from "../load-data.ts";
import { addModelOptions, modelOptions } from "../model-options.ts";
import { type Model, modelNamed } from "../models.ts";
import { isCheckpoint } from "../peek.ts";
import { ProgressLine, TrainingProgress, took } from "../progress.ts";
import { evaluationFields, evaluationNotes, provenance } from "../result.ts";
import { checkApart } from "../same-file.ts";
import { type Trained, train } from "../training.ts";
import { evaluated, evaluationTable, METRICS } from "./evaluate.ts";

interface TrainFlags extends DataFlags {
  readonly model: string;
  readonly metrics?: readonly string[];
  readonly metric?: string;
  readonly evaluateEvery?: number;
  readonly patience?: number;
  readonly threads?: number;
  readonly out?: string;
  readonly checkpoint?: string;
  readonly checkpointEvery?: number;
  readonly resume?: boolean | string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly config?: string;
}

const EXAMPLES = `
Examples:
  kith train --data demo --loss softmax --layers 2 --learning-rate 0.01 --regularization 0 --epochs 10 --out demo.kith
  kith train --model item-knn --data ratings.csv --user-col userId --item-col movieId --out knn.kith
  kith train --data ratings.csv --split user-temporal --epochs 50 --patience 5 --out model.kith
  kith train --data train.tsv.gz --test test.tsv.gz --json
  kith train --config recipe.yaml --seed 7

The file of --config holds flags as YAML or JSON ("epochs: 20", "batchSize: 4096"); those on the command line win.
Ctrl-C saves a checkpoint; the same command with --resume goes on from it, to the same model bit for bit.`;

/** \`kith train\`: data in, a model, its figures and a file out. */
export function addTrain(program: Command): void {
  const command = program
    .command("train")
    .description("train a model, measure it on test data and save it");
  command.option("--model <name>", "which model: see below", "lightgcn");
  addDataOptions(
    command,
    "--data",
    "what to learn from: .csv, .tsv, .jsonl, .inter, gzipped or not; demo is the embedded data",
  );
  addSplitOptions(command);
  command
    .option(
      "--metrics <list>",
      `what to measure (default: ${METRICS.join(",")})`,
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
    .option("--threads <n>", "threads (default: one a core)", parse.wholeNumber("--threads", 1))
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
    .option("--json", "one JSON object a line on stdout: an event for each epoch, then the result")
    .option("--quiet", "no progress and no remarks")
    .option("--config <file>", "flags from a YAML or JSON file", parse.text("--config"));
  addModelOptions(command);
  command.addHelpText("after", EXAMPLES);
  command.action(async () => {
    const { config } = command.opts<TrainFlags>();
    if (config !== undefined) await applyConfig(command, config);
    await run(command.opts<TrainFlags>());
  });
}

async function run(flags: TrainFlags): Promise<void> {
  const { json = false, quiet = false, metrics = METRICS, out, threads } = flags;
  const line = new ProgressLine({ quiet });
  const chosen = modelNamed(flags.model);
  const options = modelOptions(chosen, flags as unknown as Record<string, unknown>);
  const model = new chosen.type(options); // refuses bad options before anything is read
  await checkFilesApart(flags, chosen);
  const checkpoint = await checkpointFiles(flags, chosen, line);
  if (out !== undefined) await checkWritable(out);
  if (chosen.hasEpochs && (out ?? flags.checkpoint)) await checkWritable(checkpoint.path);
  await useBackend(threads === undefined ? {} : { threads });
  const signal = onInterrupt((sentence) => line.note(sentence));

  const data = await loadData(flags, (sentence) => line.note(sentence), signal);
  if (flags.patience !== undefined && !data.validation)
    throw new UsageError(
      "--patience needs validation data: --valid, or a --validation-share above 0",
    );
  if (!json) line.note(summaryOf(data));
  if (out === undefined) line.note("the model will not be saved: --out <file> would save it");

  const validationMetrics = [...new Set([...(flags.metric ? [flags.metric] : []), ...metrics])];
  const [decisive] = validationMetrics;
  const progress = new TrainingProgress(line, { metric: decisive });
  let best = { epoch: 0, value: Number.NEGATIVE_INFINITY };
  const trained = await train(model, data, { ...flags, metrics: validationMetrics }, checkpoint, {
    signal,
    onProgress: (state) => progress.progress(state),
    onEpoch: async (epoch) => {
      if (chosen.hasEpochs) progress.epoch(epoch);
      if (json) await printJson(eventOf(epoch));
      const value = epoch.validation?.[decisive] ?? Number.NEGATIVE_INFINITY;
      if (value > best.value) best = { epoch: epoch.epoch, value };
    },
  });
  line.end();
  const keepsBest = flags.patience !== undefined || flags.metric !== undefined;
  if (keepsBest && best.value === model.metrics[decisive])
    line.note(`epoch ${best.epoch} was the best and is kept`);

  if (out !== undefined) {
    await writeAtomically(out, model.save());
    line.note(`saved ${out} (${took(trained.seconds)} of training)`);
    const heldOut = heldOutNote(data, flags);
    if (heldOut !== undefined) line.note(heldOut);
    if (trained.wroteCheckpoint || checkpoint.isResumed) await removeCheckpoint(checkpoint.path);
  }
  const evaluation =
    data.test &&
    (await evaluated(model, data.test, metrics, line, signal, { exclude: data.validation }));
  for (const note of evaluation ? evaluationNotes(evaluation) : []) line.note(note);
  if (json) await printJson(resultOf(chosen, model, data, trained, evaluation, flags));
  else if (evaluation) await print(evaluationTable([[chosen.name, evaluation]]));
}

/** What training did not see, and how it would. */
function heldOutNote(
  { train: { length }, validation, split, rows }: Loaded,
  { valid, validationShare = 0 }: TrainFlags,
): string | undefined {
  const isDivided = split.hash !== undefined;
  if (!isDivided && (valid !== undefined || validationShare === 0)) return undefined;
  const whole = isDivided ? rows : length + (validation?.length ?? 0);
  if (length === whole) return undefined;
  const flag = isDivided ? "--split none" : "--validation-share 0";
  return `trained on ${number(length)} of ${count(whole, "row")}; ${flag} trains on all of them`;
}

function checkpointPath({ out, checkpoint, resume }: TrainFlags): string {
  return checkpoint ?? (typeof resume === "string" ? resume : `${out ?? "model.kith"}.checkpoint`);
}

/** @throws UsageError when something would be written over what is read, or over the other thing that is written */
async function checkFilesApart(flags: TrainFlags, { hasEpochs }: Model): Promise<void> {
  const { data, valid, test, config, out, checkpoint, resume } = flags;
  const file = (path: string | undefined) => (path === DEMO ? undefined : path);
  const isResumed = checkpoint === undefined && typeof resume === "string";
  const name = isResumed ? "--resume" : `--checkpoint${checkpoint ? "" : " (by default)"}`;
  const inputs = [
    ["--data", file(data)],
    ["--valid", file(valid)],
    ["--test", file(test)],
    ["--config", config],
  ] as const;
  const path = hasEpochs || checkpoint !== undefined ? checkpointPath(flags) : undefined;
  await checkApart(
    [
      ["--out", out],
      [name, path],
    ],
    inputs,
  );
  if (typeof resume === "string") await checkApart([["--out", out]], [["--resume", resume]]);
}

/** Takes away a checkpoint that training needs no more, and nothing that is none. */
async function removeCheckpoint(path: string): Promise<void> {
  if (await isCheckpoint(path).catch(() => false)) await rm(path, { force: true });
}

async function checkpointFiles(
  flags: TrainFlags,
  { name, hasEpochs }: Model,
  line: ProgressLine,
): Promise<{ path: string; isResumed?: boolean; resumeFrom?: Uint8Array }> {
  const { resume } = flags;
  const path = checkpointPath(flags);
  const from = typeof resume === "string" ? resume : path;
  const isThere = await stat(from).then(
    () => true,
    () => false,
  );
  const isResumed = Boolean(resume) && from === path;
  if (hasEpochs && !isResumed) await checkReplaceable(path);
  if (!resume) {
    if (isThere && hasEpochs)
      line.note(
        `${path} is there from an earlier training: --resume would go on from it, Ctrl-C would overwrite it`,
      );
    return { path };
  }
  if (!hasEpochs)
    throw new UsageError(`--resume is not for ${name}: it learns in one pass; train it again`);
  if (!isThere) throw new CliError(`cannot resume: there is no checkpoint ${from}`);
  return { path, isResumed, resumeFrom: await readBytes(from) };
}

/** @throws CliError when a checkpoint would be written over a file that is none */
async function checkReplaceable(path: string): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (!there?.isFile() || there.size === 0) return;
  if (await isCheckpoint(path).catch(() => true)) return; // what cannot be read is for others to say
  throw new CliError(
    `${path} is there and is not a checkpoint: name another file with --checkpoint, or move it away`,
  );
}

function summaryOf({ train: data, validation, test, split, rows, users, items }: Loaded): string {
  const parts = [`${number(data.length)} to train on`];
  if (validation) parts.push(`${number(validation.length)} to validate`);
  if (test) parts.push(`${number(test.length)} to test`);
  const hash = split.hash === undefined ? "" : `, hash ${split.hash}`;
  const whole = `${count(rows, "row")} of ${count(users, "user")} and ${count(items, "item")}`;
  return `${whole}; split ${split.kind}${hash}: ${parts.join(", ")}`;
}

function eventOf({ epoch, loss, seconds, validation }: Epoch): object {
  return { event: "epoch", epoch, loss, seconds, ...(validation && { validation }) };
}

function resultOf(
  chosen: Model,
  model: UserItemRecommender,
  data: Loaded,
  { epochs, seconds, secondsPerEpoch }: Trained,
  evaluation: Evaluation | undefined,
  flags: TrainFlags,
): object {
  const { train: learned, validation, test, split, hash, rows, users, items } = data;
  const options = model.options as Readonly<Record<string, Id>>;
  return {
    event: "result",
    model: chosen.name,
    ...(evaluation ? evaluationFields(evaluation) : { metrics: {} }),
    seconds,
    secondsPerEpoch,
    epochs,
    ...(Object.keys(model.metrics).length > 0 && { validation: model.metrics }),
    options,
    ...(options.seed !== undefined && { seed: options.seed }),
    data: flags.data,
    dataHash: hash,
    split,
    users,
    items,
    rows,
    trainRows: learned.length,
    validationRows: validation?.length ?? 0,
    testRows: test?.length ?? 0,
    ...(flags.out !== undefined && { out: flags.out }),
    ...provenance(),
  };
}
