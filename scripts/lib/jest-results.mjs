/** True test counts: each package's jest writes its results as JSON, and these are added up. */
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root } from "./run.mjs";
import { workspaceFolders } from "./workspace.mjs";

/** Relative to the package whose tests run; .turbo is ignored by git and by turbo's own cache keys. */
export const resultsFile = join(".turbo", "jest-results.json");

/** The folder of every workspace package with a `test` script. */
export function testedPackages() {
  const isTested = (folder) =>
    JSON.parse(readFileSync(join(folder, "package.json"), "utf8")).scripts?.test !== undefined;
  return workspaceFolders()
    .map((folder) => join(root, folder))
    .filter(isTested);
}

/** So that a run which dies early cannot be credited with the results of the one before it. */
export function forgetResults(folders) {
  for (const folder of folders) rmSync(join(folder, resultsFile), { force: true });
}

/** { passed, failed, skipped } of one package. A test file that does not even load counts as one failure. */
export function countResults(folder) {
  const file = join(folder, resultsFile);
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: 0 }; // jest died before it could write
  const results = JSON.parse(readFileSync(file, "utf8"));
  return {
    passed: results.numPassedTests,
    failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
    skipped: results.numPendingTests + results.numTodoTests,
  };
}

export function sumResults(counts) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const count of counts) for (const key of Object.keys(sum)) sum[key] += count[key];
  return sum;
}
