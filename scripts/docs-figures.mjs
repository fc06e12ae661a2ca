/** `npm run docs:figures`: writes the pages of docs/ whose figures come from internal/bench/results, with their pictures. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "./lib/run.mjs";

const node = ["--conditions=@kith/source", "--import", "tsx"];
for (const page of [
  "graph-and-nlp",
  "adjacency-mlp",
  "graph-models",
  "session-models",
  "collaborative-filtering",
]) {
  const main = join(root, "scripts", "docs", `${page}.ts`);
  const { status } = spawnSync(process.execPath, [...node, main], { cwd: root, stdio: "inherit" });
  if (status !== 0) process.exitCode = status ?? 1;
}
