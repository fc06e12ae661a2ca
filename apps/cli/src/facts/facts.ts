import { table } from "../table.ts";
import { number } from "../words.ts";

/** What a file holds, by name; lists and records are shown below their name. */
export type Facts = Readonly<Record<string, unknown>>;

/** Names and values in two columns; records and lists below their name. */
export function factLines(facts: Facts): string {
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
