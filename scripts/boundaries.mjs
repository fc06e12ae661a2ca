/** `npm run lint`'s second half: do the arrows between packages point down? */
import { boundaries } from "./lib/boundaries.mjs";

const { code, output } = await boundaries();
if (code !== 0) process.stderr.write(output);
process.exitCode = code;
