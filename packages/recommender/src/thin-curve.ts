import type { PrecisionRecallCurve } from "@kith/metrics";

/**
 * A precision–recall curve with at most so many thresholds: the first and the last, and of those between one for each equal step of recall, so that it
 * looks the same. Where recall leaps, as it does at a score that many pairs share, both ends of the leap stay.
 */
export function thinCurve(curve: PrecisionRecallCurve, points: number): PrecisionRecallCurve {
  const { precision, recall, thresholds } = curve;
  const count = thresholds.length;
  if (count <= points) return curve;
  const step = 1 / (Math.floor(points / 2) - 2);
  const kept = [count]; // backwards, from the point that closes the curve
  let reached = 0;
  for (let n = count - 1; n >= 0; n--) {
    const isEnd = n === count - 1 || n === 0;
    if (!isEnd && recall[n] < reached + step) continue;
    if (kept[kept.length - 1] > n + 1) kept.push(n + 1); // where the step begins
    kept.push(n);
    reached = recall[n];
  }
  kept.reverse();
  return {
    precision: Float64Array.from(kept, (n) => precision[n]),
    recall: Float64Array.from(kept, (n) => recall[n]),
    thresholds: Float64Array.from(kept.slice(0, -1), (n) => thresholds[n]),
  };
}
