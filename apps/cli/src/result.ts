import { backendInfo } from "@kith/core-tensors";
import { version } from "../package.json";
import type { Measured } from "./families/family.ts";
import { table } from "./table.ts";

/** The version of this program. */
export const VERSION: string = version;

/** What every result says about where it came from. */
export function provenance(): Record<string, unknown> {
  const { kernels, threads } = backendInfo();
  return {
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
    versions: { kith: VERSION, node: process.versions.node },
    backend: { kernels, threads },
  };
}

/** A metric for people: four decimals. */
export function metricCell(value: number | undefined): string {
  return value === undefined ? "–" : value.toFixed(4);
}

/** Models by metrics, for people; below each the parts that were measured apart. */
export function measuredTable(
  rows: readonly (readonly [
    name: string,
    measured: Pick<Measured, "metrics" | "subject" | "parts">,
  ])[],
): string {
  const [[, { metrics, subject }]] = rows;
  const keys = Object.keys(metrics);
  const row = (name: string, values: Measured["metrics"]) => [
    name,
    ...keys.map((key) => metricCell(values[key])),
  ];
  return table([
    [subject, ...keys],
    ...rows.flatMap(([name, measured]) => [
      row(name, measured.metrics),
      ...Object.entries(measured.parts ?? {}).map(([part, values]) => row(`  ${part}`, values)),
    ]),
  ]);
}
