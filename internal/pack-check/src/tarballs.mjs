/** Packs each public package as `pnpm publish` would, and reads what is in the tarball before anyone installs it. */
import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { run } from "./run.mjs";
import { privateNames, publicPackages, readManifest } from "./workspace.mjs";

/** npm runs these in the consumer's folder; pnpm and careful people refuse packages that have them. */
const installScripts = ["preinstall", "install", "postinstall"];

/** [{ name, tarball, unpacked, manifest }], each tarball unpacked beside itself. */
export async function pack(folder) {
  return Promise.all(
    publicPackages.map(async ({ name, folder: source }) => {
      const packed = JSON.parse(
        await run("pnpm", ["pack", "--json", "--pack-destination", folder], source),
      );
      const into = join(folder, name);
      mkdirSync(into, { recursive: true });
      await run("tar", ["-xzf", packed.filename, "-C", into], folder);
      const unpacked = join(into, "package"); // npm's tarballs hold one folder of that name
      return { name, tarball: packed.filename, unpacked, manifest: readManifest(unpacked) };
    }),
  );
}

export function checkContents({ name, unpacked, manifest }, problems) {
  const files = readdirSync(unpacked, { recursive: true }).map((file) =>
    file.replaceAll("\\", "/"),
  );
  for (const wanted of ["README.md", "LICENSE", "dist"]) {
    problems.expect(files.includes(wanted), name, `the tarball has no ${wanted}`);
  }
  for (const file of files) {
    const isTest = /(^|\/)(test|tests|__tests__)\/|\.test\.|\.tgz$/.test(file);
    problems.expect(!isTest, name, `the tarball holds ${file}`);
  }

  problems.expect(!files.includes("binding.gyp"), name, "binding.gyp makes npm call a compiler");
  for (const script of installScripts) {
    problems.expect(!manifest.scripts?.[script], name, `has a script "${script}"`);
  }

  for (const kind of ["dependencies", "peerDependencies", "optionalDependencies"]) {
    for (const [dependency, range] of Object.entries(manifest[kind] ?? {})) {
      const where = `${kind} has ${dependency}: ${range}`;
      problems.expect(!/^(workspace|catalog|link|file):/.test(range), name, where);
      problems.expect(!privateNames.has(dependency), name, `${where}, which is not published`);
    }
  }
}
