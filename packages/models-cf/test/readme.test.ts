import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as data from "@kith/data";
import * as models from "@kith/models-cf";
import * as recommender from "@kith/recommender";
import { runReadmeExample } from "@kith/testkit";

const path = join(__dirname, "..", "README.md");
const readme = readFileSync(path, "utf8");

test("the README's example runs and prints what its comments say", async () => {
  const modules = {
    "@kith/data": data,
    "@kith/models-cf": models,
    "@kith/recommender": recommender,
  };
  const { says, printed } = await runReadmeExample(path, { modules });
  expect(printed).toEqual(says);
  expect(printed).toHaveLength(9);
});

test("the README names every export", () => {
  expect(Object.keys(models).filter((name) => !readme.includes(`| \`${name}\` `))).toEqual([]);
});
