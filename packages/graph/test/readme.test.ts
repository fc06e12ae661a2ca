import { readFileSync } from "node:fs";
import { join } from "node:path";
import { inspect } from "node:util";
import * as data from "@kith/data";
import * as graph from "@kith/graph";

const readme = readFileSync(join(__dirname, "..", "README.md"), "utf8");
const AsyncFunction = (async () => {}).constructor as FunctionConstructor;

test("the README's example runs and prints what its comments say", async () => {
  const [, example] = /```js\n([\s\S]*?)```/.exec(readme) ?? [];
  const expected = [...example.matchAll(/^console\.log\(.*\); \/\/ (.*)$/gm)].map(
    ([, text]) => text,
  );
  const body = example.replace(
    /import (\{[^}]*\}) from "@kith\/(data|graph)";/g,
    (_, names: string, from: string) => `const ${names} = packages.${from};`,
  );
  const printed: string[] = [];
  const show = (value: unknown) => (typeof value === "string" ? value : inspect(value));
  const console = { log: (...values: unknown[]) => printed.push(values.map(show).join(" ")) };
  await new AsyncFunction("packages", "console", body)({ data, graph }, console);
  expect(printed).toEqual(expected);
  expect(printed).toHaveLength(7);
});

test("the README names every export", () => {
  expect(Object.keys(graph).filter((name) => !readme.includes(`| \`${name}\` `))).toEqual([]);
});
