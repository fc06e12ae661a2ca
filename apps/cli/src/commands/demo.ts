import { backendInfo, useBackend } from "@kith/core-tensors";
import type { Id, Interactions } from "@kith/data";
import { ItemKNN, Popularity } from "@kith/models-cf";
import { LightGCN } from "@kith/models-gnn";
import type { UserItemRecommender } from "@kith/recommender";
import type { Command } from "commander";
import { calledAs, shellWord } from "../calling.ts";
import type { Measured } from "../families/family.ts";
import { usersItems } from "../families/users-items.ts";
import { checkWritable, writeAtomically } from "../files.ts";
import * as parse from "../flag-values.ts";
import { onInterrupt } from "../interrupt.ts";
import { print } from "../json-events.ts";
import { DEMO, DEMO_SPLIT, loadData } from "../load-data.ts";
import { ProgressLine, TrainingProgress, took } from "../progress.ts";
import { strongest } from "../ranking-table.ts";
import { measuredTable } from "../result.ts";
import { loadTitles, type Titles } from "../titles.ts";
import { train } from "../training.ts";
import { inWords, number } from "../words.ts";

/** The fast recipe: a few epochs of softmax over all items instead of hundreds of the paper's loss. */
const RECIPE = {
  loss: "softmax",
  layers: 2,
  temperature: 0.1,
  learningRate: 0.01,
  regularization: 0,
  epochs: 14,
} as const;

/** Packages that many people know, of which different kinds of libraries are asked for. */
const EXAMPLES: readonly string[] = ["vlc", "inkscape", "kdenlive"];

interface DemoFlags {
  readonly out: string;
  readonly epochs: number;
  readonly threads?: number;
}

/** \`kith demo\`: everything once, on the embedded data. */
export function addDemo(program: Command): void {
  const command = program
    .command("demo")
    .description("train on the embedded data, compare with baselines, and see recommendations");
  command
    .option("--out <file>", "where to save the model", parse.text("--out"), "demo.kith")
    .option("--epochs <n>", "epochs of LightGCN", parse.wholeNumber("--epochs", 1), RECIPE.epochs)
    .option("--threads <n>", "threads (default: one a core)", parse.wholeNumber("--threads", 1))
    .addHelpText("after", "\nExamples:\n  kith demo\n  kith demo --epochs 30 --out demo.kith")
    .action(() => run(command.opts<DemoFlags>()));
}

async function run({ out, epochs, threads }: DemoFlags): Promise<void> {
  await checkWritable(out);
  await useBackend(threads === undefined ? {} : { threads });
  const line = new ProgressLine();
  const signal = onInterrupt((sentence) => line.note(sentence));
  const data = await loadData(DEMO_SPLIT, () => {}, signal);
  const { train: learned, validation, test = learned } = data;
  const titles = await loadTitles(DEMO);

  await print(
    `Which libraries does a program need? ${number(data.rows)} dependencies of ${number(learned.users.size)} Debian packages\n` +
      `("users") on ${number(learned.items.size)} libraries ("items"): ${number(learned.length)} to train on, ${number(validation?.length ?? 0)} to validate,\n` +
      `${number(test.length)} held out to test on.\n`,
  );
  const { kernels, threads: used } = backendInfo();
  await print(
    `Training LightGCN for ${epochs} epochs (${kernels}, ${used} thread${used === 1 ? "" : "s"}) …`,
  );
  const model = new LightGCN({ ...RECIPE, epochs });
  const progress = new TrainingProgress(line, { metric: "recall@20" });
  const trained = await train(model, data, { metrics: ["recall@20"] }, undefined, {
    signal,
    onProgress: (state) => progress.progress(state),
    onEpoch: (epoch) => progress.epoch(epoch),
  });
  line.end();
  await writeAtomically(out, model.save());

  const measured = (trained: UserItemRecommender) =>
    usersItems.measure(
      trained,
      { test, exclude: validation },
      { metrics: usersItems.metrics, line, signal },
    );
  const rows: [string, Measured][] = [["LightGCN", await measured(model)]];
  for (const baseline of [new ItemKNN(), new Popularity()]) {
    await baseline.fit(learned, { signal });
    rows.push([baseline.name === "ItemKNN" ? "item-KNN" : "popularity", await measured(baseline)]);
    baseline.dispose();
  }
  await print(
    `\nTrained in ${took(trained.seconds)}. With all libraries ranked for every package, the held-out dependencies are found this well:\n`,
  );
  await print(measuredTable(rows));
  await print("");
  for (const user of EXAMPLES)
    if (model.users.has(user))
      await print(example(model, user, heldOut([test, validation], user), titles));
  await print(nextSteps(out));
}

/** A recommendation with its reasons, and whether it was right. */
function example(
  model: UserItemRecommender,
  user: Id,
  wanted: ReadonlySet<Id>,
  titles: Titles,
): string {
  const { items } = model.recommend(user, { k: 3, excludeSeen: true });
  const lines = items.map((item) => {
    const reasons = strongest(model.explain(user, item), 2).map((reason) => reason.item);
    const verdict = wanted.has(item) ? " – right, it was held out" : "";
    return `  ${item} (${titles(item) ?? "no description"})${verdict}\n      because it needs ${inWords(reasons)}`;
  });
  return `${user} will also need\n${lines.join("\n")}\n`;
}

/** What a package needs that the model was not told. */
function heldOut(parts: readonly (Interactions | undefined)[], user: Id): ReadonlySet<Id> {
  const known = parts.filter((part) => part !== undefined);
  return new Set(
    known.flatMap((part) =>
      Array.from(part.itemsOf(part.users.indexOf(user)), (item) => part.items.id(item)),
    ),
  );
}

function nextSteps(out: string): string {
  const kith = calledAs();
  const file = shellWord(out);
  return `The model is saved in ${out}. Next, try

  ${kith} recommend --model-file ${file} --user gimp -k 5 --exclude-seen --items demo --explain
  ${kith} recommend --model-file ${file} --history libqt6core6,libqt6gui6 --exclude-seen --items demo
  ${kith} similar --model-file ${file} --item libsdl2-2.0-0 -k 5 --items demo
  ${kith} evaluate --model-file ${file} --test demo
  ${kith} train --help`;
}
