/**
 * Fails unless counts are what draws with these probabilities give: Pearson's chi-square over the cells with at least five expected draws, at most
 * five standard deviations above its mean. Cells of probability 0 must be empty.
 */
export function expectDrawn(
  where: string,
  cells: Iterable<{ readonly count: number; readonly expected: number }>,
): void {
  let [statistic, freedom] = [0, 0];
  for (const { count, expected } of cells) {
    if (expected === 0 && count > 0) throw new Error(`${where}: ${count} draws of what cannot be`);
    if (expected < 5) continue;
    statistic += (count - expected) ** 2 / expected;
    freedom++;
  }
  if (freedom === 0) throw new Error(`${where}: too few draws to tell`);
  const most = freedom + 5 * Math.sqrt(2 * freedom);
  if (!(statistic <= most))
    throw new Error(
      `${where}: chi-square ${statistic.toFixed(1)} of ${freedom} cells, at most ${most.toFixed(1)} is chance`,
    );
}

/** The cells of `counts` for draws with probability ∝ `shares`. */
export function cellsOf(
  counts: ArrayLike<number>,
  shares: readonly number[],
): { readonly count: number; readonly expected: number }[] {
  const draws = Array.from(counts).reduce((sum, count) => sum + count, 0);
  const total = shares.reduce((sum, share) => sum + share, 0);
  return shares.map((share, n) => ({ count: counts[n], expected: (draws * share) / total }));
}
