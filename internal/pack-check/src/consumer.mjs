/** The empty folder that installs the tarballs, as a stranger with nothing but npm would. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "./run.mjs";

/**
 * Installs all the tarballs into `folder`. What they ask of each other must be the tarballs too, never a published
 * version of the same name: `overrides` sees to that, and the lockfile is asked afterwards whether it did.
 */
export async function installTarballs(folder, tarballs, problems) {
  mkdirSync(folder, { recursive: true });
  const dependencies = {};
  const overrides = {};
  for (const { name, tarball } of tarballs) {
    dependencies[name] = `file:${tarball}`;
    overrides[name] = `$${name}`;
  }
  const manifest = { name: "consumer", private: true, type: "module", dependencies, overrides };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest, null, 2));
  await run("npm", ["install", "--no-audit", "--no-fund", "--prefer-offline"], folder);

  const lock = JSON.parse(readFileSync(join(folder, "package-lock.json"), "utf8"));
  for (const [path, entry] of Object.entries(lock.packages)) {
    const name = path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
    // npm sets this for a package with an install script and for one with a binding.gyp.
    problems.expect(!entry.hasInstallScript, name, `npm install runs a script at ${path}`);
    const isOurs = name in dependencies;
    problems.expect(!isOurs || entry.resolved?.startsWith("file:"), name, `${path} is no tarball`);
  }
}
