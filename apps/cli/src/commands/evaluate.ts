import { useBackend } from "@kith/core-tensors";
import type { Command } from "commander";
import { type CurveFlag, checkCurve, curveFile, draw } from "../curve-files.ts";
import {
  addFileOptions,
  addInteractionColumns,
  addPairColumns,
  addRunOptions,
  addSequenceColumns,
  addSessionOptions,
} from "../data-options.ts";
import { UsageError } from "../errors.ts";
import type { AnyModel, Family, FamilyFlags, Measured } from "../families/family.ts";
import { measurePairs, pairs } from "../families/items.ts";
import { usersItems } from "../families/users-items.ts";
import { checkFamilyFlags, familyMetrics } from "../family-flags.ts";
import * as parse from "../flag-values.ts";
import { onInterrupt } from "../interrupt.ts";
import { print, printJson } from "../json-events.ts";
import { DEMO } from "../load-data.ts";
import { loadModel } from "../load-model.ts";
import { loadLabelled } from "../load-pairs.ts";
import { modelOf } from "../models.ts";
import { precisionRecallFigure } from "../plots/curves.ts";
import { ProgressLine } from "../progress.ts";
import { measuredTable, provenance } from "../result.ts";
import { checkApart } from "../same-file.ts";
import { bestScoring, SCORINGS, type Scoring, withScoring } from "../scoring.ts";
import { loadVectors, vectorScorer } from "../vectors.ts";

