import { useBackend } from "@kith/core-tensors";
import type { Interactions } from "@kith/data";
import {
  type EvaluateOptions,
  type Evaluation,
  evaluate,
  type UserItemRecommender,
} from "@kith/recommender";
import type { Command } from "commander";
import { addReadOptions } from "../data-options.ts";
import { UsageError } from "../errors.ts";
import * as parse from "../flag-values.ts";
import { Interrupted, onInterrupt } from "../interrupt.ts";
import { print, printJson } from "../json-events.ts";
import {
  DEMO,
  DEMO_SPLIT,
  loadData,
  loadInteractions,
  number,
  type ReadFlags,
  type Tell,
} from "../load-data.ts";
import { loadModel } from "../load-model.ts";
import { modelNamed } from "../models.ts";
import { ProgressLine } from "../progress.ts";
import { evaluationFields, evaluationNotes, metricCell, provenance } from "../result.ts";
import { table } from "../table.ts";

/** What is measured unless something else is asked for. */
export const METRICS: readonly string[] = ["recall@20", "ndcg@20", "mrr@20", "coverage@20"];

interface EvaluateFlags extends ReadFlags {
  readonly modelFile?: string;
  readonly test?: string;
  readonly metrics?: readonly string[];
  readonly includeSeen?: boolean;
  readonly exclude?: string;
  readonly threads?: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const EXAMPLES = `
Examples:
  kith evaluate --model-file demo.kith --test demo
  kith evaluate --model-file model.kith --test test.csv --metrics recall@10,ndcg@10,coverage@10
  kith evaluate --model-file model.kith --test test.csv --json

Every item is ranked for every user of the test data (no sampling). recall@k divides by the number of held-out items;
recall-min@k divides by min(k, that number).`;

/** \`kith evaluate\`: how well a saved model ranks held-out items. */
export function addEvaluate(program: Command): void {
  const command = program.command("evaluate").description("measure a saved model on test data");
  command
    .option("--model-file <file>", "the model, as train --out wrote it", parse.text("--model-file"))
    .option(
      "--test <file>",
      "held-out interactions; demo is the test part of the embedded data",
      parse.text("--test"),
    )
    .option(
      "--metrics <list>",
      `what to measure (default: ${METRICS.join(",")})`,
      parse.metrics("--metrics"),
    )
    .option(
      "--exclude <file>",
      "interactions not to rank beside those of training, such as the validation data",
      parse.text("--exclude"),
    )
    .option("--include-seen", "rank what users have in the training data, too");
  addReadOptions(command);
  command
    .option("--threads <n>", "threads (default: one a core)", parse.wholeNumber("--threads", 1))
    .option("--json", "the result as one JSON object on stdout")
    .option("--quiet", "no progress and no remarks")
    .addHelpText("after", EXAMPLES)
    .action(() => run(command.opts<EvaluateFlags>()));
}

async function run(flags: EvaluateFlags): Promise<void> {
  const { modelFile, test: path, metrics = METRICS, includeSeen = false, threads } = flags;
  if (path === undefined)
    throw new UsageError("--test is missing: a file of held-out interactions");
  const line = new ProgressLine({ quiet: flags.quiet ?? false });
  await useBackend(threads === undefined ? {} : { threads });
  const signal = onInterrupt((sentence) => line.note(sentence));
  const model = await loadModel(modelFile);
  const { test, exclude } = await testData(path, flags, (sentence) => line.note(sentence), signal);
  const ranking = { excludeSeen: !includeSeen, exclude: includeSeen ? undefined : exclude };
  const evaluation = await evaluated(model, test, metrics, line, signal, ranking);
  for (const note of evaluationNotes(evaluation)) line.note(note);
  const { name } = modelNamed(model.name);
  if (flags.json)
    await printJson({
      event: "result",
      model: name,
      ...evaluationFields(evaluation),
      includeSeen,
      modelFile,
      test: path,
      ...provenance(),
    });
  else await print(evaluationTable([[name, evaluation]]));
}

async function testData(
  path: string,
  flags: EvaluateFlags,
  tell: Tell,
  signal: AbortSignal,
): Promise<{ test: Interactions; exclude: Interactions | undefined }> {
  if (path !== DEMO) {
    const load = async (file: string) => (await loadInteractions(file, flags, tell, signal)).data;
    return {
      test: await load(path),
      exclude: flags.exclude === undefined ? undefined : await load(flags.exclude),
    };
  }
  const { test, validation } = await loadData(DEMO_SPLIT, () => {}, signal);
  return { test: test as Interactions, exclude: validation };
}

/** Ranks everything for the users of the test data, with its share of the time on the progress line. */
export async function evaluated(
  model: UserItemRecommender,
  test: Interactions,
  metrics: readonly string[],
  line: ProgressLine,
  signal: AbortSignal,
  ranking: Pick<EvaluateOptions, "excludeSeen" | "exclude"> = {},
): Promise<Evaluation> {
  try {
    const evaluation = await evaluate(model, test, {
      metrics,
      signal,
      ...ranking,
      onProgress: (done) => line.update(`measuring on test data  ${Math.floor(done * 100)} %`),
    });
    line.clear();
    return evaluation;
  } catch (error) {
    if (error instanceof Interrupted)
      throw new Interrupted(`${error.message} while measuring on test data`);
    throw error;
  }
}

/** Models by metrics, for people. */
export function evaluationTable(
  rows: readonly (readonly [name: string, evaluation: Evaluation])[],
): string {
  const [[, { metrics, users }]] = rows;
  const keys = Object.keys(metrics);
  return table([
    [`${number(users.length)} users`, ...keys],
    ...rows.map(([name, evaluation]) => [
      name,
      ...keys.map((key) => metricCell(evaluation.metrics[key])),
    ]),
  ]);
}
