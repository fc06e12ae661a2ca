/**
 * The built command line, run inside this process. A child process would cost another Node start and, worse, put a
 * parent between Ctrl-C and the training loop: a terminal signals the whole process group, `kill` only one process,
 * and the parent cannot tell which happened, so it would forward a signal too many or one too few. In one process
 * every SIGINT and SIGTERM reaches the CLI's own handlers, which save the checkpoint; stdin, stdout and the exit
 * code are the CLI's without any passing on.
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "./run.mjs";

const main = join(root, "apps", "cli", "dist", "main.js");

export const cliIsBuilt = () => existsSync(main);

/** Runs `kith <args>` as if Node had been started on its main file, in the folder where npm was called: file names are relative to that. */
export async function runCli(args) {
  process.chdir(process.env.INIT_CWD ?? process.cwd());
  process.argv = [process.argv[0], main, ...args];
  await import(pathToFileURL(main).href);
}
