import { kernels, requireMemory, scope, Tensor } from "@kith/core-tensors";
import { type TopK, topK } from "@kith/recommender";

/** Floats of vectors that a batch of queries meets at a time: the kernel rearranges a copy. */
const BLOCK = 2 ** 22;
/** Floats of one query repeated: 1 MiB stays in a core's cache. */
const REPEATED = 2 ** 18;
/** So many queries are quicker one by one: a batch has to rearrange the vectors first. */
const FEW = 3;
/** The number that `topK` writes past the last item. */
const NONE = 0xffffffff;

/** Vectors divided by their lengths, on the heap, where the kernels find the nearest ones. */
export class UnitVectors {
  readonly #units: Tensor;

  /**
   * @param vectors [items, dim], row-major
   * @throws MemoryError when they and the room to search them do not fit the heap
   */
  constructor(vectors: Float32Array, dim: number) {
    const items = vectors.length / dim;
    requireMemory(
      `KeyedVectors: the unit vectors of ${items.toLocaleString("en-US")} × ${dim}`,
      4 * (vectors.length + items + Math.min(vectors.length, BLOCK) + REPEATED),
    );
    this.#units = Tensor.parameter([items, dim]);
    const units = this.#units.data;
    for (let at = 0; at < vectors.length; at += dim) writeUnit(units, at, vectors, at, dim);
  }

  /**
   * The k vectors of highest cosine to each query, ties to the lower number.
   * @param queries [queries, dim] of unit length
   * @param masks for each query an ascending list of vectors to leave out
   */
  nearest(queries: Float32Array, masks: readonly Uint32Array[], k: number): TopK {
    return scope(() => {
      const onHeap = Tensor.from(queries, [masks.length, this.#units.columns]);
      if (masks.length > FEW) return this.#byBlocks(onHeap, masks, k);
      const best = emptyTopK(masks.length, k);
      masks.forEach((mask, r) => {
        const { items, scores } = this.#ofOne(onHeap.slice(r, r + 1), mask, k);
        best.items.set(items, r * k);
        best.scores.set(scores, r * k);
      });
      return best;
    });
  }

  /** The query is repeated to face each row of a tile: dot products of rows against rows run at the speed of memory. */
  #ofOne(query: Tensor, mask: Uint32Array, k: number): TopK {
    const { rows, columns } = this.#units;
    const height = Math.min(rows, Math.max(1, Math.floor(REPEATED / columns)));
    return topK(
      () => {
        const repeated = Tensor.empty([height, columns]);
        const scores = Tensor.empty([1, rows]);
        for (let r = 0; r < height; r++) repeated.data.set(query.data, r * columns);
        for (let begin = 0; begin < rows; begin += height) {
          const end = Math.min(rows, begin + height);
          kernels().rowDot(
            scores.data.subarray(begin, end),
            repeated.data.subarray(0, (end - begin) * columns),
            this.#units.data.subarray(begin * columns, end * columns),
            columns,
          );
        }
        return { kind: "all", values: scores };
      },
      [mask],
      k,
    );
  }

  #byBlocks(queries: Tensor, masks: readonly Uint32Array[], k: number): TopK {
    const { rows, columns } = this.#units;
    const height = Math.max(1, Math.floor(BLOCK / columns));
    let best = emptyTopK(masks.length, k);
    for (let begin = 0; begin < rows; begin += height) {
      const end = Math.min(rows, begin + height);
      const items = this.#units.slice(begin, end);
      const masksHere = masks.map((mask) =>
        mask.filter((i) => i >= begin && i < end).map((i) => i - begin),
      );
      const found = topK(
        () => ({ kind: "dot", queries, items }),
        masksHere,
        Math.min(k, end - begin),
      );
      best = merged(best, found, begin);
    }
    return best;
  }

  dispose(): void {
    this.#units.dispose();
  }
}

/** out[to …] = vectors[from …] divided by its length; zeros stay zeros. The length is a float64, which no float32 squared overflows. */
export function writeUnit(
  out: Float32Array,
  to: number,
  vectors: ArrayLike<number>,
  from: number,
  dim: number,
): void {
  let squares = 0;
  for (let j = 0; j < dim; j++) squares += vectors[from + j] * vectors[from + j];
  const length = Math.sqrt(squares) || 1;
  for (let j = 0; j < dim; j++) out[to + j] = vectors[from + j] / length;
}

function emptyTopK(queries: number, k: number): TopK {
  return {
    items: new Uint32Array(queries * k).fill(NONE),
    scores: new Float32Array(queries * k).fill(Number.NEGATIVE_INFINITY),
    k,
  };
}

/** The best of both for each query; of equal scores those of `best`, whose items are lower. Those of `found` count from `first`. */
function merged(best: TopK, found: TopK, first: number): TopK {
  const { k } = best;
  const queries = best.items.length / k;
  const both = emptyTopK(queries, k);
  for (let r = 0; r < queries; r++) {
    let b = r * k;
    let f = r * found.k;
    const end = f + found.k;
    for (let at = r * k; at < (r + 1) * k; at++) {
      if (f === end || best.scores[b] >= found.scores[f]) {
        both.scores[at] = best.scores[b];
        both.items[at] = best.items[b++];
      } else {
        both.scores[at] = found.scores[f];
        both.items[at] = first + found.items[f++];
      }
    }
  }
  return both;
}
