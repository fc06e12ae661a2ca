import { HeapIndices, kernels, type Lists, MemoryError, scope, Tensor } from "@kith/core-tensors";

/** Scores of a batch of queries: as factors whose product they are, or all of them. */
export type Scores =
  | {
      readonly kind: "dot";
      /** [queries, dim] */
      readonly queries: Tensor;
      /** [items, dim] */
      readonly items: Tensor;
    }
  | {
      readonly kind: "all";
      /** [queries, items]; overwritten where masked. */
      readonly values: Tensor;
    };

/** The best items of each query: entry r · k + j is query r's j-th best. */
export interface TopK {
  /** Dense item numbers, or 2³² − 1 past the last. */
  readonly items: Uint32Array;
  readonly scores: Float32Array;
  readonly k: number;
}

/** The item number that stands for none. */
export const NO_ITEM = 0xffffffff;

/**
 * The k best unmasked items of each query, ties to the lower number. Factors are scored a tile at a time, so the queries × items
 * scores never exist.
 * @param scores computed in a scope of their own
 * @param masks an ascending list of items for each query
 */
export function topK(scores: () => Scores, masks: readonly Uint32Array[], k: number): TopK {
  const rows = masks.length;
  if (rows * k > 2 ** 28)
    throw new MemoryError(
      `top-k: ${rows} lists of ${k} items do not fit; ask for fewer queries at a time`,
    );
  const outItems = new HeapIndices(rows * k);
  try {
    return scope(() => {
      const lists = onHeap(masks);
      try {
        const outScores = Tensor.empty([rows * k]);
        const result = scores();
        if (result.kind === "dot") {
          const { queries, items } = result;
          kernels().scoreTopK(
            outItems.data,
            outScores.data,
            queries.data,
            items.data,
            items.columns,
            lists,
            k,
          );
        } else {
          const { values } = result;
          kernels().topK(outItems.data, outScores.data, values.data, values.columns, lists, k);
        }
        return { items: outItems.data.slice(), scores: outScores.data.slice(), k };
      } finally {
        lists.dispose();
      }
    });
  } finally {
    outItems.dispose();
  }
}

function onHeap(masks: readonly Uint32Array[]): Lists & { dispose(): void } {
  const offsets = new HeapIndices(masks.length + 1);
  const items = new HeapIndices(masks.reduce((count, mask) => count + mask.length, 0));
  const [ends, all] = [offsets.data, items.data]; // for this function only: growth of the heap may detach them
  ends[0] = 0;
  masks.forEach((mask, r) => {
    all.set(mask, ends[r]);
    ends[r + 1] = ends[r] + mask.length;
  });
  return {
    get offsets() {
      return offsets.data;
    },
    get items() {
      return items.data;
    },
    dispose() {
      offsets.dispose();
      items.dispose();
    },
  };
}
