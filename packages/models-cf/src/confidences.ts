import { type Csr, OptionError } from "@kith/core-tensors";
import type { Interactions } from "@kith/data";

/**
 * Users × items with alpha · r for each pair, where r is the sum of the values of the pair's rows, of 1 each where rows have none, or just 1 unless `weighted`. Pairs
 * of r = 0 are left out: they say as much as no rows.
 * @throws OptionError for a negative value, which is no amount of interest
 */
export function confidences(
  owner: string,
  data: Interactions,
  { alpha, weighted }: { readonly alpha: number; readonly weighted: boolean },
): Csr {
  const { user, item, value } = data;
  const { offsets, items } = data.byUser();
  const counts = new Float64Array(items.length);
  if (!weighted) counts.fill(1);
  for (let row = 0; weighted && row < data.length; row++) {
    const r = value ? value[row] : 1;
    if (r < 0)
      throw new OptionError(
        owner,
        "weighted",
        `must be false where values can be negative, as ${r} in row ${row} is; or leave such rows out`,
      );
    counts[placeOf(item[row], items, offsets[user[row]], offsets[user[row] + 1])] += r;
  }
  const rows = data.users.size;
  const ends = new Uint32Array(rows + 1);
  const indices = new Uint32Array(items.length);
  const values = new Float32Array(items.length);
  let size = 0;
  for (let u = 0; u < rows; u++) {
    for (let k = offsets[u]; k < offsets[u + 1]; k++) {
      if (counts[k] === 0) continue;
      indices[size] = items[k];
      values[size++] = alpha * counts[k];
    }
    ends[u + 1] = size;
  }
  const columns = data.items.size;
  return {
    rows,
    columns,
    offsets: ends,
    indices: indices.slice(0, size),
    values: values.slice(0, size),
  };
}

/** Where an item stands in an ascending part of `items` that has it. */
function placeOf(item: number, items: Uint32Array, begin: number, end: number): number {
  let [lo, hi] = [begin, end - 1];
  while (lo < hi) {
    const middle = (lo + hi) >>> 1;
    if (items[middle] < item) lo = middle + 1;
    else hi = middle;
  }
  return lo;
}
