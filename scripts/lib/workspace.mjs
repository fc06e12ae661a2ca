/** The folders of the workspace's packages, relative to the root: "packages/metrics", "apps/cli", … */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./run.mjs";

export function workspaceFolders() {
  return ["packages", "apps", "internal"]
    .filter((group) => existsSync(join(root, group)))
    .flatMap((group) => readdirSync(join(root, group)).map((name) => join(group, name)))
    .filter((folder) => existsSync(join(root, folder, "package.json")))
    .sort();
}
