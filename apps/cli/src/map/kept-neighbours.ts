const NEAREST = 10;
/** Points whose neighbours are looked at. */
const SAMPLE = 500;

/** The share of each one's 10 nearest vectors, by the cosine, that are among the 10 nearest on the plane: the mean of up to 500 points, evenly chosen. */
export function keptNeighbours(units: Float32Array, dim: number, points: Float64Array): number {
  const count = points.length / 2;
  const nearest = Math.min(NEAREST, count - 1);
  if (nearest < 1) return 1;
  const sample = Math.min(SAMPLE, count);
  let kept = 0;
  for (let s = 0; s < sample; s++) {
    const n = Math.floor((s * count) / sample);
    const wanted = new Set(
      leastOf(count, n, nearest, (m) => {
        let cosine = 0;
        for (let d = 0; d < dim; d++) cosine += units[n * dim + d] * units[m * dim + d];
        return -cosine;
      }),
    );
    const found = leastOf(
      count,
      n,
      nearest,
      (m) => (points[2 * n] - points[2 * m]) ** 2 + (points[2 * n + 1] - points[2 * m + 1]) ** 2,
    );
    kept += found.filter((m) => wanted.has(m)).length / nearest;
  }
  return kept / sample;
}

/** Those of 0 … count − 1 but one that are least far, nearest first. */
function leastOf(
  count: number,
  but: number,
  wanted: number,
  distance: (m: number) => number,
): number[] {
  const distances = Float64Array.from({ length: count }, (_, m) =>
    m === but ? Infinity : distance(m),
  );
  return Array.from(distances.keys())
    .sort((a, b) => distances[a] - distances[b] || a - b)
    .slice(0, wanted);
}
