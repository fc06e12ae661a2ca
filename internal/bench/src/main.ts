import { mkdirSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import type { Context } from "./bench.ts";
import { benches } from "./benches.ts";
import { environment } from "./environment.ts";
import { markdownTable } from "./table.ts";

/** `npm run bench -- <name> [--json] [--flag value …]`: measures, prints, and keeps the result as JSON beside a table in markdown. */
async function main(args: readonly string[]): Promise<number> {
  const [name, ...rest] = args;
  const bench = benches.find((candidate) => candidate.name === name);
  if (!bench) {
    console.error(
      name && name !== "--help"
        ? `bench: "${name}" is unknown; the benches are:`
        : "npm run bench -- <name> [--json] [--flag value …]",
    );
    for (const { name, about } of benches) console.error(`  ${name.padEnd(16)} ${about}`);
    return name && name !== "--help" ? 2 : 0;
  }
  const json = rest.includes("--json");
  const context: Context = {
    log: (line) => console.error(line),
    data: process.env.KITH_DATA,
    flags: parseFlags(rest),
  };
  const started = performance.now();
  const { metrics, rows = [], skipped, variant } = await bench.run(context);
  const result = {
    event: "result",
    bench: bench.name,
    metrics,
    ...(skipped && { skipped }),
    flags: Object.fromEntries(
      Object.entries(context.flags).map(([name, value]) => [name, basename(value)]), // without folders of this machine
    ),
    seconds: (performance.now() - started) / 1000,
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
    environment: environment(),
  };
  if (skipped) console.error(`skipped: ${skipped}`);
  else keep(variant ? `${bench.name}-${variant}` : bench.name, result, rows);
  console.log(json ? JSON.stringify(result) : `${markdownTable(rows)}\n`);
  return 0;
}

function keep(
  name: string,
  result: object,
  rows: readonly Readonly<Record<string, string | number>>[],
): void {
  const folder = join(import.meta.dirname, "../results");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
  writeFileSync(join(folder, `${name}.md`), `${markdownTable(rows)}\n`);
}

function parseFlags(args: readonly string[]): Record<string, string> {
  const flags: Record<string, string> = {};
  for (let i = 0; i < args.length; i++) {
    const flag = /^--([a-z0-9-]+)$/.exec(args[i])?.[1];
    if (flag && flag !== "json" && args[i + 1] !== undefined) flags[flag] = args[++i];
  }
  return flags;
}

process.exitCode = await main(process.argv.slice(2));
