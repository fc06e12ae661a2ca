/** Runs a program quietly; a failure throws what it printed. */
import { execFile } from "node:child_process";

export function run(command, args, cwd) {
  // npm and pnpm are .cmd files on Windows, which only a shell can start.
  const shell = process.platform === "win32" && command !== process.execPath;
  return new Promise((resolve, reject) => {
    execFile(command, args, { cwd, shell, maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${command} ${args.join(" ")}\n${stdout}${stderr}`.trimEnd()));
      else resolve(stdout);
    });
  });
}
