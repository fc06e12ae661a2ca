import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as coreTensors from "@kith/core-tensors";
import * as data from "@kith/data";
import { runReadmeExample } from "@kith/testkit";
import * as recommender from "../src/index.ts";

const path = join(__dirname, "..", "README.md");
const readme = readFileSync(path, "utf8");

async function expectToPrintWhatItSays(file: string): Promise<void> {
  const modules = {
    "@kith/core-tensors": coreTensors,
    "@kith/data": data,
    "@kith/recommender": recommender,
  };
  const show = (values: unknown[]) => values.join(" ");
  const { says, printed } = await runReadmeExample(file, { modules, show });
  expect(printed).toEqual(says);
  expect(printed.length).toBeGreaterThan(0);
}

test("runs the README's example of users and items, which prints what its comments say", async () => {
  await expectToPrintWhatItSays(path);
});

test("runs the README's example of items alone likewise", async () => {
  const folder = mkdtempSync(join(tmpdir(), "kith-readme-"));
  const second = readme.slice(readme.indexOf("```js", readme.indexOf("```js") + 1));
  writeFileSync(join(folder, "README.md"), second);
  await expectToPrintWhatItSays(join(folder, "README.md"));
  rmSync(folder, { recursive: true });
});

test("names every export in the README", () => {
  const missing = Object.keys(recommender).filter((name) => !readme.includes(`\`${name}`));
  expect(missing).toEqual([]);
});
