import type { Findings } from "./findings.ts";
export function reportPage(_found: Findings, _summary: string, _left: readonly string[]): string {
  return "";
}
