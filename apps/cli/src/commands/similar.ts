import { useBackend } from "@kith/core-tensors";
import type { Command } from "commander";
import { UsageError } from "../errors.ts";
import * as parse from "../flag-values.ts";
import { print, printJson } from "../json-events.ts";
import { loadModel } from "../load-model.ts";
import { rankingTable } from "../ranking-table.ts";
import { showable } from "../showable.ts";
import { loadTitles } from "../titles.ts";
import { loadVectors } from "../vectors.ts";

interface SimilarFlags {
  readonly modelFile?: string;
  readonly vectors?: string;
  readonly item?: string;
  readonly k: number;
  readonly items?: string;
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  kith similar --model-file demo.kith --item libqt6core6 -k 5 --items demo
  kith similar --model-file model.kith --item 42 --json
  kith similar --vectors vectors.bin --item 42`;

/** \`kith similar\`: the items most like one. */
export function addSimilar(program: Command): void {
  const command = program.command("similar").description("the items most like one");
  command
    .option("--model-file <file>", "the model, as train --out wrote it", parse.text("--model-file"))
    .option(
      "--vectors <file>",
      "vectors instead of a model: word2vec's text or binary, or safetensors of export",
      parse.text("--vectors"),
    )
    .option("--item <id>", "an item of the training data")
    .option("-k <n>", "how many items", parse.wholeNumber("-k", 1), 10)
    .option(
      "--items <file>",
      "titles: columns item and title; demo for the embedded data",
      parse.text("--items"),
    )
    .option("--json", "one JSON object on stdout")
    .addHelpText("after", EXAMPLES)
    .action(() => run(command.opts<SimilarFlags>()));
}

async function run({ modelFile, vectors, item, k, items, json }: SimilarFlags): Promise<void> {
  if (item === undefined) throw new UsageError("--item is missing: the item to compare with");
  if (modelFile !== undefined && vectors !== undefined)
    throw new UsageError("--model-file and --vectors are two places to look in; give one of them");
  await useBackend({});
  const ranking =
    vectors === undefined
      ? (await loadModel(modelFile)).similarItems(item, k)
      : (await loadVectors(vectors)).similar(item, k);
  const titles = await loadTitles(items);
  if (json) {
    await printJson({
      item,
      ...ranking,
      ...(items !== undefined && { titles: ranking.items.map((each) => titles(each) ?? null) }),
    });
    return;
  }
  const title = titles(item);
  await print(showable(`Most like ${item}${title === undefined ? "" : ` (${title})`}:`));
  await print(ranking.items.length === 0 ? "    none" : rankingTable(ranking, titles));
}
