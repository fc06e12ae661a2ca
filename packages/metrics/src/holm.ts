import { show } from "./check.ts";
import { MetricError } from "./errors.ts";

/**
 * P-values corrected for being several, by the step-down method of Holm ("A simple sequentially rejective multiple test procedure", 1979): what stays
 * at most α is significant at α with a chance of at most α for any false finding, whatever depends on what.
 *
 *   p̃_(i) = max_{j≤i} min(1, (m − j + 1) p_(j))      p_(1) ≤ … ≤ p_(m)
 *
 * Equal to R's `p.adjust(p, "holm")`. In the order of the input; none for none. Throws a MetricError on a value outside [0, 1].
 */
export function holmAdjusted(pValues: ArrayLike<number>): Float64Array {
  const m = pValues.length;
  for (let i = 0; i < m; i++)
    if (!(pValues[i] >= 0 && pValues[i] <= 1))
      throw new MetricError(
        `holmAdjusted: expected p-values between 0 and 1, got ${show(pValues[i])} at ${i}`,
      );
  const order = Array.from({ length: m }, (_, i) => i).sort((a, b) => pValues[a] - pValues[b]);
  const adjusted = new Float64Array(m);
  let largest = 0;
  order.forEach((i, place) => {
    largest = Math.max(largest, Math.min(1, (m - place) * pValues[i]));
    adjusted[i] = largest;
  });
  return adjusted;
}
