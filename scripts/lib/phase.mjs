/** A phase of a longer job: one line when it succeeds, all of its tool's output when it does not. */

/** A phase failed; `output` is what its tool printed. */
export class PhaseError extends Error {
  constructor(phase, output) {
    super(`${phase} failed`);
    this.name = "PhaseError";
    this.output = output;
  }
}

/**
 * Runs `work`, which resolves to { code, output } as `run` does, and writes "name … 1.2 s" to `out`.
 * A `note` in the result is added to that line.
 */
export async function phase(name, work, out = process.stdout) {
  const start = performance.now();
  out.write(`${name} … `);
  const result = await work();
  const seconds = `${((performance.now() - start) / 1000).toFixed(1)} s`;
  if (result.code !== 0) {
    out.write(`FAILED after ${seconds}\n`);
    throw new PhaseError(name, result.output);
  }
  out.write(`${seconds}${result.note ? ` (${result.note})` : ""}\n`);
  return result;
}

/** What the failed tool said, then which phase it was: no stack trace, which would be about our scripts. */
export function report(error) {
  if (!(error instanceof PhaseError)) throw error;
  process.stderr.write(`\n${error.output.trim()}\n\n${error.message}\n`);
}
