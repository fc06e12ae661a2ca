import { checkFinite, checkPositiveInteger, show } from "./check.ts";
import { MetricError } from "./errors.ts";
import { checkRanking } from "./hits.ts";
import type { Item } from "./item.ts";

/**
 * Intra-list diversity: the mean distance between the items of one ranking
 * (Smyth and McClave 2001; Ziegler et al., WWW 2005, who sum similarities instead).
 *
 *   ild = Σ_{i<j} d(i, j) / (m (m − 1) / 2)      m = length of the ranking
 *
 * In the range of the distance; with `cosineDistance` in [0, 2]. The distance is called once per pair and taken
 * as symmetric. Throws a MetricError on fewer than two items (leave such lists out), a duplicate item, and a
 * distance that is not finite.
 */
export function intraListDiversity<T extends Item>(
  ranking: ArrayLike<T>,
  distance: (a: T, b: T) => number,
): number {
  const who = "intraListDiversity";
  checkRanking(who, ranking, Number.MAX_SAFE_INTEGER);
  if (ranking.length < 2) {
    throw new MetricError(
      `${who}: expected at least two items, got ${ranking.length}; leave shorter lists out`,
    );
  }
  let sum = 0;
  for (let j = 1; j < ranking.length; j++) {
    for (let i = 0; i < j; i++) {
      const d = distance(ranking[i], ranking[j]);
      if (!Number.isFinite(d)) {
        throw new MetricError(
          `${who}: expected a finite distance between ${show(ranking[i])} and ${show(ranking[j])}, got ${show(d)}`,
        );
      }
      sum += d;
    }
  }
  return sum / ((ranking.length * (ranking.length - 1)) / 2);
}

/**
 * The cosine distance between items given by their vectors, for `intraListDiversity`.
 *
 *   d(a, b) = 1 − v_a · v_b / (|v_a| |v_b|)
 *
 * `vectors` holds one row of `dim` numbers per item, end to end: shape [items, dim]. Norms are computed once.
 * Throws a MetricError when the length is no multiple of `dim` or a number is not finite; the distance itself
 * throws on an item without a row and on a vector of zeros, which has no direction.
 */
export function cosineDistance(
  vectors: ArrayLike<number>,
  dim: number,
): (a: number, b: number) => number {
  const who = "cosineDistance";
  checkPositiveInteger(who, "dim", dim);
  checkFinite(who, "vectors", vectors);
  if (vectors.length % dim !== 0) {
    throw new MetricError(
      `${who}: expected a multiple of dim = ${dim} numbers, got ${vectors.length}`,
    );
  }
  const norms = new Float64Array(vectors.length / dim);
  for (let row = 0; row < norms.length; row++) norms[row] = Math.sqrt(dot(row, row));

  function dot(a: number, b: number): number {
    let sum = 0;
    for (let i = 0; i < dim; i++) sum += vectors[a * dim + i] * vectors[b * dim + i];
    return sum;
  }
  return (a, b) => {
    for (const item of [a, b]) {
      if (norms[item] > 0 && norms[item] < Number.POSITIVE_INFINITY) continue;
      throw new MetricError(
        `${who}: expected an item whose vector has a length above 0 and below infinity, got ${show(item)}; there are ${norms.length} items`,
      );
    }
    const cosine = dot(a, b) / (norms[a] * norms[b]);
    return 1 - Math.min(1, Math.max(-1, cosine)); // rounding can leave [−1, 1]
  };
}
