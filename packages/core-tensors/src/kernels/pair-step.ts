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

/** The loss of a score, and what its gradient times the rate is. */
function learned(score: number, label: number, rate: number): { loss: number; gradient: number } {
  const against = label === 1 ? -score : score;
  const sigma = Math.abs(score) > LIMIT ? Number(score > 0) : 1 / (1 + Math.exp(-score));
  return {
    loss: Math.log1p(Math.exp(-Math.abs(score))) + Math.max(against, 0),
    gradient: (label - sigma) * rate,
  };
}

function dot(a: Float32Array, b: Float32Array, bias = 0): number {
  return Math.fround(a.reduce((sum, value, d) => sum + value * b[d], bias));
}

/** rows[r] += Σₛ gradients(r, s) · others[s]. */
function apply(
  rows: readonly Float32Array[],
  others: readonly Float32Array[],
  gradient: (row: number, other: number) => number,
): void {
  rows.forEach((row, r) => {
    for (let d = 0; d < row.length; d++)
      row[d] += others.reduce((sum, other, s) => sum + gradient(r, s) * other[d], 0);
  });
}

/**
 * One step of stochastic gradient descent on −Σ log σ(±xᵢ · yⱼ), + for the positives. All pairs are taken as they stand before the step;
 * rows that occur twice get both updates.
 */
export function pairStep({ inputs, outputs, positives, biases }: Example, rate: number): PairStep {
  const x = inputs.map((row) => row.slice());
  const y = outputs.map((row) => row.slice());
  let total = 0;
  const gradients = x.map((xi) =>
    y.map((yj, j) => {
      const { loss, gradient } = learned(dot(xi, yj, biases?.[j]), j < positives ? 1 : 0, rate);
      total += loss;
      return gradient;
    }),
  );
  apply(inputs, y, (i, j) => gradients[i][j]);
  apply(outputs, x, (j, i) => gradients[i][j]);
  return { loss: total, gradients };
}

/** Inputs each with a target of its own, and outputs that none of them goes with. */
export interface Batch {
  readonly inputs: readonly Float32Array[];
  readonly targets: readonly Float32Array[];
  readonly rates: readonly number[];
  readonly outputs: readonly Float32Array[];
  /** Whether a pair counts: not where the output is the input's target. */
  readonly counts: (input: number, output: number) => boolean;
}

/** A step on all inputs at once: the outputs learn first, then input after input with its target. Returns the loss before the step. */
export function batchStep({ inputs, targets, rates, outputs, counts }: Batch): number {
  const x = inputs.map((row) => row.slice());
  const y = outputs.map((row) => row.slice());
  let total = 0;
  const gradientOf = (score: number, label: number, rate: number): number => {
    const { loss, gradient } = learned(score, label, rate);
    total += loss;
    return gradient;
  };
  const own = x.map((xi, i) => gradientOf(dot(xi, targets[i]), 1, rates[i]));
  const gradients = x.map((xi, i) =>
    y.map((yj, j) => (counts(i, j) ? gradientOf(dot(xi, yj), 0, rates[i]) : 0)),
  );
  apply(inputs, y, (i, j) => gradients[i][j]);
  apply(outputs, x, (j, i) => gradients[i][j]);
  inputs.forEach((row, i) => {
    const target = targets[i];
    for (let d = 0; d < row.length; d++) {
      row[d] += own[i] * target[d];
      target[d] += own[i] * x[i][d];
    }
  });
  return total;
}
