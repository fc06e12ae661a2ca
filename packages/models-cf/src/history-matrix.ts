import { SparseMatrix } from "@kith/core-tensors";

/** Histories × items with the same value for each item that a history has, in the scope of the caller. */
export function historyMatrix(
  histories: readonly Uint32Array[],
  items: number,
  value: number,
): SparseMatrix {
  const offsets = new Uint32Array(histories.length + 1);
  histories.forEach(({ length }, r) => {
    offsets[r + 1] = offsets[r] + length;
  });
  const indices = new Uint32Array(offsets[histories.length]);
  histories.forEach((history, r) => void indices.set(history, offsets[r]));
  const values = new Float32Array(indices.length).fill(value);
  const matrix = { rows: histories.length, columns: items, offsets, indices, values };
  return new SparseMatrix(matrix, { scoped: true });
}
