/** Embeds data/ in src/debian-dependencies.generated.ts, so that the package needs no file at run time. */
import { readFileSync, writeFileSync } from "node:fs";

const read = (name) => readFileSync(new URL(`../data/${name}`, import.meta.url));
const base64 = (name) => JSON.stringify(read(name).toString("base64"));

writeFileSync(
  new URL("../src/debian-dependencies.generated.ts", import.meta.url),
  `// Written by scripts/generate.mjs from data/; do not edit.
export const interactions: string = ${base64("interactions.tsv.gz")};
export const items: string = ${base64("items.tsv.gz")};
export const users: string = ${base64("users.tsv.gz")};
export const description: {
  readonly title: string;
  readonly release: string;
  readonly date: string;
  readonly users: number;
  readonly items: number;
  readonly interactions: number;
  readonly sha256: Readonly<Record<string, string>>;
  readonly terms: string;
} = ${read("description.json").toString().trim()};
`,
);
