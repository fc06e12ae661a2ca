import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { CliError } from "../errors.ts";

/** Points on a plane. */
export interface Plane {
  /** Shape [points, 2]. */
  readonly points: Float64Array;
  /** The share of the variance of the vectors that each axis has. */
  readonly explained: readonly [number, number];
}

/**
 * The two directions in which vectors differ most (principal components), each turned so that its largest number is positive.
 * @param vectors [count, dim]
 * @throws CliError where some are no finite numbers
 */
export function principalPlane(vectors: Float32Array, dim: number): Plane {
  if (!vectors.every(Number.isFinite))
    throw new CliError(
      "the model's vectors are not all finite numbers: it cannot be drawn; train it again",
    );
  const count = vectors.length / dim;
  const mean = new Float64Array(dim);
  for (let n = 0; n < vectors.length; n++) mean[n % dim] += vectors[n] / count;
  const covariance = Matrix.zeros(dim, dim);
  const row = new Float64Array(dim);
  for (let n = 0; n < count; n++) {
    for (let d = 0; d < dim; d++) row[d] = vectors[n * dim + d] - mean[d];
    for (let d = 0; d < dim; d++)
      for (let e = 0; e <= d; e++) covariance.set(d, e, covariance.get(d, e) + row[d] * row[e]);
  }
  for (let d = 0; d < dim; d++)
    for (let e = 0; e < d; e++) covariance.set(e, d, covariance.get(d, e));
  const { realEigenvalues, eigenvectorMatrix } = new EigenvalueDecomposition(covariance, {
    assumeSymmetric: true,
  });
  const total = realEigenvalues.reduce((sum, value) => sum + Math.max(0, value), 0);
  const order = realEigenvalues
    .map((_, n) => n)
    .sort((a, b) => realEigenvalues[b] - realEigenvalues[a]);
  const points = new Float64Array(2 * count);
  const explained: [number, number] = [0, 0];
  for (const axis of [0, 1] as const) {
    const column = order[axis];
    if (column === undefined || total === 0) continue; // one dimension, or all points equal
    const direction = eigenvectorMatrix.getColumn(column);
    const largest = direction.reduce(
      (best, value) => (Math.abs(value) > Math.abs(best) ? value : best),
      0,
    );
    explained[axis] = Math.max(0, realEigenvalues[column]) / total;
    for (let n = 0; n < count; n++) {
      let at = 0;
      for (let d = 0; d < dim; d++) at += (vectors[n * dim + d] - mean[d]) * direction[d];
      points[2 * n + axis] = at * Math.sign(largest);
    }
  }
  return { points, explained };
}
