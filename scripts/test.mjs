/**
 * `npm test`: sets everything up and runs every check, one phase after the other, cheapest first; stops at the
 * first that fails and shows its output. Ends with a line "N passed, N failed" of test cases.
 */
import { boundaries } from "./lib/boundaries.mjs";
import { browserTests } from "./lib/browser.mjs";
import { install } from "./lib/install.mjs";
import {
  countResults,
  forgetResults,
  resultsFile,
  sumResults,
  testedPackages,
} from "./lib/jest-results.mjs";
import { phase, report } from "./lib/phase.mjs";
import { tool } from "./lib/pnpm.mjs";
import { build, checkNode } from "./lib/setup.mjs";

const turbo = (...args) => tool("turbo", [...args, "--concurrency=2"]);
const total = { passed: 0, failed: 0, skipped: 0 };

/** Format, lint, then the arrows between packages. */
async function lint() {
  const biome = await tool("biome", ["check", "."]);
  return biome.code === 0 ? boundaries() : biome;
}

/**
 * Every package's jest, always run: a result from turbo's cache would be true, but it would be an old truth
 * (--force), and what tests need generated the build just made (--only). One jest worker per package, two packages
 * at a time; --continue so that the counts are of all packages even when one fails.
 */
async function unitTests() {
  const folders = testedPackages();
  forgetResults(folders);
  const flags = ["--only", "--force", "--continue=always", "--log-order=grouped"];
  const jest = ["--ci", "--maxWorkers=1", "--json", `--outputFile=${resultsFile}`];
  const args = [
    "run",
    "test",
    ...flags,
    "--concurrency=2",
    "--output-logs=errors-only",
    "--",
    ...jest,
  ];
  const result = await tool("turbo", args);
  const { passed, failed, skipped } = add(sumResults(folders.map(countResults)));
  const note = `${passed} passed in ${folders.length} packages${skipped ? `, ${skipped} skipped` : ""}`;
  return { ...result, code: result.code || (failed ? 1 : 0), note };
}

/** publint and attw on each package, then internal/pack-check on all of them together. */
const packageChecks = () => turbo("run", "check:pack", "--output-logs=errors-only");

/** Adds a phase's test cases to the total. */
function add(counts) {
  total.passed += counts.passed;
  total.failed += counts.failed;
  total.skipped += counts.skipped ?? 0;
  return counts;
}

async function everything() {
  await install();
  await phase("lint", lint);
  await phase("typecheck", () => turbo("run", "typecheck", "--output-logs=errors-only"));
  await build();
  await phase("unit tests", unitTests);
  await phase("package checks", packageChecks);
  await phase("browser tests", async () => add(await browserTests()));
}

checkNode();
const start = performance.now();
try {
  await everything();
} catch (error) {
  report(error);
  process.exitCode = 1;
  // A phase without test cases that failed is one failure: the last line must not read "0 failed" then.
  total.failed ||= 1;
}
console.log(
  `\n${process.exitCode ? "FAILED" : "ok"} after ${((performance.now() - start) / 1000).toFixed(0)} s`,
);
console.log(`${total.passed} passed, ${total.failed} failed`);
