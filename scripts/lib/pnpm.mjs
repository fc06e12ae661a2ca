/**
 * The pinned pnpm, on a machine that may have none: npx fetches the version that package.json names in
 * `packageManager`. Turbo needs it as well; it starts every package's script as `pnpm run …`, from PATH.
 */
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { PhaseError } from "./phase.mjs";
import { root, run, toolEnvironment } from "./run.mjs";

/** PATH is spelled "Path" on Windows. */
const PATH = Object.keys(process.env).find((name) => name.toUpperCase() === "PATH") ?? "PATH";

/** Where npx keeps the pinned pnpm, fetched first if it is not there yet. */
async function pnpmFolder() {
  const { packageManager } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const args = ["exec", "--yes", `--package=${packageManager}`, "--"];
  const { code, stdout, output } = await run("npm", [...args, "node", "-p", `process.env.${PATH}`]);
  const folder = stdout.split(delimiter).find((entry) => existsSync(join(entry, "pnpm")));
  if (code !== 0 || !folder) throw new PhaseError(`fetching ${packageManager} with npx`, output);
  return folder;
}

let environment;

/** The tools' environment with the pinned pnpm and the repository's own tools first on PATH. */
export async function workspaceEnvironment() {
  if (!environment) {
    const folders = [await pnpmFolder(), join(root, "node_modules", ".bin"), process.env[PATH]];
    environment = { ...toolEnvironment, [PATH]: folders.join(delimiter) };
  }
  return environment;
}

/** Runs a tool of the workspace (pnpm, turbo, biome, …) in that environment; options as for `run`. */
export async function tool(command, args, options = {}) {
  const env = { ...(await workspaceEnvironment()), ...options.env };
  return run(command, args, { ...options, env });
}
