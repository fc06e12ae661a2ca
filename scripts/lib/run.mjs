/** Running programs: where the repository is, the environment tools get, and one way to start them. */
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** The repository's root; every script works from here, wherever it was called from. */
export const root = fileURLToPath(new URL("../../", import.meta.url));

/** Nothing a tool does here may phone home or ask a question. */
export const toolEnvironment = {
  ...process.env,
  TURBO_TELEMETRY_DISABLED: "1",
  TURBO_NO_UPDATE_NOTIFIER: "1",
  DO_NOT_TRACK: "1",
};

/**
 * Runs a program to its end and resolves to { code, stdout, output }, output being stdout and stderr interleaved.
 * With `show` the program writes to our own streams instead, and both are empty. stdin is closed in either case:
 * a tool that asks something fails instead of hanging.
 */
export function run(command, args, { cwd = root, env = toolEnvironment, show = false } = {}) {
  const out = show ? "inherit" : "pipe";
  // On Windows npm, pnpm and turbo are .cmd files, which only a shell can start.
  const shell = process.platform === "win32" && command !== process.execPath;
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env, shell, stdio: ["ignore", out, out] });
    let stdout = "";
    let output = "";
    child.stdout?.setEncoding("utf8").on("data", (text) => {
      stdout += text;
      output += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? 1, stdout, output })); // null: killed by a signal
  });
}
