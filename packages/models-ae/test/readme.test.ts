import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as data from "@kith/data";
import * as recommender from "@kith/recommender";
import { readmeOptions, runReadmeExample } from "@kith/testkit";
import * as modelsAe from "../src/index.ts";

const path = join(__dirname, "..", "README.md");
const readme = readFileSync(path, "utf8");

test("runs the README's example, which prints what its comments say", async () => {
  const modules = {
    "@kith/data": data,
    "@kith/models-ae": modelsAe,
    "@kith/recommender": recommender,
  };
  const show = (values: unknown[]) => values.join(" ");
  const { says, printed } = await runReadmeExample(path, { modules, show });
  expect(printed).toEqual(says);
  expect(printed.length).toBeGreaterThan(0);
});

test.each(Object.entries(modelsAe))(
  "names every option of %s in the README, with its default",
  (model, { rules }) => {
    expect(readmeOptions(readme, model)).toEqual(
      Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, rule.default])),
    );
  },
);
