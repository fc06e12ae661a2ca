import { open } from "node:fs/promises";
import type { Command } from "commander";
import {
  addFeatureColumns,
  addFileOptions,
  addInteractionColumns,
  addPairColumns,
  addSequenceColumns,
} from "../data-options.ts";
import { type AnyReadFlags, DATA_FACTS } from "../facts/data-facts.ts";
import { type Facts, factLines } from "../facts/facts.ts";
import { tensorFacts } from "../facts/tensor-facts.ts";
import { checkReadable } from "../files.ts";
import * as parse from "../flag-values.ts";
import { print, printJson } from "../json-events.ts";
import { DEMO } from "../load-data.ts";

interface InspectFlags extends AnyReadFlags {
  readonly kind?: string;
  readonly json?: boolean;
}

const KINDS = Object.keys(DATA_FACTS);

const EXAMPLES = `
Examples:
  kith inspect model.kith
  kith inspect ratings.csv
  kith inspect ratings.csv --user-col userId --item-col movieId --json
  kith inspect demo
  kith inspect pairs.tsv --source-col a --target-col b
  kith inspect sessions.tsv --items-col clicks
  kith inspect brands.tsv --kind features --missing 0
  kith inspect vectors.bin`;

/** \`kith inspect\`: what a file holds. */
export function addInspect(program: Command): void {
  const command = program
    .command("inspect")
    .description("what a file of a model, a checkpoint, data or vectors holds");
  command
    .argument("<file>", "the file; demo is the embedded data")
    .option(
      "--kind <name>",
      `what the file is: ${KINDS.join(", ")} (default: found by its columns)`,
      parse.oneOf("--kind", KINDS),
    )
    .option("--json", "one JSON object on stdout");
  command.optionsGroup("Reading files:");
  addFileOptions(command);
  command.optionsGroup("Users and items:");
  addInteractionColumns(command);
  command.optionsGroup("Pairs of items:");
  addPairColumns(command);
  command.optionsGroup("Sequences and features of items:");
  addSequenceColumns(command);
  addFeatureColumns(command);
  command
    .addHelpText("after", EXAMPLES)
    .action((path: string) => run(path, command.opts<InspectFlags>()));
}

async function run(path: string, flags: InspectFlags): Promise<void> {
  const facts = await factsOf(path, flags);
  if (flags.json) await printJson(facts);
  else await print(factLines(facts));
}

async function factsOf(path: string, flags: InspectFlags): Promise<Facts> {
  const all = { ...flags, skipBadRows: true };
  if (flags.kind !== undefined) return DATA_FACTS[flags.kind](path, all);
  if (path !== DEMO) {
    await checkReadable(path);
    const start = await beginning(path);
    if (/\.(kith|checkpoint|safetensors)$/.test(path) || isTensors(start)) return tensorFacts(path);
    if (flags.header !== false && /^\d+ \d+\r?\n/.test(start.toString("latin1")))
      return DATA_FACTS.vectors(path, all);
  }
  const kind = kindByFlags(flags);
  return kind === undefined ? byColumns(path, all) : DATA_FACTS[kind](path, all);
}

/** Takes the file for the first kind whose columns it has. */
async function byColumns(path: string, flags: AnyReadFlags): Promise<Facts> {
  let first: unknown;
  for (const kind of ["interactions", "pairs", "sequences"])
    try {
      return await DATA_FACTS[kind](path, flags);
    } catch (error) {
      if (!(error instanceof Error && error.message.includes("no column looks like"))) throw error;
      first ??= error;
    }
  throw first;
}

async function beginning(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(32), 0, 32, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

/** Whether a file is one of ours, whole or not, rather than text. */
function isTensors(start: Buffer): boolean {
  return (
    start.length >= 10 &&
    start[8] === 0x7b &&
    start[9] === 0x22 &&
    start.subarray(4, 8).every((byte) => byte === 0)
  );
}

function kindByFlags(flags: InspectFlags): string | undefined {
  const has = (...names: (keyof InspectFlags)[]) => names.some((name) => flags[name] !== undefined);
  if (has("sourceCol", "targetCol", "weightCol", "relationCol", "labelCol", "relation"))
    return "pairs";
  if (has("itemsCol", "separator")) return "sequences";
  return has("fields", "missing") ? "features" : undefined;
}
