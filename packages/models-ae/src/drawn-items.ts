import { type Csr, itemOutside, type Rng } from "@kith/core-tensors";

/** Rows of the items of histories, with 1, and for each of them `negatives` items that the history has not, drawn uniformly by rank, with 0; none where it has all. */
export function withDrawn(
  histories: readonly Uint32Array[],
  items: number,
  negatives: number,
  rng: Rng,
): Csr {
  const offsets = new Uint32Array(histories.length + 1);
  histories.forEach(({ length }, row) => {
    offsets[row + 1] = offsets[row] + length * (length < items ? 1 + negatives : 1);
  });
  const indices = new Uint32Array(offsets[histories.length]);
  const values = new Float32Array(indices.length);
  histories.forEach((history, row) => {
    const begin = offsets[row];
    const end = begin + history.length;
    indices.set(history, begin);
    values.fill(1, begin, end);
    for (let k = end; k < offsets[row + 1]; k++)
      indices[k] = itemOutside(history, 0, history.length, rng.below(items - history.length));
  });
  return { rows: histories.length, columns: items, offsets, indices, values };
}
