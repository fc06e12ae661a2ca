import type { Rng, Tensor } from "@kith/core-tensors";
import { breathe } from "@kith/recommender";

/**
 * Fills rows begin … end of a table with U(±1)/dim, as gensim does (word2vec.c: half as wide, which learns a little less in as many epochs); what lies
 * beyond `dim` in a row stays 0. Gives timers and signals their turns, since millions of rows take seconds.
 */
export async function fillUniform(
  table: Tensor,
  { begin, end, dim }: { readonly begin: number; readonly end: number; readonly dim: number },
  rng: Rng,
  signal: AbortSignal | undefined,
): Promise<void> {
  const width = table.columns;
  for (let row = begin, data = table.data; row < end; row++) {
    for (let d = 0; d < dim; d++) data[row * width + d] = (2 * rng.next() - 1) / dim;
    if (row % 4096 !== 4095) continue;
    await breathe();
    signal?.throwIfAborted();
    data = table.data; // which may have moved meanwhile
  }
}

/** The width of rows that kernels take: a multiple of 4. */
export function paddedWidth(dim: number): number {
  return 4 * Math.ceil(dim / 4);
}

/** Copies rows of one width into rows of another, as far as both reach. */
export function copyColumns(
  to: Float32Array,
  toWidth: number,
  from: Float32Array,
  fromWidth: number,
): void {
  if (toWidth === fromWidth) {
    to.set(from);
    return;
  }
  const width = Math.min(toWidth, fromWidth);
  const rows = Math.min(to.length / toWidth, from.length / fromWidth);
  for (let row = 0; row < rows; row++)
    to.set(from.subarray(row * fromWidth, row * fromWidth + width), row * toWidth);
}
