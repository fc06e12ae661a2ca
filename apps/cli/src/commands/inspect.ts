import { open } from "node:fs/promises";
import { decodeModelFile, decodeSafeTensors } from "@kith/recommender";
import type { Command } from "commander";
import { addReadOptions } from "../data-options.ts";
import { CliError } from "../errors.ts";
import { checkReadable, readBytes } from "../files.ts";
import { print, printJson } from "../json-events.ts";
import { DEMO, loadInteractions, number, type ReadFlags } from "../load-data.ts";
import { peekMetadata } from "../peek.ts";
import { table } from "../table.ts";

interface InspectFlags extends ReadFlags {
  readonly json?: boolean;
}

const EXAMPLES = `
Examples:
  kith inspect model.kith
  kith inspect ratings.csv
  kith inspect ratings.csv --user-col userId --item-col movieId --json
  kith inspect demo`;

/** \`kith inspect\`: what a file holds. */
export function addInspect(program: Command): void {
  const command = program
    .command("inspect")
    .description("what a model file, a checkpoint or a file of interactions holds");
  command.argument("<file>", "the file; demo is the embedded data");
  addReadOptions(command);
  command
    .option("--json", "one JSON object on stdout")
    .addHelpText("after", EXAMPLES)
    .action((path: string) => run(path, command.opts<InspectFlags>()));
}

async function run(path: string, flags: InspectFlags): Promise<void> {
  const facts =
    path === DEMO || !(await isTensors(path))
      ? await dataFacts(path, flags)
      : await tensorFacts(path);
  if (flags.json) await printJson(facts);
  else await print(inLines(facts));
}

/** Whether a file is one of ours, whole or not, rather than text. */
async function isTensors(path: string): Promise<boolean> {
  await checkReadable(path);
  if (/\.(kith|checkpoint|safetensors)$/.test(path)) return true;
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(10), 0, 10, 0);
    return (
      bytesRead === 10 &&
      buffer[8] === 0x7b &&
      buffer[9] === 0x22 &&
      buffer.subarray(4, 8).every((byte) => byte === 0)
    );
  } finally {
    await file.close();
  }
}

type Facts = Record<string, unknown>;

async function tensorFacts(path: string): Promise<Facts> {
  const bytes = await readBytes(path);
  if (bytes.length === 0) throw new CliError(`${path} is empty; expected a model file`);
  const metadata = peekMetadata(bytes) ?? {};
  if (metadata.format?.startsWith("kith-checkpoint/")) {
    const { tensors } = decodeSafeTensors(bytes, path);
    return {
      kind: "checkpoint",
      file: path,
      model: metadata.model,
      standing: record(metadata.standing, ["epoch", "step"]),
      options: record(metadata.options),
      dataHash: metadata.data,
      bytes: bytes.length,
      tensors: shapes(tensors),
    };
  }
  const { model, options, metrics, tensors, vocabularies } = decodeModelFile(bytes, path);
  return {
    kind: "model",
    file: path,
    model,
    ...Object.fromEntries(Object.entries(vocabularies).map(([name, { size }]) => [name, size])),
    options,
    validation: metrics,
    bytes: bytes.length,
    tensors: shapes(tensors),
  };
}

function record(text: string | undefined, keys?: readonly string[]): Facts {
  try {
    const value = JSON.parse(text ?? "{}") as Facts;
    return keys ? Object.fromEntries(keys.map((key) => [key, value[key]])) : value;
  } catch {
    return {};
  }
}

function shapes(
  tensors: Readonly<Record<string, { shape: readonly number[]; data: object }>>,
): Facts {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, data }]) => [
      name,
      `${Object.prototype.toString.call(data).slice(8, -6).toLowerCase()} ${shape.join(" × ")}`,
    ]),
  );
}

async function dataFacts(path: string, flags: ReadFlags): Promise<Facts> {
  const { data, report } = await loadInteractions(path, { ...flags, skipBadRows: true }, () => {});
  const { density, duplicates, valueRange, timeRange, ...counts } = data.summary();
  return {
    kind: "data",
    file: path,
    format: report.format,
    columns: report.columns,
    ...counts,
    density,
    duplicates,
    ...(valueRange && { valueRange }),
    ...(timeRange && { timeRange, ...(isUnixTime(timeRange) && { dates: timeRange.map(date) }) }),
    badRowCount: report.badRowCount,
    ...(report.badRowCount > 0 && { badRows: report.badRows }),
    dataHash: data.hash(),
  };
}

/** Whether times look like seconds since 1970, from 1971 on. */
function isUnixTime([first, last]: readonly [number, number]): boolean {
  return first > 3e7 && last < 5e9;
}

function date(seconds: number): string {
  return new Date(seconds * 1000).toISOString().slice(0, 10);
}

/** Names and values in two columns; records and lists below their name. */
function inLines(facts: Facts): string {
  const rows: string[][] = [];
  for (const [name, value] of Object.entries(facts)) {
    const isNested = typeof value === "object" && value !== null;
    const entries = isNested ? Object.entries(value) : [];
    if (!isNested) rows.push([words(name), shown(name, value)]);
    else if (entries.length === 0) rows.push([words(name), "none"]);
    else if (Array.isArray(value) && value.every((each) => typeof each !== "object"))
      rows.push([words(name), value.map((each) => shown(name, each)).join(" … ")]);
    else if (Array.isArray(value))
      rows.push(
        ...(value as { line: number; reason: string }[]).map(({ line, reason }) => [
          `  line ${line}`,
          reason,
        ]),
      );
    else
      rows.push([words(name), ""], ...entries.map(([key, each]) => [`  ${key}`, shown(key, each)]));
  }
  return table(rows, "left");
}

/** medianPerUser → "median per user". */
function words(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

function shown(name: string, value: unknown): string {
  if (name === "density") return `${((value as number) * 100).toPrecision(3)} %`;
  return typeof value === "number" && Number.isInteger(value) && !/time|value/i.test(name)
    ? number(value)
    : String(value);
}
