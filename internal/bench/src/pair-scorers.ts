import type { ItemPairs, Vocabulary } from "@kith/data";
import type { PairScorer } from "@kith/recommender";

/** Vectors of items, a row each. */
export interface Rows {
  readonly data: Float32Array;
  /** Floats from one row to the next, of which the first `dim` count. */
  readonly width: number;
}

/** Scores the pair (a, b) by the product of row a of one table and row b of another, which may be the same, or by their cosine. */
export function vectorScorer(
  items: Vocabulary,
  dim: number,
  { left, right, cosine }: { readonly left: Rows; readonly right: Rows; readonly cosine: boolean },
): PairScorer {
  return scorer(items, (a, b) => {
    let [dot, aa, bb] = [0, 0, 0];
    for (let d = 0; d < dim; d++) {
      const x = left.data[a * left.width + d];
      const y = right.data[b * right.width + d];
      dot += x * y;
      aa += x * x;
      bb += y * y;
    }
    return cosine ? dot / Math.sqrt(aa * bb || 1) : dot;
  });
}

/** Scores a pair by how many training pairs its items are in: the product of both. Knows items that are in none, too. */
export function popularityScorer(train: ItemPairs, items: Vocabulary): PairScorer {
  const counts = new Float64Array(items.size);
  const to = train.items.indicesIn(items);
  for (const side of [train.source, train.target]) for (const item of side) counts[to[item]]++;
  return scorer(items, (a, b) => (1 + counts[a]) * (1 + counts[b]));
}

function scorer(items: Vocabulary, score: (a: number, b: number) => number): PairScorer {
  return {
    items,
    pairScores({ items: own, source, target, length }) {
      const to = own.indicesIn(items);
      const scores = new Float32Array(length);
      const known = new Uint8Array(length);
      for (let row = 0; row < length; row++) {
        const [a, b] = [to[source[row]], to[target[row]]];
        if (a < 0 || b < 0) continue;
        known[row] = 1;
        scores[row] = score(a, b);
      }
      return { scores, known };
    },
  };
}
