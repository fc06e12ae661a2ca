/** The packages of this workspace: which are published, and which must never be asked for by one that is. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));

export const readManifest = (folder) =>
  JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

function workspacePackages() {
  const found = [];
  for (const group of ["packages", "apps", "internal"]) {
    if (!existsSync(join(root, group))) continue;
    for (const entry of readdirSync(join(root, group)).sort()) {
      const folder = join(root, group, entry);
      if (!existsSync(join(folder, "package.json"))) continue;
      const manifest = readManifest(folder);
      found.push({ name: manifest.name, folder, isPrivate: manifest.private === true });
    }
  }
  return found;
}

const all = workspacePackages();

/** [{ name, folder }] of the packages that go to npm. */
export const publicPackages = all.filter((each) => !each.isPrivate);

/** Names of those that stay here. */
export const privateNames = new Set(all.filter((each) => each.isPrivate).map((each) => each.name));

/** Public packages that our own package.json forgot: turbo would not build them before this check. */
export function forgottenPackages() {
  const { devDependencies } = readManifest(fileURLToPath(new URL("..", import.meta.url)));
  return publicPackages.map((each) => each.name).filter((name) => !(name in devDependencies));
}
