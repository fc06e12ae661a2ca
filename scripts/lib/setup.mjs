/** From a fresh clone to a built workspace. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { install } from "./install.mjs";
import { phase, report } from "./phase.mjs";
import { tool } from "./pnpm.mjs";
import { root } from "./run.mjs";

/** Ends the process with a sentence when this Node is older than package.json's `engines` allows. */
export function checkNode() {
  const { engines } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const least = engines.node.replace(/[^\d.]/g, "");
  const [major, minor] = process.versions.node.split(".").map(Number);
  const [leastMajor, leastMinor] = least.split(".").map(Number);
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return;
  process.stderr.write(
    `Kith needs Node ${least} or newer; this is Node ${process.versions.node}.\n`,
  );
  process.exit(1);
}

/** Builds what changed; turbo knows what that is. */
export async function build(out) {
  await phase(
    "build",
    () => tool("turbo", ["run", "build", "--concurrency=2", "--output-logs=errors-only"]),
    out,
  );
}

/** Installs and builds, writing its lines to `out`; on failure prints the tool's output and ends the process. */
export async function setup(out = process.stdout) {
  checkNode();
  try {
    await install(out);
    await build(out);
  } catch (error) {
    report(error);
    process.exit(1);
  }
}
