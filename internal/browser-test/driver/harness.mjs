/** Counts checks: each runs whatever became of those before it. */
let passed = 0;
let failed = 0;

/** @param name a sentence that is true when `body` does not throw */
export async function check(name, body) {
  const start = performance.now();
  try {
    await body();
    passed++;
    console.log(`✓ ${name} (${((performance.now() - start) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failed++;
    console.log(`✗ ${name}\n${String(error?.stack ?? error).replace(/^/gm, "    ")}`);
  }
}

/** The last line of the run, which others read; sets the exit code. */
export function summary() {
  console.log(`\n${passed} passed, ${failed} failed`);
  if (failed > 0 || passed === 0) process.exitCode = 1;
}