interface EvaluateFlags extends FamilyFlags {
  readonly modelFile?: string;
  readonly vectors?: string;
  readonly protocol?: Family["protocol"];
  readonly metrics?: readonly string[];
  readonly includeSeen?: boolean;
  readonly exclude?: string;
  readonly scoring?: Scoring;
  readonly ties?: string;
  readonly curve?: CurveFlag;
  readonly threads?: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const EXAMPLES = `
Examples:
  kith evaluate --model-file demo.kith --test demo
  kith evaluate --model-file model.kith --test test.csv --metrics recall@10,ndcg@10,coverage@10
  kith evaluate --model-file model.kith --test test.csv --json
  kith evaluate --protocol link-prediction --model-file items.kith --test pairs.tsv --curve pr.svg
  kith evaluate --model-file items.kith --test test.tsv --valid valid.tsv --scoring auto --json
  kith evaluate --vectors vectors.bin --test test.tsv --scoring dot
  kith evaluate --protocol next-item --model-file sessions.kith --test test.tsv --metrics recall@20,mrr@20

Models of users and items (full-ranking): every item is ranked for every user of the test data (no sampling). recall@k divides by the
number of held-out items; recall-min@k divides by min(k, that number).
Models of items, and files of vectors (link-prediction): the test data are pairs of items with labels, and auc is the chance that a pair
that is there scores above one that is not. A pair with an item that the model does not know has the median score; auc-seen leaves it out.
Models of sessions (next-item): after every click but the last of each session all items are ranked, those of the session included.`;

/** \`kith evaluate\`: how well a saved model ranks held-out items, or tells pairs of items apart. */
export function addEvaluate(program: Command): void {
  const command = program.command("evaluate").description("measure a saved model on test data");
  command
    .option("--model-file <file>", "the model, as train --out wrote it", parse.text("--model-file"))
    .option(
      "--vectors <file>",
      "vectors of items instead of a model: word2vec's text or binary, or safetensors of export",
      parse.text("--vectors"),
    )
    .option(
      "--test <file>",
      "held-out interactions, pairs with labels, or sessions; demo is the test part of the embedded data",
      parse.text("--test"),
    )
    .option(
      "--protocol <name>",
      "full-ranking, link-prediction or next-item (default: what the model is for)",
      parse.oneOf("--protocol", ["full-ranking", "link-prediction", "next-item"]),
    )
    .option(
      "--metrics <list>",
      `what to measure (default: ${usersItems.metrics.join(",")}; of models of items auc,auc-seen,average-precision; of models of sessions recall@20,mrr@20)`,
      parse.metrics("--metrics"),
    )
    .option(
      "--exclude <file>",
      "interactions not to rank beside those of training, such as the validation data",
      parse.text("--exclude"),
    )
    .option("--include-seen", "rank what users have in the training data, too")
    .option(
      "--scoring <kind>",
      "models of items: cosine, dot, or auto, which tells the pairs of --valid better (default: the model's)",
      parse.oneOf("--scoring", SCORINGS),
    )
    .option("--valid <file>", "pairs with labels for --scoring auto", parse.text("--valid"))
    .option(
      "--ties <policy>",
      "models of sessions: where an item stands among those of its score: pessimistic (default), optimistic, mean or random",
      parse.oneOf("--ties", ["pessimistic", "optimistic", "mean", "random"]),
    )
    .option(
      "--curve [file]",
      "models of items: draw precision and recall, as SVG into a file and in the terminal",
    );
  addRunOptions(command, "the result as one JSON object on stdout");
  command.optionsGroup("Reading files:");
  addFileOptions(command);
  command.optionsGroup("Users and items:");
  addInteractionColumns(command);
  command.optionsGroup("Pairs of items:");
  addPairColumns(command);
  command.optionsGroup("Sessions:");
  addSequenceColumns(command);
  addSessionOptions(command);
  command.addHelpText("after", EXAMPLES).action(() => run(command.opts<EvaluateFlags>()));
}

/** Who is measured, and how. */
interface Subject {
  readonly name: string;
  measure(test: string): Promise<Measured>;
}

async function run(flags: EvaluateFlags): Promise<void> {
  const { modelFile, vectors, test, threads, json = false, quiet = false } = flags;
  if (test === undefined)
    throw new UsageError(
      "--test is missing: a file of held-out interactions, or of labelled pairs",
    );
  if ((modelFile === undefined) === (vectors === undefined))
    throw new UsageError(
      "what is to be measured? Give --model-file, what `kith train --out` has written, or --vectors",
    );
  const line = new ProgressLine({ quiet });
  await checkCurve("--curve", flags.curve, json);
  await checkApart([["--curve", curveFile(flags.curve)]], inputsOf(flags));
  await useBackend(threads === undefined ? {} : { threads });
  const signal = onInterrupt((sentence) => line.note(sentence));
  const subject =
    vectors === undefined
      ? await modelSubject(await loadModel(modelFile), flags, line, signal)
      : await vectorsSubject(vectors, flags, line, signal);
  const measured = await subject.measure(test);
  for (const note of measured.notes) line.note(note);
  if (json)
    await printJson({
      event: "result",
      model: subject.name,
      ...measured.fields,
      ...(modelFile === undefined ? { vectors } : { modelFile }),
      test,
      ...provenance(),
    });
  else await print(measuredTable([[subject.name, measured]]));
  await draw(flags.curve, json, () =>
    precisionRecallFigure(`${subject.name} on ${measured.subject}`, measured.curves ?? []),
  );
}

function inputsOf({ modelFile, vectors, test, valid }: EvaluateFlags) {
  return [
    ["--model-file", modelFile],
    ["--vectors", vectors],
    ["--test", test === DEMO ? undefined : test],
    ["--valid", valid],
  ] as const;
}

async function modelSubject(
  loaded: AnyModel,
  flags: EvaluateFlags,
  line: ProgressLine,
  signal: AbortSignal,
): Promise<Subject> {
  const { name, family } = modelOf(loaded);
  const { protocol } = family;
  const isRanking = protocol === "full-ranking";
  if (flags.protocol !== undefined && flags.protocol !== family.protocol)
    throw new UsageError(
      `--protocol ${flags.protocol} is not for ${name}, which learns from ${family.learnsFrom}: it takes ${family.protocol}`,
    );
  for (const [flag, value] of [
    ["--exclude", flags.exclude],
    ["--include-seen", flags.includeSeen],
  ] as const)
    if (value !== undefined && !isRanking)
      throw new UsageError(`${flag} is for models of users and items; this one is ${name}`);
  for (const [flag, value] of [
    ["--curve", flags.curve],
    ["--scoring", flags.scoring],
    ["--valid", flags.valid],
  ] as const)
    if (value !== undefined && protocol !== "link-prediction")
      throw new UsageError(`${flag} is for models of items; this one is ${name}`);
  if (flags.ties !== undefined && protocol !== "next-item")
    throw new UsageError(`--ties is for models of sessions; this one is ${name}`);
  checkFamilyFlags(name, family, flags);
  const metrics = familyMetrics(name, family, "--metrics", flags.metrics);
  const tell = (sentence: string) => line.note(sentence);
  const { includeSeen = false, curve, ties } = flags;
  return {
    name,
    async measure(test) {
      const model = await scored(loaded, flags, line, signal);
      const asked = await family.loadTest(test, flags, tell, signal);
      const options = { metrics, line, signal, curves: curve !== undefined };
      const measured = await family.measure(model, { ...asked, includeSeen, ties }, options);
      return isRanking ? { ...measured, fields: { ...measured.fields, includeSeen } } : measured;
    },
  };
}

/** The model with the kind of score that was asked for. */
async function scored(
  model: AnyModel,
  { scoring, valid, ...flags }: EvaluateFlags,
  line: ProgressLine,
  signal: AbortSignal,
): Promise<AnyModel> {
  if (scoring === undefined) return model;
  if (scoring !== "auto") return withScoring(model, scoring);
  if (valid === undefined)
    throw new UsageError("--scoring auto needs --valid: pairs with labels to choose by");
  const tell = (sentence: string) => line.note(sentence);
  const validation = await loadLabelled("--valid", valid, flags, tell, signal);
  return (await bestScoring(model, validation, ["auc"], signal)).model;
}

async function vectorsSubject(
  path: string,
  flags: EvaluateFlags,
  line: ProgressLine,
  signal: AbortSignal,
): Promise<Subject> {
  const { protocol = "link-prediction", scoring = "cosine", curve } = flags;
  if (protocol !== "link-prediction")
    throw new UsageError(`--protocol ${protocol} is not for vectors: they take link-prediction`);
  if (scoring === "auto") throw new UsageError("--scoring of vectors is cosine or dot");
  checkFamilyFlags("a file of vectors", pairs as Family, flags);
  const metrics = familyMetrics("a file of vectors", pairs as Family, "--metrics", flags.metrics);
  const vectors = await loadVectors(path, signal);
  return {
    name: "vectors",
    async measure(test) {
      const tell = (sentence: string) => line.note(sentence);
      const labelled = await loadLabelled("--test", test, flags, tell, signal);
      const options = { metrics, line, signal, curves: curve !== undefined };
      return measurePairs(vectorScorer(vectors, scoring), scoring, labelled, options);
    },
  };
}
