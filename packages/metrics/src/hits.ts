import { checkItem, checkList, checkPositiveInteger, show } from "./check.ts";
import { MetricError } from "./errors.ts";
import type { Item } from "./item.ts";

/**
 * Where the first k places of a ranking hit: hits[i] is 1 when the item at place i + 1 is relevant, else 0.
 * The list is as long as the ranking when that is shorter than k. One hit list made for the largest k
 * serves every smaller k, see `Metric.ofHits`.
 *
 * Throws a MetricError when k is not a positive integer, when `relevant` is empty (no metric has a value
 * there: leave such users out, and report how many), when an item is recommended twice within the first k
 * places, or when one side holds strings and the other numbers.
 */
export function hitsOf<T extends Item>(
  ranking: ArrayLike<T>,
  relevant: ReadonlySet<T>,
  k: number,
): Uint8Array {
  return hitsFor("hitsOf", ranking, relevant, k);
}

/** `hitsOf` in the name of the metric that needs it. */
export function hitsFor<T extends Item>(
  who: string,
  ranking: ArrayLike<T>,
  relevant: ReadonlySet<T>,
  k: number,
): Uint8Array {
  checkRanking(who, ranking, k);
  checkRelevant(who, relevant);
  checkSameKind(who, ranking, relevant);
  const hits = new Uint8Array(Math.min(k, ranking.length));
  for (let i = 0; i < hits.length; i++) if (relevant.has(ranking[i])) hits[i] = 1;
  return hits;
}

/** The first k places of a ranking hold distinct items. */
export function checkRanking(who: string, ranking: ArrayLike<Item>, k: number): void {
  checkPositiveInteger(who, "k", k);
  checkList(who, "the ranking", ranking);
  const seen = new Set<Item>();
  const end = Math.min(k, ranking.length);
  for (let i = 0; i < end; i++) {
    checkItem(who, ranking[i], i);
    seen.add(ranking[i]);
    if (seen.size > i) continue;
    throw new MetricError(
      `${who}: expected distinct items, got ${show(ranking[i])} again at position ${i}; remove duplicates from the ranking first`,
    );
  }
}

/** Ids read as text on one side and as numbers on the other would score 0 in silence. */
export function checkSameKind(
  who: string,
  ranking: ArrayLike<Item>,
  relevant: Iterable<Item>,
): void {
  const kind = typeof ranking[0];
  let example: Item | undefined;
  for (const item of relevant) {
    if (typeof item === kind) return; // as a rule the first one
    example = item;
  }
  for (let i = 0; i < ranking.length; i++) if (typeof ranking[i] !== kind) return;
  if (ranking.length === 0) return;
  throw new MetricError(
    `${who}: expected ranking and relevant items of one kind, got ${typeof ranking[0]} ${show(ranking[0])} and ${typeof example} ${show(example)}, which can never match`,
  );
}

export function noRelevant(who: string): MetricError {
  return new MetricError(
    `${who}: expected at least one relevant item, got none; leave users without held-out items out of the mean and report how many`,
  );
}

function checkRelevant(who: string, relevant: ReadonlySet<Item>): void {
  if (typeof relevant?.has !== "function" || "get" in relevant) {
    throw new MetricError(`${who}: expected relevant to be a Set of items, got ${show(relevant)}`);
  }
  if (relevant.size === 0) throw noRelevant(who);
}

/** A hit list from outside: zeros and ones, and no more hits than there are relevant items. */
export function checkHits(who: string, hits: ArrayLike<number>, relevant: number, k: number): void {
  checkList(who, "hits", hits);
  if (relevant === 0) throw noRelevant(who);
  checkPositiveInteger(who, "the number of relevant items", relevant);
  let found = 0;
  const end = Math.min(k, hits.length);
  for (let i = 0; i < end; i++) {
    if (hits[i] !== 0 && hits[i] !== 1) {
      throw new MetricError(
        `${who}: expected hits to be 0 or 1, got ${show(hits[i])} at position ${i}`,
      );
    }
    found += hits[i];
  }
  if (found <= relevant) return;
  throw new MetricError(
    `${who}: expected at most ${relevant} hits, one per relevant item, got ${found}; the ranking may hold an item twice`,
  );
}

/** Hits within the first k places. */
export function countHits(hits: ArrayLike<number>, k: number): number {
  const end = Math.min(k, hits.length);
  let count = 0;
  for (let i = 0; i < end; i++) count += hits[i];
  return count;
}
