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

test.each(Object.entries(modelsGnn))(
  "names every option of %s in the README, with its default",
  (model, { rules }) => {
    const [, shared, ...own] = readme
      .slice(readme.indexOf("## Options"))
      .split(/(?=^\*\*|^The models)/m);
    const section = own.find((text) => text.startsWith(`**${model}**`)) ?? "";
    const defaultsIn = (text: string) =>
      [...text.matchAll(/^\| `(\w+)` +\| (.*?) +\|/gm)].map(([, name, value]) => [
        name,
        JSON.parse(value),
      ]);
    const lacking = /, without (.*):/.exec(section)?.[1] ?? "";
    const told = Object.fromEntries([...defaultsIn(shared), ...defaultsIn(section)]);
    for (const [, name] of lacking.matchAll(/`(\w+)`/g)) delete told[name];
    expect(told).toEqual(
      Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, rule.default])),
    );
  },
);
