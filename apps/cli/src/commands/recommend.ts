import { NotSupportedError, useBackend } from "@kith/core-tensors";
import type { Vocabulary } from "@kith/data";
import { type Reason, SessionRecommender, UserItemRecommender } from "@kith/recommender";
import type { Command } from "commander";
import { CliError, UsageError } from "../errors.ts";
import type { AnyModel } from "../families/family.ts";
import { checkWritable, writeAtomically } from "../files.ts";
import * as parse from "../flag-values.ts";
import { Interrupted, onInterrupt } from "../interrupt.ts";
import { print, printJson, toJson } from "../json-events.ts";
import { kebabCase } from "../letter-case.ts";
import { DEMO } from "../load-data.ts";
import { loadModel } from "../load-model.ts";
import { modelOf } from "../models.ts";
import { ProgressLine } from "../progress.ts";
import { rankingTable, strongest } from "../ranking-table.ts";
import { checkApart } from "../same-file.ts";
import { showable } from "../showable.ts";
import { loadTitles } from "../titles.ts";
import { anyOf, count, number } from "../words.ts";

interface RecommendFlags {
  readonly modelFile?: string;
  readonly user?: string;
  readonly item?: string;
  readonly history?: readonly string[];
  readonly session?: readonly string[];
  readonly k: number;
  readonly excludeSeen?: boolean;
  readonly items?: string;
  readonly explain?: boolean;
  readonly allUsers?: boolean;
  readonly allItems?: boolean;
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
  kith recommend --model-file items.kith --item 42 --exclude-seen
  kith recommend --model-file items.kith --history 42,17 -k 5 --exclude-seen --explain
  kith recommend --model-file items.kith --all-items -k 20 --exclude-seen --out related.jsonl
  kith recommend --model-file sessions.kith --session 12,7,42 -k 5

--history describes somebody whom the model has never seen by the items they have; given together with --user, the history
counts and what the model knows of the user does not. Models of items answer for an item, or for several with --history. Ids with commas go into a JSON list: --history '["a,b","c"]'.
--all-users writes one line for each user: {"user":…,"items":[…],"scores":[…]}; --all-items the same with "item".`;

/** \`kith recommend\`: the best items for a user, for somebody new, beside an item, or for all of them. */
export function addRecommend(program: Command): void {
  const command = program.command("recommend").description("ask a saved model for recommendations");
  command
    .option("--model-file <file>", "the model, as train --out wrote it", parse.text("--model-file"))
    .option("--user <id>", "a user of the training data")
    .option("--item <id>", "models of items: an item of the training data")
    .option("--history <ids>", "items of somebody new, separated by commas", parse.ids("--history"))
    .option(
      "--session <ids>",
      "models of sessions: the items clicked so far, separated by commas, the latest last",
      parse.ids("--session"),
    )
    .option("-k <n>", "how many items", parse.wholeNumber("-k", 1), 10)
    .option("--exclude-seen", "leave out what the user already has, or the items given")
    .option(
      "--items <file>",
      "titles: columns item and title; demo for the embedded data",
      parse.text("--items"),
    )
    .option("--explain", "say which items of the history speak for each recommendation")
    .option("--all-users", "for every user of the training data, as lines of JSON")
    .option("--all-items", "models of items: for every item, as lines of JSON")
    .option(
      "--out <file>",
      "where --all-users and --all-items write (default: stdout)",
      parse.text("--out"),
    )
    .option("--threads <n>", "threads (default: one a core)", parse.wholeNumber("--threads", 1))
    .option("--json", "one JSON object on stdout")
    .option("--quiet", "no progress")
    .addHelpText("after", EXAMPLES)
    .action(() => run(command.opts<RecommendFlags>()));
}

async function run(flags: RecommendFlags): Promise<void> {
  const { modelFile, out, threads } = flags;
  checkWhom(flags);
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
  const { name, family } = modelOf(model);
  const ofUsers = model instanceof UserItemRecommender;
  const right: readonly (keyof RecommendFlags)[] =
    model instanceof SessionRecommender
      ? ["session"]
      : ofUsers
        ? ["user", "history", "allUsers"]
        : ["item", "history", "allItems"];
  for (const flag of WHOM)
    if (flags[flag] !== undefined && !right.includes(flag))
      throw new UsageError(
        `--${kebabCase(flag)} is not for ${name}, which learns from ${family.learnsFrom}; take ${anyOf(right.map((each) => `--${kebabCase(each)}`))}`,
      );
  if (flags.allUsers && ofUsers) await all(model, "user", model.users, flags);
  else if (flags.allItems) await all(model, "item", model.items, flags);
  else await one(model, flags);
}

/** The flags that say for whom. */
const WHOM = ["user", "item", "history", "session", "allUsers", "allItems"] as const;

/** @throws UsageError unless it is clear for whom recommendations are wanted */
function checkWhom({
  user,
  item,
  history,
  session,
  allUsers,
  allItems,
  explain,
  out,
}: RecommendFlags): void {
  const every = allUsers ? "--all-users" : allItems ? "--all-items" : undefined;
  const somebody = [user, item, history, session].some((whom) => whom !== undefined);
  if (!every && !somebody)
    throw new UsageError(
      "whom for? Give --user, --history or --all-users; of models of items --item, --history or --all-items; of models of sessions --session",
    );
  if (session !== undefined && (every || [user, item, history].some((whom) => whom !== undefined)))
    throw new UsageError(
      "--session is all that a model of sessions is asked by; leave the rest away",
    );
  if (allUsers && (user !== undefined || history !== undefined))
    throw new UsageError("--all-users is for everybody; leave --user and --history away");
  if (allItems && (allUsers || item !== undefined || history !== undefined))
    throw new UsageError("--all-items is for all of them; leave --item and --history away");
  if (item !== undefined && history !== undefined)
    throw new UsageError("--item is one item, and --history holds several; give one of them");
  if (every && explain) throw new UsageError("--explain is for one user at a time");
  if (!every && out !== undefined)
    throw new UsageError("--out comes with --all-users or --all-items");
}

async function one(model: AnyModel, flags: RecommendFlags): Promise<void> {
  const { user, item, history, session, k, excludeSeen = false } = flags;
  const titles = await loadTitles(flags.items);
  const query = history ? model.foldIn(history) : (session ?? item ?? user);
  const unknown = session?.filter((each) => !model.items.has(each)) ?? [];
  const ranking = model.recommend(query, { k, excludeSeen });
  const reasons = flags.explain
    ? ranking.items.map((item) => strongest(explained(model, query, item)))
    : undefined;
  const whom = session
    ? { session, unknown }
    : history
      ? { history }
      : item === undefined
        ? { user }
        : { item };
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
  const somebody = history && `somebody with ${history.join(", ")}`;
  if (unknown.length > 0)
    await print(showable(`The model does not know ${unknown.join(", ")}: passed over.`));
  await print(
    showable(
      session
        ? `After ${session.join(", ")}:`
        : item === undefined
          ? `For ${somebody ?? user}:`
          : `With ${item}:`,
    ),
  );
  await print(rankingTable(ranking, titles, reasons));
  const { size } = model.items;
  if (k > ranking.items.length && !excludeSeen)
    await print(`These are all; the model knows ${count(size, "item")}.`);
}

function explained(model: AnyModel, query: unknown, item: string | number): Reason[] {
  try {
    return model.explain(query, item);
  } catch (error) {
    if (error instanceof NotSupportedError) throw new CliError(`--explain: ${error.message}`);
    throw error;
  }
}

/** Items that are ranked at a time: bounds the memory. */
const AT_A_TIME = 1 << 18;

type Whose = "user" | "item";

async function all(
  model: AnyModel,
  whose: Whose,
  ids: Vocabulary,
  flags: RecommendFlags,
): Promise<void> {
  const line = new ProgressLine({ quiet: flags.quiet ?? false });
  const signal = onInterrupt((sentence) => line.note(sentence));
  const lines = recommendationLines(model, whose, ids, flags, line, signal);
  if (flags.out === undefined) {
    for await (const text of lines) await print(text.trimEnd());
    line.clear();
    return;
  }
  await writeAtomically(flags.out, lines);
  line.note(`saved the recommendations for ${count(ids.size, whose)} in ${flags.out}`);
}

async function* recommendationLines(
  model: AnyModel,
  whose: Whose,
  all: Vocabulary,
  { k, excludeSeen = false, out }: RecommendFlags,
  line: ProgressLine,
  signal: AbortSignal,
): AsyncGenerator<string, void, void> {
  const { size } = all;
  const chunk = Math.max(1, Math.min(1024, Math.floor(AT_A_TIME / Math.min(k, model.items.size))));
  for (let begin = 0; begin < size; begin += chunk) {
    const end = Math.min(size, begin + chunk);
    const ids = Array.from({ length: end - begin }, (_, i) => all.id(begin + i));
    const rankings = model.recommendBatch(ids, { k, excludeSeen });
    yield `${rankings.map((ranking, i) => toJson({ [whose]: ids[i], ...ranking })).join("\n")}\n`;
    line.update(`${number(end)} of ${number(size)} ${whose}s`);
    await new Promise(setImmediate); // lets signals be heard
    if (signal.aborted)
      throw new Interrupted(
        `${(signal.reason as Error).message} after ${number(end)} of ${number(size)} ${whose}s${out === undefined ? "" : `; ${out} was not written`}`,
      );
  }
}
