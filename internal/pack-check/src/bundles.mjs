/** Bundles every package for a browser, and checks that it declares each package it imports. */
import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import ts from "typescript";

/** Bundles the whole package with all it depends on; resolves to the bundle's size in bytes, minified and gzipped. */
export async function checkBundle(folder, name, problems) {
  try {
    const { outputFiles } = await build({
      stdin: { contents: `export * from ${JSON.stringify(name)};`, resolveDir: folder },
      bundle: true,
      minify: true,
      write: false,
      format: "esm",
      platform: "browser",
      target: "es2022",
      logLevel: "silent",
    });
    return gzipSync(outputFiles[0].contents).length;
  } catch (error) {
    for (const { text, location } of error.errors ?? [{ text: error.message }]) {
      problems.add(name, `browser bundle: ${text} ${location ? `(${location.file})` : ""}`);
    }
    return undefined;
  }
}

/**
 * A flat node_modules hides an undeclared dependency as long as anybody else has it: so each bare import of the built
 * files must be one of the manifest's. Declarations may be satisfied by @types instead.
 */
export function checkDeclared({ name, unpacked, manifest }, problems) {
  const { dependencies, peerDependencies, optionalDependencies } = manifest;
  const declared = new Set(
    [dependencies, peerDependencies, optionalDependencies].flatMap((each) =>
      Object.keys(each ?? {}),
    ),
  );
  for (const file of ["index.js", "index.cjs", "index.d.ts", "index.d.cts"]) {
    const isDeclaration = file.includes(".d.");
    const { importedFiles } = ts.preProcessFile(
      readFileSync(join(unpacked, "dist", file), "utf8"),
      true,
      true,
    );
    for (const { fileName: specifier } of importedFiles) {
      if (specifier.startsWith(".") || isBuiltin(specifier)) continue;
      const wanted = specifier.match(/^(@[^/]+\/)?[^/]+/)[0];
      const types = `@types/${wanted.replace("@", "").replace("/", "__")}`;
      const found = declared.has(wanted) || (isDeclaration && declared.has(types));
      problems.expect(
        found,
        name,
        `dist/${file} imports ${wanted}, which package.json does not declare`,
      );
    }
  }
}
