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
  // It breaks lines at 80 columns, in the middle of a path or a message: read it without any white space.
  const errors = output.replace(/[\s|]/g, "").split("failedtoparsefile").slice(1);
  const assembly = errors.filter((error) => /^[^:]*\/assembly\/[^:]*:parserpanicked/.test(error));
  const issues = output.match(/^Checked .*, (\d+) issues? found/m);
  if (!issues || Number(issues[1]) > assembly.length) return { code, output };
  return { code: 0, output };
}
