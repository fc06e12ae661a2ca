/** `npm run --silent kith -- <args>`: the command line from this checkout, as last built. */
import { cliIsBuilt, runCli } from "./lib/cli.mjs";
import { setup } from "./lib/setup.mjs";

const args = process.argv.slice(2);
// Setup speaks on stderr: stdout belongs to the CLI, whose --json output others parse.
if (!cliIsBuilt()) await setup(process.stderr);
await runCli(args);
