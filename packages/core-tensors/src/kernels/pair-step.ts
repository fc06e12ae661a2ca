/** Beyond it the sigmoid counts as 0 or 1 (word2vec.c). */
const LIMIT = 6;

/** Rows of tables whose pairs are told apart: all inputs with all outputs, the first `positives` of them with label 1. */
export interface Example {
  readonly inputs: readonly Float32Array[];
  readonly outputs: readonly Float32Array[];
  readonly positives: number;
  /** What is added to the scores with each output. */
  readonly biases?: readonly number[];
}

/** What a step did. */
export interface PairStep {
  /** Before the step. */
  readonly loss: number;
  /** [inputs][outputs]: (label − σ(score)) · rate. */
  readonly gradients: readonly (readonly number[])[];
}

/**
 * One step of stochastic gradient descent on −Σ log σ(±xᵢ · yⱼ), + for the positives. All pairs are taken as they stand before the step;
 * rows that occur twice get both updates.
 */
export function pairStep({ inputs, outputs, positives, biases }: Example, rate: number): PairStep {
  const x = inputs.map((row) => row.slice());
  const y = outputs.map((row) => row.slice());
  let loss = 0;
  const gradients = x.map((xi) =>
    y.map((yj, j) => {
      const score = Math.fround(
        xi.reduce((sum, value, d) => sum + value * yj[d], biases?.[j] ?? 0),
      );
      const label = j < positives ? 1 : 0;
      const against = label === 1 ? -score : score;
      loss += Math.log1p(Math.exp(-Math.abs(against))) + Math.max(against, 0);
      const sigma = Math.abs(score) > LIMIT ? Number(score > 0) : 1 / (1 + Math.exp(-score));
      return (label - sigma) * rate;
    }),
  );
  inputs.forEach((row, i) => {
    for (let d = 0; d < row.length; d++)
      row[d] += y.reduce((sum, yj, j) => sum + gradients[i][j] * yj[d], 0);
  });
  outputs.forEach((row, j) => {
    for (let d = 0; d < row.length; d++)
      row[d] += x.reduce((sum, xi, i) => sum + gradients[i][j] * xi[d], 0);
  });
  return { loss, gradients };
}
