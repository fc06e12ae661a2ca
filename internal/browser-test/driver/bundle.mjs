/** Builds the page as a consumer's bundler would, from the packages' built ESM, and the experiment for Node. */
import { mkdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { workerSource } from "@kith/core-tensors";
import { build } from "esbuild";

const folder = fileURLToPath(new URL("..", import.meta.url));
const source = (name) => join(folder, "src", name);

/** Resolves to the site's files by name, and to the paths of all sources that went into them. */
export async function bundleSite() {
  const { outputFiles, metafile } = await build({
    absWorkingDir: folder,
    entryPoints: [source("page.ts"), source("worker.ts")],
    outdir: join(folder, "dist"),
    bundle: true,
    splitting: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    logLevel: "warning",
  });
  const site = new Map(outputFiles.map(({ path, contents }) => [basename(path), contents]));
  for (const name of ["page.html", "page.css", "icon.svg"])
    site.set(name, readFileSync(source(name)));
  site.set("kernel-worker.js", workerSource);
  return { site, inputs: Object.keys(metafile.inputs) };
}

/** The same experiment in this process, on the packages as Node resolves them. */
export async function experimentInNode() {
  const outfile = join(folder, "dist", "experiment.mjs");
  mkdirSync(join(folder, "dist"), { recursive: true });
  await build({
    entryPoints: [source("experiment.ts")],
    outfile,
    bundle: true,
    packages: "external",
    format: "esm",
    platform: "node",
    logLevel: "warning",
  });
  return import(pathToFileURL(outfile).href);
}
