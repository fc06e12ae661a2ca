import { backendInfo } from "@kith/core-tensors";
import type { Evaluation } from "@kith/recommender";
import { version } from "../package.json";
import { count } from "./load-data.ts";

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

/** What an evaluation found, for JSON. */
export function evaluationFields(evaluation: Evaluation): Record<string, unknown> {
  const { metrics, protocol, users, unknownUsers, unknownItems, tieRate, seconds } = evaluation;
  return {
    metrics,
    protocol,
    evaluatedUsers: users.length,
    unknownUsers,
    unknownItems,
    tieRate,
    evaluationSeconds: seconds,
  };
}

/** What an evaluation could not ask for, in sentences. */
export function evaluationNotes({ unknownUsers, unknownItems, tieRate }: Evaluation): string[] {
  const notes: string[] = [];
  if (unknownUsers > 0)
    notes.push(
      `${count(unknownUsers, "user")} of the test data ${unknownUsers === 1 ? "is" : "are"} not known to the model and left out`,
    );
  if (unknownItems > 0)
    notes.push(
      `${count(unknownItems, "row")} of the test data ${unknownItems === 1 ? "is" : "are"} of items that the model does not know, and counted as not found`,
    );
  if (tieRate > 0.05)
    notes.push(
      `for ${(tieRate * 100).toFixed(0)} % of the users the last item ranked ties with the next: the order of equals is that of the catalogue`,
    );
  return notes;
}

/** A metric for people: four decimals. */
export function metricCell(value: number | undefined): string {
  return value === undefined ? "–" : value.toFixed(4);
}
