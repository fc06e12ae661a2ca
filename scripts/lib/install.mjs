/** Dependencies: installed with the pinned pnpm when they are missing or no longer those the lockfile names. */
import { createHash } from "node:crypto";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { phase } from "./phase.mjs";
import { tool } from "./pnpm.mjs";
import { root } from "./run.mjs";
import { workspaceFolders } from "./workspace.mjs";

/** Lives inside node_modules, so that deleting node_modules deletes it too. */
const stampFile = join(root, "node_modules", ".kith-setup");

/** Everything an install depends on: the lockfile, the workspace's settings, each package.json. */
const installInputs = () => [
  "pnpm-lock.yaml",
  "pnpm-workspace.yaml",
  "package.json",
  ...workspaceFolders().map((folder) => join(folder, "package.json")),
];

function stamp() {
  const hash = createHash("sha256");
  for (const file of installInputs())
    hash.update(`${file}\n`).update(readFileSync(join(root, file)));
  return hash.digest("hex");
}

/** Installs if need be. A failed or interrupted install leaves no stamp, so the next run tries again. */
export async function install(out) {
  const wanted = stamp();
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === wanted) return;
  rmSync(stampFile, { force: true });
  // CI=true: pnpm replaces a node_modules that another version made without asking whether it may.
  const options = { env: { CI: "true" } };
  await phase("install", () => tool("pnpm", ["install", "--frozen-lockfile"], options), out);
  writeFileSync(stampFile, wanted);
}
