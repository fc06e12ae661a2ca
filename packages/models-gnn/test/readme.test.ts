import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as data from "@kith/data";
import { runReadmeExample } from "@kith/testkit";
import * as modelsGnn from "../src/index.ts";

const path = join(__dirname, "..", "README.md");
const readme = readFileSync(path, "utf8");

test("runs the README's example, which prints what its comments say", async () => {
  const modules = { "@kith/data": data, "@kith/models-gnn": modelsGnn };
  const show = (values: unknown[]) => values.join(" ");
  const { says, printed } = await runReadmeExample(path, { modules, show });
  expect(printed).toEqual(says);
  expect(printed.length).toBeGreaterThan(0);
});

test("names every export in the README", () => {
  const missing = Object.keys(modelsGnn).filter((name) => !readme.includes(`\`${name}`));
  expect(missing).toEqual([]);
});

test("names every option in the README, with its default", () => {
  for (const [name, { default: value }] of Object.entries(modelsGnn.LightGCN.rules))
    expect(readme).toMatch(new RegExp(`\\| \`${name}\` +\\| ${JSON.stringify(value)} +\\|`));
});
