/** `npm start`: sets everything up, then runs the demo. Arguments after `--` go to the demo. */
import { runCli } from "./lib/cli.mjs";
import { setup } from "./lib/setup.mjs";

await setup();
await runCli(["demo", ...process.argv.slice(2)]);
