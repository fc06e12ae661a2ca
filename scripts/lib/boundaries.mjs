/** The arrows between packages (turbo.json, "boundaries"): they point down only, and every import is declared. */
import { tool } from "./pnpm.mjs";

/**
 * Runs `turbo boundaries`; resolves to { code, output }. Its parser stops at AssemblyScript's decorators
 * (`@inline function …`) and it has no way to leave a folder out, so "failed to parse" is forgiven for files in an
 * `assembly` folder, which import nothing of ours, and for nothing else: the issues must be exactly those.
 */
export async function boundaries() {
  const { code, output } = await tool("turbo", ["boundaries"]);
  if (code === 0) return { code, output };
  const unwrapped = output.replace(/\n\s*\| */g, ""); // it breaks lines at 80 columns, paths included
  const assembly =
    unwrapped.match(/failed to parse file .*?\/assembly\/.*?: ?parser panicked/g) ?? [];
  const issues = output.match(/^Checked .*, (\d+) issues? found/m);
  if (!issues || Number(issues[1]) > assembly.length) return { code, output };
  return { code: 0, output };
}
