/** `npm run docs:figures`: writes the pages of docs/ whose figures come from internal/bench/results, with their pictures. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./lib/run.mjs";

const node = ["--conditions=@kith/source", "--import", "tsx"];
const main = join(root, "scripts", "docs", "graph-and-nlp.ts");
const { status } = spawnSync(process.execPath, [...node, main], { cwd: root, stdio: "inherit" });
process.exitCode = status ?? 1;
