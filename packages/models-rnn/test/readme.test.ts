import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as data from "@kith/data";
import * as recommender from "@kith/recommender";
import { readmeOptions, runReadmeExample } from "@kith/testkit";
import * as modelsRnn from "../src/index.ts";

const path = join(__dirname, "..", "README.md");
const readme = readFileSync(path, "utf8");

test("runs the README's example, which prints what its comments say", async () => {
  const modules = {
    "@kith/data": data,
    "@kith/models-rnn": modelsRnn,
    "@kith/recommender": recommender,
  };
  const show = (values: unknown[]) => values.join(" ");
  const { says, printed } = await runReadmeExample(path, { modules, show });
  expect(printed).toEqual(says);
  expect(printed.length).toBeGreaterThan(0);
});

test("names every export in the README", () => {
  const missing = Object.keys(modelsRnn).filter((name) => !readme.includes(`\`${name}`));
  expect(missing).toEqual([]);
});

test.each(Object.entries(modelsRnn))(
  "names every option of %s in the README, with its default",
  (model, { rules }) => {
    expect(readmeOptions(readme, model)).toEqual(
      Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, rule.default])),
    );
  },
);
