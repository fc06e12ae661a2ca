import { OptionError } from "@kith/core-tensors";
import { type Metric, metricNames, parseMetric } from "@kith/metrics";

/** A metric by its key: a mean over users, or a property of all lists together. */
export type Wanted =
  | ({ kind: "user" } & Metric)
  | { kind: "catalogue"; key: string; k: number; formula: string };

/**
 * Reads metric keys, to refuse wrong ones before hours of work.
 * @throws OptionError naming the first that is unknown
 */
export function parseMetrics(keys: readonly string[]): Wanted[] {
  if (keys.length === 0)
    throw new OptionError("evaluate", "metrics", "must name at least one metric, got none");
  return keys.map(parse);
}

function parse(key: string): Wanted {
  const k = /^coverage@([1-9]\d*)$/.exec(key)?.[1];
  if (k)
    return {
      kind: "catalogue",
      key,
      k: Number(k),
      formula: `share of all items that are among the first ${k} of at least one user`,
    };
  try {
    return { kind: "user", ...parseMetric(key) };
  } catch {
    throw new OptionError(
      "evaluate",
      "metrics",
      `must be like recall@20: one of ${[...metricNames, "coverage"].join(", ")} at a whole number, got ${JSON.stringify(key)}`,
    );
  }
}
