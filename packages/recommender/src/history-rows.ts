import type { Csr } from "@kith/core-tensors";

/** Histories as rows of a matrix [histories, items]; `share` says what stands for each item of a history of n. */
export function historyRows(
  histories: readonly Uint32Array[],
  items: number,
  share: (n: number) => number,
): Csr {
  const offsets = new Uint32Array(histories.length + 1);
  histories.forEach(({ length }, row) => {
    offsets[row + 1] = offsets[row] + length;
  });
  const indices = new Uint32Array(offsets[histories.length]);
  const values = new Float32Array(indices.length);
  histories.forEach((history, row) => {
    indices.set(history, offsets[row]);
    values.fill(share(history.length), offsets[row], offsets[row + 1]);
  });
  return { rows: histories.length, columns: items, offsets, indices, values };
}
