/**
 * For each item the largest random word of 32 bits that keeps an occurrence: of an item with share f of all tokens it is kept with probability
 * (√(f/t) + 1) · t/f, as word2vec.c has it. Undefined where t is 0 and all are kept.
 */
export function subsampling(counts: Float64Array, threshold: number): Uint32Array | undefined {
  if (threshold === 0) return undefined;
  const total = counts.reduce((sum, count) => sum + count, 0);
  return Uint32Array.from(counts, (count) => {
    if (count === 0) return 2 ** 32 - 1;
    const ratio = threshold / (count / total);
    return Math.min(2 ** 32 - 1, Math.floor((Math.sqrt(1 / ratio) + 1) * ratio * 2 ** 32));
  });
}
