import { textOf } from "./numbers.ts";

/** How interactions are written down. "inter" is RecBole's: tab-separated, with a type behind each name in the header. */
export type Format = "csv" | "tsv" | "jsonl" | "inter";

const BY_EXTENSION: Readonly<Record<string, Format>> = {
  csv: "csv",
  tsv: "tsv",
  tab: "tsv",
  jsonl: "jsonl",
  ndjson: "jsonl",
  inter: "inter",
  item: "inter",
  user: "inter",
};

/** The format that a file's name says, else the one its first line looks like. */
export function detectFormat(name: string, firstLine: Uint8Array): Format {
  const extension = name.toLowerCase().replace(/\.gz$/, "").split(".").at(-1) ?? "";
  if (Object.hasOwn(BY_EXTENSION, extension)) return BY_EXTENSION[extension];
  const line = textOf(firstLine, 0, firstLine.length);
  if (/^\s*\{/.test(line)) return "jsonl";
  if (/^[^\t]+:(token|float)(_seq)?(\t|\s*$)/.test(line)) return "inter";
  return line.includes("\t") ? "tsv" : "csv";
}

/**
 * The byte between fields: what is asked for, else a tab, or for CSV whichever of , ; | and tab the first line has most of.
 * Lines of JSON are one field: −1.
 */
export function delimiterOf(
  format: Format,
  wanted: string | undefined,
  firstLine: Uint8Array,
): number {
  if (format === "jsonl") return -1;
  if (wanted !== undefined) return wanted.charCodeAt(0);
  if (format !== "csv") return 9;
  let best = 44;
  let most = 0;
  for (const candidate of [44, 59, 124, 9]) {
    const occurrences = firstLine.filter((byte) => byte === candidate).length;
    if (occurrences > most) [best, most] = [candidate, occurrences];
  }
  return best;
}
