import { drawNegatives } from "./js-skip-gram.ts";
import type { Kernels } from "./kernels.ts";
import { pairStep } from "./pair-step.ts";
import { Stream } from "./stream.ts";

/** The reference of the kernel `factorize`. */
export const factorize: Kernels["factorize"] = (
  losses,
  { left, right, leftBias, rightBias, dim },
  pairs,
  negatives,
  { rate: start, fall, least, decay },
  key,
  first,
) => {
  const row = (table: Float32Array, item: number) => table.subarray(item * dim, (item + 1) * dim);
  for (let t = 0; t < pairs.left.length; t++) {
    const stream = new Stream(key, first + t);
    const a = pairs.left[t];
    const target = pairs.right[t];
    const rate = Math.fround(Math.max(least, start - fall * t));
    const kept = 1 - rate * decay;
    const items = [target, ...drawNegatives(negatives, target, stream)];
    const [inputs, outputs] = [[row(left, a)], items.map((item) => row(right, item))];
    for (const values of [...inputs, ...outputs]) for (let d = 0; d < dim; d++) values[d] *= kept;
    const biases = leftBias && rightBias && items.map((item) => leftBias[a] + rightBias[item]);
    const example = { inputs, outputs, positives: 1, ...(biases && { biases }) };
    const { loss, gradients } = pairStep(example, rate * (pairs.weights?.[t] ?? 1));
    losses[t] = loss;
    if (!leftBias || !rightBias) continue;
    items.forEach((item, j) => {
      leftBias[a] = leftBias[a] * (j === 0 ? kept : 1) + gradients[0][j];
      rightBias[item] = rightBias[item] * kept + gradients[0][j];
    });
  }
};
