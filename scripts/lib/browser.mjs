/** The browser tests, as `npm test` and `npm run test:browser` both run them. */
import { join } from "node:path";
import { findChromium } from "./chromium.mjs";
import { root, run, toolEnvironment } from "./run.mjs";

/**
 * Resolves to { code, output, note?, passed, failed }. Without a Chromium the tests are skipped, and say so;
 * where CI is set that is a failure, because there nobody would read the word.
 * internal/browser-test/run.mjs gets the browser in CHROMIUM_PATH and ends with a line "N passed, N failed".
 */
export async function browserTests({ show = false } = {}) {
  const chromium = findChromium();
  if (!chromium) {
    const skipped = "skipped: no Chromium";
    const output = `${skipped} (set CHROMIUM_PATH, or install chromium or google-chrome)`;
    return { code: process.env.CI ? 1 : 0, output, note: skipped, passed: 0, failed: 0 };
  }
  const env = { ...toolEnvironment, CHROMIUM_PATH: chromium };
  const script = join(root, "internal", "browser-test", "run.mjs");
  const result = await run(process.execPath, [script], { env, show });
  const counts = result.stdout.match(/^(\d+) passed, (\d+) failed$/m);
  return { ...result, passed: Number(counts?.[1] ?? 0), failed: Number(counts?.[2] ?? 0) };
}
