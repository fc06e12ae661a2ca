import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A Python that has a module: the one given as `--python`, Debian's, or the first on PATH; undefined where none has it. */
export function pythonWith(module: string, given: string | undefined): string | undefined {
  for (const python of [given, "/usr/bin/python3", "python3"]) {
    if (python === undefined) continue;
    try {
      execFileSync(python, ["-c", `import ${module}`], { stdio: "ignore" });
      return python;
    } catch {
      // not there: the next one
    }
  }
  return undefined;
}

/** Runs a script of peers/ and reads the JSON on its last line. */
export function runPeer<T>(python: string, script: string, args: readonly string[]): T {
  const file = join(import.meta.dirname, "../peers", script);
  const out = execFileSync(python, [file, ...args], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    stdio: ["ignore", "pipe", "ignore"],
  });
  return JSON.parse(out.trim().split("\n").at(-1) ?? "") as T;
}

/** Runs `body` with a folder that is gone afterwards. */
export async function withFolder<T>(body: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "kith-bench-"));
  try {
    return await body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
