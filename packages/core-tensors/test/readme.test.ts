import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readmeExample } from "@kith/testkit";
import * as core from "../src/index.ts";

const root = join(__dirname, "..");
const path = join(root, "README.md");
const readme = readFileSync(path, "utf8");

test("the example in the README runs and finds what was held back", () => {
  const { code } = readmeExample(path);
  const flags = ["--conditions=@kith/source", "--import", "tsx", "--input-type=module"];
  const { stdout, stderr } = spawnSync(process.execPath, [...flags, "-e", code], {
    cwd: root,
    encoding: "utf8",
    timeout: 30_000,
  });
  expect({ stdout, stderr }).toEqual({
    stdout: `${[0, 1, 2, 3, 4, 5].map((user) => `user ${user}: item ${user}`).join("\n")}\ntrue\n`,
    stderr: "",
  });
}, 40_000);

test("the README names every export that a reader would look for, and none that is not there", () => {
  const table = readme.slice(readme.indexOf("## What it holds"), readme.indexOf("## Backends"));
  const named = new Set([...table.matchAll(/`(\w+)[`(]/g)].map(([, name]) => name));
  const members = ["zeros", "from", "parameter", "data", "slice", "keep", "dispose", "Kernels"];
  expect([...named].filter((name) => !(name in core) && !members.includes(name))).toEqual([]);
});
