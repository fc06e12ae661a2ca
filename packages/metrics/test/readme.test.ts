import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runReadmeExample } from "@kith/testkit";
import * as metrics from "../src/index.ts";

const path = join(__dirname, "..", "README.md");
const readme = readFileSync(path, "utf8");

it("runs the README's example, which prints what its comments say", async () => {
  const modules = { "@kith/metrics": metrics };
  const { says, printed } = await runReadmeExample(path, { modules });
  expect(printed).toEqual(says);
  expect(printed).toHaveLength(6);
});

it("names every export in the README", () => {
  const missing = Object.keys(metrics).filter((name) => !readme.includes(`\`${name}`));
  expect(missing).toEqual([]);
});
