import { UsageError } from "./errors.ts";
import type { Family, FamilyFlags } from "./families/family.ts";
import { kebabCase } from "./letter-case.ts";
import { MODELS } from "./models.ts";
import { anyOf } from "./words.ts";

/**
 * Refuses flags that a model's family does not take, before anything is read.
 * @param name of the model, for the message
 * @throws UsageError naming the flag and what the model learns from
 */
export function checkFamilyFlags(name: string, family: Family, flags: FamilyFlags): void {
  const known = new Set(MODELS.flatMap((model) => model.family.flags));
  for (const flag of known) {
    if (flags[flag] === undefined || family.flags.includes(flag)) continue;
    const no = flags[flag] === false ? "no-" : "";
    throw new UsageError(
      `--${no}${kebabCase(flag)} is not for ${name}, which learns from ${family.learnsFrom}`,
    );
  }
  const { split } = flags;
  if (split !== undefined && !family.splits.includes(split))
    throw new UsageError(
      `--split ${split} is not for ${name}, which learns from ${family.learnsFrom}; it takes ${anyOf(family.splits)}`,
    );
}

/**
 * The metrics asked for, or what the family measures by itself.
 * @throws UsageError for one that it is not measured by
 */
export function familyMetrics(
  name: string,
  family: Family,
  flag: string,
  asked: readonly string[] | undefined,
): readonly string[] {
  const wrong = asked?.find((key) => !family.hasMetric(key));
  if (wrong !== undefined)
    throw new UsageError(
      `${flag}: ${wrong} is not measured on ${name}, which learns from ${family.learnsFrom}; its metrics are such as ${family.metrics.join(", ")}`,
    );
  return asked ?? family.metrics;
}
