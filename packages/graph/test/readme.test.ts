import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as data from "@kith/data";
import * as graph from "@kith/graph";
import { runReadmeExample } from "@kith/testkit";

const path = join(__dirname, "..", "README.md");
const readme = readFileSync(path, "utf8");

test("the README's example runs and prints what its comments say", async () => {
  const modules = { "@kith/data": data, "@kith/graph": graph };
  const { says, printed } = await runReadmeExample(path, { modules });
  expect(printed).toEqual(says);
  expect(printed).toHaveLength(10);
});

test("the README names every export", () => {
  expect(Object.keys(graph).filter((name) => !readme.includes(`| \`${name}\` `))).toEqual([]);
});
