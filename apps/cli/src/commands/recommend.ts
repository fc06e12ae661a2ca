import { NotSupportedError, useBackend } from "@kith/core-tensors";
import type { Reason, UserItemRecommender, UserQuery } from "@kith/recommender";
import type { Command } from "commander";
import { CliError, UsageError } from "../errors.ts";
import { checkWritable, writeAtomically } from "../files.ts";
import * as parse from "../flag-values.ts";
import { Interrupted, onInterrupt } from "../interrupt.ts";
import { print, printJson, toJson } from "../json-events.ts";
import { count, DEMO, number } from "../load-data.ts";
import { loadModel } from "../load-model.ts";
import { ProgressLine } from "../progress.ts";
import { rankingTable, strongest } from "../ranking-table.ts";
import { checkApart } from "../same-file.ts";
import { showable } from "../showable.ts";
import { loadTitles } from "../titles.ts";

interface RecommendFlags {
  readonly modelFile?: string;
  readonly user?: string;
  readonly history?: readonly string[];
  readonly k: number;
  readonly excludeSeen?: boolean;
  readonly items?: string;
  readonly explain?: boolean;
  readonly allUsers?: boolean;
  readonly out?: string;
  readonly threads?: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const EXAMPLES = `
Examples:
  kith recommend --model-file demo.kith --user vlc -k 5 --exclude-seen --items demo --explain
  kith recommend --model-file demo.kith --history libqt6core6,libqt6gui6 --exclude-seen --items demo
  kith recommend --model-file model.kith --user 42 --json
  kith recommend --model-file model.kith --all-users -k 20 --exclude-seen --out recs.jsonl

--history describes somebody whom the model has never seen by the items they have; given together with --user, the history
counts and what the model knows of the user does not. Ids with commas go into a JSON list: --history '["a,b","c"]'.
--all-users writes one line for each user: {"user":…,"items":[…],"scores":[…]}.`;

/** \`kith recommend\`: the best items for a user, for somebody new, or for everybody. */
export function addRecommend(program: Command): void {
  const command = program.command("recommend").description("ask a saved model for recommendations");
  command
    .option("--model-file <file>", "the model, as train --out wrote it", parse.text("--model-file"))
    .option("--user <id>", "a user of the training data")
    .option("--history <ids>", "items of somebody new, separated by commas", parse.ids("--history"))
    .option("-k <n>", "how many items", parse.wholeNumber("-k", 1), 10)
    .option("--exclude-seen", "leave out what the user already has")
    .option(
      "--items <file>",
      "titles: columns item and title; demo for the embedded data",
      parse.text("--items"),
    )
    .option("--explain", "say which items of the history speak for each recommendation")
    .option("--all-users", "for every user of the training data, as lines of JSON")
    .option("--out <file>", "where --all-users writes (default: stdout)", parse.text("--out"))
    .option("--threads <n>", "threads (default: one a core)", parse.wholeNumber("--threads", 1))
    .option("--json", "one JSON object on stdout")
    .option("--quiet", "no progress")
    .addHelpText("after", EXAMPLES)
    .action(() => run(command.opts<RecommendFlags>()));
}

async function run(flags: RecommendFlags): Promise<void> {
  const { modelFile, user, history, allUsers, out, threads } = flags;
  if (!allUsers && user === undefined && history === undefined)
    throw new UsageError("whom for? Give --user, --history or --all-users");
  if (allUsers && (user !== undefined || history !== undefined))
    throw new UsageError("--all-users is for everybody; leave --user and --history away");
  if (allUsers && flags.explain) throw new UsageError("--explain is for one user at a time");
  if (!allUsers && out !== undefined) throw new UsageError("--out comes with --all-users");
  await checkApart(
    [["--out", out]],
    [
      ["--model-file", modelFile],
      ["--items", flags.items === DEMO ? undefined : flags.items],
    ],
  );
  if (out !== undefined) await checkWritable(out);
  await useBackend(threads === undefined ? {} : { threads });
  const model = await loadModel(modelFile);
  if (allUsers) await everybody(model, flags);
  else await one(model, flags);
}

async function one(model: UserItemRecommender, flags: RecommendFlags): Promise<void> {
  const { user, history, k, excludeSeen = false } = flags;
  const titles = await loadTitles(flags.items);
  const query: UserQuery = history ? model.foldIn(history) : (user as string);
  const ranking = model.recommend(query, { k, excludeSeen });
  const reasons = flags.explain
    ? ranking.items.map((item) => strongest(explained(model, query, item)))
    : undefined;
  const whom = history ? { history } : { user };
  if (flags.json) {
    await printJson({
      ...whom,
      ...ranking,
      ...(flags.items !== undefined && {
        titles: ranking.items.map((item) => titles(item) ?? null),
      }),
      ...(reasons && { reasons }),
    });
    return;
  }
  if (ranking.items.length === 0)
    throw new CliError(
      "there is nothing left to recommend: all items are in the history; leave --exclude-seen away",
    );
  await print(showable(`For ${history ? `somebody with ${history.join(", ")}` : user}:`));
  await print(rankingTable(ranking, titles, reasons));
  const { size } = model.items;
  if (k > ranking.items.length && !excludeSeen)
    await print(`These are all; the model knows ${count(size, "item")}.`);
}

function explained(model: UserItemRecommender, query: UserQuery, item: string | number): Reason[] {
  try {
    return model.explain(query, item);
  } catch (error) {
    if (error instanceof NotSupportedError) throw new CliError(`--explain: ${error.message}`);
    throw error;
  }
}

/** Items that are ranked at a time: bounds the memory. */
const AT_A_TIME = 1 << 18;

async function everybody(model: UserItemRecommender, flags: RecommendFlags): Promise<void> {
  const line = new ProgressLine({ quiet: flags.quiet ?? false });
  const signal = onInterrupt((sentence) => line.note(sentence));
  const lines = recommendationLines(model, flags, line, signal);
  if (flags.out === undefined) {
    for await (const text of lines) await print(text.trimEnd());
    line.clear();
    return;
  }
  await writeAtomically(flags.out, lines);
  line.note(`saved the recommendations for ${count(model.users.size, "user")} in ${flags.out}`);
}

async function* recommendationLines(
  model: UserItemRecommender,
  { k, excludeSeen = false, out }: RecommendFlags,
  line: ProgressLine,
  signal: AbortSignal,
): AsyncGenerator<string, void, void> {
  const { users, items } = model;
  const chunk = Math.max(1, Math.min(1024, Math.floor(AT_A_TIME / Math.min(k, items.size))));
  for (let begin = 0; begin < users.size; begin += chunk) {
    const end = Math.min(users.size, begin + chunk);
    const ids = Array.from({ length: end - begin }, (_, i) => users.id(begin + i));
    const rankings = model.recommendBatch(ids, { k, excludeSeen });
    yield `${rankings.map((ranking, i) => toJson({ user: ids[i], ...ranking })).join("\n")}\n`;
    line.update(`${number(end)} of ${number(users.size)} users`);
    await new Promise(setImmediate); // lets signals be heard
    if (signal.aborted)
      throw new Interrupted(
        `${(signal.reason as Error).message} after ${number(end)} of ${number(users.size)} users${out === undefined ? "" : `; ${out} was not written`}`,
      );
  }
}
