/** `npm run bench -- <name> [--json]`: runs internal/bench from today's sources. */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "./lib/run.mjs";
import { setup } from "./lib/setup.mjs";

// On stderr: with --json, stdout is the result. The build makes the generated sources that the benches read.
await setup(process.stderr);

// --conditions resolves our packages to their TypeScript, which tsx compiles: what is measured is the checkout.
const node = ["--conditions=@kith/source", "--import", "tsx"];
const main = join(root, "internal", "bench", "src", "main.ts");
const child = spawn(process.execPath, [...node, main, ...process.argv.slice(2)], {
  cwd: root,
  stdio: "inherit",
});
// Ctrl-C reaches the child by itself (it is in the terminal's process group); we only wait for it.
process.on("SIGINT", () => {});
process.on("SIGTERM", () => child.kill("SIGTERM"));
child.on("close", (code) => {
  process.exitCode = code ?? 1;
});
