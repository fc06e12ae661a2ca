/** `turbo` for package.json's scripts, on machines without a global pnpm (see lib/pnpm.mjs). */
import { tool } from "./lib/pnpm.mjs";

const { code } = await tool("turbo", process.argv.slice(2), { show: true });
process.exitCode = code;
