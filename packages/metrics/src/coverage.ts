import { checkItem, checkList, checkPositiveInteger } from "./check.ts";
import { MetricError } from "./errors.ts";
import type { Item } from "./item.ts";

/**
 * Catalogue coverage: the share of the catalogue that is recommended to anyone at all.
 *
 *   |∪_u ranking_u| / catalogue size
 *
 * In [0, 1]. Every item in the lists counts: pass lists already cut at the k you report.
 * Throws a MetricError when the size is not a positive integer and when more distinct items come than that.
 */
export function catalogueCoverage<T extends Item>(
  rankings: Iterable<ArrayLike<T>>,
  catalogueSize: number,
): number {
  checkPositiveInteger("catalogueCoverage", "the catalogue size", catalogueSize);
  const distinct = new Set<T>();
  for (const ranking of rankings) {
    checkList("catalogueCoverage", "each ranking", ranking);
    for (let i = 0; i < ranking.length; i++) {
      checkItem("catalogueCoverage", ranking[i], i);
      distinct.add(ranking[i]);
    }
  }
  if (distinct.size <= catalogueSize) return distinct.size / catalogueSize;
  throw new MetricError(
    `catalogueCoverage: expected at most ${catalogueSize} distinct items, the catalogue size, got ${distinct.size}; count every item that can be recommended`,
  );
}
