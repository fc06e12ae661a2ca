import { Rng, useBackend } from "@kith/core-tensors";
import type { TokenChunk } from "@kith/data";
import { writeIds } from "@kith/embeddings-w2v";
import { pairGraph } from "@kith/graph";
import { RANDOM_WALKS_RULES, RandomWalks } from "@kith/sampling";
import type { Command } from "commander";
import { addFileOptions, addPairColumns, addRunOptions } from "../data-options.ts";
import { UsageError } from "../errors.ts";
import { checkWritable, writeAtomically } from "../files.ts";
import * as parse from "../flag-values.ts";
import { Interrupted, onInterrupt } from "../interrupt.ts";
import { print, printJson } from "../json-events.ts";
import { DEMO } from "../load-data.ts";
import { loadEdges } from "../load-pairs.ts";
import { ProgressLine, took } from "../progress.ts";
import type { PairFlags } from "../read-flags.ts";
import { provenance } from "../result.ts";
import { checkApart } from "../same-file.ts";
import { walkLines, walkMatrix } from "../walk-files.ts";
import { count, number } from "../words.ts";

interface WalksFlags extends PairFlags {
  readonly data?: string;
  readonly out?: string;
  readonly ids?: string;
  readonly walksPerNode?: number;
  readonly walkLength?: number;
  readonly p?: number;
  readonly q?: number;
  readonly restart?: number;
  readonly directed?: boolean;
  readonly seed: number;
  readonly threads?: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const EXAMPLES = `
Examples:
  kith walks --data demo --out walks.txt
  kith walks --data pairs.tsv --out walks.txt --walks-per-node 10 --walk-length 80 --p 0.5 --q 2
  kith walks --data pairs.tsv --source-col a --target-col b --weight-col count --directed --out walks.txt --json
  kith walks --data pairs.tsv --out walks.npy --ids ids.txt

One walk a line, its items with blanks between them: what train --model item2vec --data walks.txt --no-header reads, and word2vec programs.
A name that ends in .npy holds int32 [walks, length] instead, numbers of lines in --ids from 0 on, and -1 behind a walk that ended early.
Walks start at each item that has a pair, and follow the weights. The same seed gives the same walks whatever the number of threads.`;

const { walksPerNode, walkLength, p, q, restart } = RANDOM_WALKS_RULES;
const SEED = 42;
/** Tokens that are drawn and written at a time. */
const CHUNK = 1 << 20;

/** \`kith walks\`: random walks over the graph of pairs, as a file for other programs. */
export function addWalks(program: Command): void {
  const command = program
    .command("walks")
    .description("write random walks over the graph of pairs of items");
  const option = (flag: string, what: string, byDefault: unknown) =>
    command.option(`${flag} <n>`, `${what} (default: ${byDefault})`, parse.number(flag));
  command
    .option(
      "--data <file>",
      "pairs of items: .csv, .tsv, .jsonl, gzipped or not; demo is the embedded data",
      parse.text("--data"),
    )
    .option("--out <file>", "where to write the walks", parse.text("--out"))
    .option("--ids <file>", "where to write the items of an .npy file", parse.text("--ids"));
  option("--walks-per-node", "walks that start at each item", walksPerNode.default);
  option("--walk-length", "items in a walk", walkLength.default);
  option("--p", "above 1 a walk seldom goes back where it came from", p.default);
  option("--q", "above 1 walks stay near, below 1 they go far", q.default);
  option("--restart", "chance of a step back to where the walk began", restart.default);
  command
    .option("--directed", "follow pairs from source to target only")
    .option("--seed <n>", "same seed: same walks", parse.wholeNumber("--seed", 0), SEED);
  addRunOptions(command, "counts and times as one JSON object on stdout");
  command.optionsGroup("Reading the file:");
  addFileOptions(command);
  addPairColumns(command, { hasLabels: false });
  command.addHelpText("after", EXAMPLES).action(() => run(command.opts<WalksFlags>()));
}

async function run(flags: WalksFlags): Promise<void> {
  const { data: path, out, ids, directed = false, threads, json, quiet = false } = flags;
  if (path === undefined) throw new UsageError("--data is missing: a file of pairs of items");
  if (out === undefined) throw new UsageError("--out is missing: the file to write walks into");
  const isMatrix = out.endsWith(".npy");
  if (ids !== undefined && !isMatrix)
    throw new UsageError("--ids comes with an --out that ends in .npy; lines of text have ids");
  if (flags.walkLength === 1)
    throw new UsageError("--walk-length must be at least 2: a walk of one item goes nowhere");
  await checkApart(
    [
      ["--out", out],
      ["--ids", ids],
    ],
    [["--data", path === DEMO ? undefined : path]],
  );
  for (const file of [out, ids]) if (file !== undefined) await checkWritable(file);
  await useBackend(threads === undefined ? {} : { threads });
  const line = new ProgressLine({ quiet });
  const signal = onInterrupt((sentence) => line.note(sentence));

  const started = performance.now();
  const pairs = await loadEdges(path, flags, (sentence) => line.note(sentence), signal);
  const { graph, report } = pairGraph(pairs, { directed });
  const walks = walksOver(graph, flags);
  const drawing = { seconds: 0, tokens: 0, walks: 0 };
  const chunks = drawn(walks, drawing, line, signal, out);
  const content = isMatrix
    ? walkMatrix(chunks, walks.sequences, walks.options.walkLength)
    : walkLines(chunks, pairs.items);
  await writeAtomically(out, content);
  if (ids !== undefined) await writeAtomically(ids, writeIds(pairs.items));
  line.clear();
  const seconds = (performance.now() - started) / 1000;
  const walksPerSecond = drawing.walks / drawing.seconds;
  const found = {
    items: pairs.items.size,
    isolated: walks.isolated,
    edges: directed ? graph.indices.length : graph.indices.length / 2,
    walks: drawing.walks,
    tokens: drawing.tokens,
    seconds,
    drawingSeconds: drawing.seconds,
    walksPerSecond,
  };
  if (json)
    await printJson({
      event: "result",
      ...found,
      options: { ...walks.options, directed, seed: flags.seed },
      pairs: report,
      data: path,
      dataHash: pairs.hash(),
      out,
      ...(ids !== undefined && { ids }),
      ...provenance(),
    });
  else
    await print(
      `${count(found.walks, "walk")} of ${number(found.tokens)} items over ${count(found.edges, "pair")} of ${count(found.items, "item")} are in ${out}: ${took(seconds)}, of which ${took(drawing.seconds)} to draw them, ${number(Math.round(walksPerSecond))} walks/s`,
    );
}

function walksOver(graph: ReturnType<typeof pairGraph>["graph"], flags: WalksFlags): RandomWalks {
  const given = Object.fromEntries(
    Object.keys(RANDOM_WALKS_RULES).flatMap((name) => {
      const value = flags[name as keyof typeof RANDOM_WALKS_RULES];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  return new RandomWalks(graph, given, new Rng(flags.seed).fork("walks"));
}

/** The walks in chunks, with the time that drawing them takes, and turns for signals. */
async function* drawn(
  walks: RandomWalks,
  drawing: { seconds: number; tokens: number; walks: number },
  line: ProgressLine,
  signal: AbortSignal,
  out: string,
): AsyncGenerator<TokenChunk, void, void> {
  const chunks = walks.chunks(CHUNK);
  for (;;) {
    const from = performance.now();
    const { value, done } = chunks.next();
    drawing.seconds += (performance.now() - from) / 1000;
    if (done) break;
    drawing.tokens += value.tokens.length;
    drawing.walks += value.offsets.length - 1;
    yield value;
    line.update(`${number(drawing.walks)} of ${count(walks.sequences, "walk")}`);
    await new Promise(setImmediate); // lets signals be heard
    if (signal.aborted)
      throw new Interrupted(`${(signal.reason as Error).message}; ${out} was not written`);
  }
}
