import { SparseMatrix } from "@kith/core-tensors";
import type { Distinct } from "@kith/sampling";

/** How the edges of a graph are weighed: whether nodes are their own neighbours, and by which degrees weights are divided. */
export interface Propagation {
  readonly selfLoops: boolean;
  readonly normalization: "symmetric" | "row" | "none";
}

/**
 * The rows that newcomers would have in the graph of training, within the current scope: sources are the newcomers, then the distinct items of their
 * histories.
 * @param histories the items, and for each newcomer where theirs stand among them
 * @param degrees of all items in training, without loops; edges of newcomers weigh 1
 */
export function newcomerGraph(
  { ids, positions: histories }: Distinct,
  { selfLoops, normalization }: Propagation,
  degrees: Float32Array,
): SparseMatrix {
  const loops = Number(selfLoops);
  const offsets = new Uint32Array(histories.length + 1);
  for (let r = 0; r < histories.length; r++)
    offsets[r + 1] = offsets[r] + histories[r].length + loops;
  const entries = offsets[histories.length];
  const [indices, values] = [new Uint32Array(entries), new Float32Array(entries).fill(1)];
  histories.forEach((history, r) => {
    const degree = history.length + loops;
    const scaled = (other: number) =>
      normalization === "none"
        ? 1
        : normalization === "row"
          ? 1 / degree
          : 1 / Math.sqrt(degree * (other || 1));
    let at = offsets[r];
    if (selfLoops) {
      indices[at] = r;
      values[at++] = scaled(degree);
    }
    for (const place of history) {
      indices[at] = histories.length + place;
      values[at++] = scaled(degrees[ids[place]] + loops);
    }
  });
  const columns = histories.length + ids.length;
  return new SparseMatrix(
    { rows: histories.length, columns, offsets, indices, values },
    { scoped: true },
  );
}
