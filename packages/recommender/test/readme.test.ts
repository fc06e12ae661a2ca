import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as coreTensors from "@kith/core-tensors";
import * as data from "@kith/data";
import * as recommender from "../src/index.ts";

const readme = readFileSync(join(__dirname, "..", "README.md"), "utf8");

test("runs the README's example, which prints what its comments say", async () => {
  const [, example] = /```js\n([\s\S]*?)```/.exec(readme) ?? [];
  const expected = [...example.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].flatMap(([, text]) =>
    text.split(", then "),
  );
  const modules: Record<string, unknown> = {
    "@kith/core-tensors": coreTensors,
    "@kith/data": data,
    "@kith/recommender": recommender,
  };
  const body = example.replace(
    /import (\{[^}]*\}) from "([^"]*)";/g,
    (_, names: string, from: string) => `const ${names} = modules["${from}"];`,
  );
  const printed: string[] = [];
  const console = { log: (...values: unknown[]) => printed.push(values.join(" ")) };
  const run = new Function("modules", "console", `return (async () => {${body}})();`);
  await run(modules, console);
  expect(printed).toEqual(expected);
  expect(printed.length).toBeGreaterThan(0);
});

test("names every export in the README", () => {
  const missing = Object.keys(recommender).filter((name) => !readme.includes(`\`${name}`));
  expect(missing).toEqual([]);
});
