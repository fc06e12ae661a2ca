import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as coreTensors from "@kith/core-tensors";
import * as data from "@kith/data";
import * as graph from "@kith/graph";
import { runReadmeExample } from "@kith/testkit";
import * as sampling from "../src/index.ts";

const path = join(__dirname, "..", "README.md");
const readme = readFileSync(path, "utf8");

test("runs the README's example, which prints what its comments say", async () => {
  const modules = {
    "@kith/core-tensors": coreTensors,
    "@kith/data": data,
    "@kith/graph": graph,
    "@kith/sampling": sampling,
  };
  const { says, printed } = await runReadmeExample(path, { modules });
  expect(printed).toEqual(says);
  expect(printed.length).toBeGreaterThan(0);
});

test("names every export in the README", () => {
  const missing = Object.keys(sampling).filter((name) => !readme.includes(`\`${name}`));
  expect(missing).toEqual([]);
});
