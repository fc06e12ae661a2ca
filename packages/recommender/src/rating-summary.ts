/** The lowest and the highest of some ratings, and their mean. */
export function ratingSummary(
  ratings: Float32Array,
): readonly [lowest: number, highest: number, mean: number] {
  let [lowest, highest, sum] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0];
  for (const one of ratings) {
    lowest = Math.min(lowest, one);
    highest = Math.max(highest, one);
    sum += one;
  }
  return [lowest, highest, sum / ratings.length];
}
