import { aucOfSorted } from "./auc.ts";
import { checkItem, checkOptions, checkSameLength, show } from "./check.ts";
import { MetricError } from "./errors.ts";
import type { Item } from "./item.ts";
import { checkLabelledScores } from "./labelled-scores.ts";

/** What `gauc` needs to be told. */
export interface GaucOptions {
  /** "impressions": a group counts by its number of rows, as in the DIN paper; "uniform": all groups count the same. */
  weights: "impressions" | "uniform";
}

/** What `gauc` found. */
export interface GroupedAuc {
  /** The weighted mean of the groups' AUC, in [0, 1]. */
  value: number;
  /** Groups in that mean. */
  groups: number;
  /** Groups left out because all their labels are the same. */
  skipped: number;
}

/**
 * Group AUC: AUC within each user (or query, or session), averaged. It ignores how users differ from one another,
 * which no ranking can use.
 *
 *   gauc = Σ_g w_g · auc_g / Σ_g w_g      over groups with both classes
 *
 * Zhu et al., "Optimized cost per click in Taobao display advertising", KDD 2017; weights as in Zhou et al.,
 * "Deep interest network", KDD 2018. Row i belongs to `groups[i]`; rows need not be sorted.
 * Throws a MetricError as `auc` does, on unknown weights, and when no group has both classes.
 */
export function gauc(
  groups: ArrayLike<Item>,
  labels: ArrayLike<number>,
  scores: ArrayLike<number>,
  options: GaucOptions,
): GroupedAuc {
  checkOptions("gauc", options, ["weights"]);
  const { weights } = options;
  if (weights !== "impressions" && weights !== "uniform") {
    throw new MetricError(
      `gauc: option "weights" must be "impressions" or "uniform", got ${show(weights)}`,
    );
  }
  checkSameLength("gauc", ["labels", labels], ["groups", groups]);
  checkLabelledScores("gauc", labels, scores);

  const byGroup = new Map<Item, [negatives: number[], positives: number[]]>();
  for (let i = 0; i < groups.length; i++) {
    checkItem("gauc", groups[i], i);
    let split = byGroup.get(groups[i]);
    if (split === undefined) {
      split = [[], []];
      byGroup.set(groups[i], split);
    }
    split[labels[i]].push(scores[i]);
  }

  let sum = 0;
  let total = 0;
  let skipped = 0;
  for (const [negatives, positives] of byGroup.values()) {
    if (positives.length === 0 || negatives.length === 0) {
      skipped++;
      continue;
    }
    const weight = weights === "uniform" ? 1 : positives.length + negatives.length;
    const value = aucOfSorted(
      Float64Array.from(positives).sort(),
      Float64Array.from(negatives).sort(),
    );
    sum += weight * value;
    total += weight;
  }
  if (total === 0) {
    throw new MetricError(
      `gauc: expected a group with both classes, got ${skipped} groups of one class each`,
    );
  }
  return { value: sum / total, groups: byGroup.size - skipped, skipped };
}
