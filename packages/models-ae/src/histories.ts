import { type Rng, SparseMatrix } from "@kith/core-tensors";
import { historyRows } from "@kith/recommender";

/** Histories as rows of a matrix [histories, items], in the scope of the caller; `share` says what stands for each item of a history of n. */
export function historyMatrix(
  histories: readonly Uint32Array[],
  items: number,
  share: (n: number) => number,
): SparseMatrix {
  return new SparseMatrix(historyRows(histories, items, share), { scoped: true });
}

/** The same with each item left out with probability `rate`, and the others' values divided by 1 − rate. */
export function corruptedMatrix(
  histories: readonly Uint32Array[],
  items: number,
  share: (n: number) => number,
  rate: number,
  rng: Rng,
): SparseMatrix {
  const { offsets, indices, values, ...shape } = historyRows(histories, items, share);
  const ends = new Uint32Array(offsets.length);
  let end = 0;
  for (let row = 0; row < histories.length; row++) {
    for (let k = offsets[row]; k < offsets[row + 1]; k++) {
      if (rng.next() < rate) continue;
      indices[end] = indices[k];
      values[end++] = values[k] / (1 - rate);
    }
    ends[row + 1] = end;
  }
  const kept = { indices: indices.subarray(0, end), values: values.subarray(0, end) };
  return new SparseMatrix({ ...shape, offsets: ends, ...kept }, { scoped: true });
}

/** What each item of a history of n counts, so that the history has length 1. */
export const unitValue = (n: number): number => 1 / Math.sqrt(n);
