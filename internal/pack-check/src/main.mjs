/**
 * Uses the packages as strangers will: packs them, installs the tarballs with npm into an empty folder outside the
 * workspace, and imports each from ESM, CommonJS, TypeScript and a browser bundle. Exits with 1 and a list of what is
 * wrong, or with 0 and a line per package.
 */
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkBundle, checkDeclared } from "./bundles.mjs";
import { checkCommands } from "./commands.mjs";
import { installTarballs } from "./consumer.mjs";
import { checkImports } from "./imports.mjs";
import { Problems } from "./problems.mjs";
import { checkContents, pack } from "./tarballs.mjs";
import { checkTypes } from "./types.mjs";
import { forgottenPackages } from "./workspace.mjs";

/** Everything that can be seen without installing; what is wrong here would only confuse what follows. */
async function checkTarballs(folder, problems) {
  for (const name of forgottenPackages()) {
    problems.add(name, "is missing from internal/pack-check/package.json");
  }
  const tarballs = await pack(folder);
  for (const each of tarballs) {
    checkContents(each, problems);
    if (each.manifest.exports) checkDeclared(each, problems);
  }
  return tarballs;
}

async function checkAsConsumer(folder, tarballs, problems) {
  await installTarballs(folder, tarballs, problems);
  await checkCommands(folder, tarballs, problems);

  // An app may be a command only, with nothing to import.
  const names = tarballs.filter(({ manifest }) => manifest.exports).map(({ name }) => name);
  const runtime = await checkImports(folder, names, problems);
  await checkTypes(folder, names, runtime, problems);
  for (const name of names) {
    const bytes = await checkBundle(folder, name, problems);
    const kilobytes = bytes === undefined ? "no bundle" : `${(bytes / 1000).toFixed(1)} kB gzipped`;
    console.log(`${name}: ${Object.keys(runtime[name]).length} exports, ${kilobytes}`);
  }
}

async function main() {
  // The real path: macOS's temporary folder is a link, and TypeScript reports files by where they really are.
  const temporary = realpathSync(mkdtempSync(join(tmpdir(), "kith-pack-check-")));
  const problems = new Problems();
  try {
    const tarballs = await checkTarballs(join(temporary, "tarballs"), problems);
    if (problems.count === 0)
      await checkAsConsumer(join(temporary, "consumer"), tarballs, problems);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
  if (problems.count > 0) {
    console.error(`\n${problems}\n\npack-check failed with ${problems.count} of these`);
    process.exitCode = 1;
  }
}

await main();
