import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as metrics from "../src/index.ts";

const readme = readFileSync(join(__dirname, "..", "README.md"), "utf8");

it("runs the README's example, which prints what its comments say", () => {
  const [, example] = /```js\n([\s\S]*?)```/.exec(readme) ?? [];
  const expected = [...example.matchAll(/^console\.log\(.*\); \/\/ (.*)$/gm)].map(
    ([, text]) => text,
  );
  const body = example.replace(
    /import (\{[^}]*\}) from "@kith\/metrics";/,
    (_, names: string) => `const ${names} = metrics;`,
  );
  const printed: string[] = [];
  const console = { log: (value: unknown) => printed.push(String(value)) };
  new Function("metrics", "console", body)(metrics, console);
  expect(printed).toEqual(expected);
  expect(printed).toHaveLength(6);
});

it("names every export in the README", () => {
  const missing = Object.keys(metrics).filter((name) => !readme.includes(`\`${name}`));
  expect(missing).toEqual([]);
});
