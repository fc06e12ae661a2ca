import {
  Adam,
  add,
  addBias,
  columns,
  gather,
  matmul,
  multiply,
  Rng,
  relu,
  scale,
  scope,
  softplus,
  sum,
  Tensor,
} from "@kith/core-tensors";
import type { NcfAnswers } from "./ncf-answers.ts";
import type { NcfSettings } from "./ncf-options.ts";

const STEPS = 60;
const LEARNING_RATE = 0.05;
/** Unseen items that stand for all. */
const MOST_UNSEEN = 512;

/**
 * The row [width] of somebody who has these items: everything else stays as it is, and the row is learned from the mean user's on, with the loss of training. Its
 * negatives are all other items, or draws of them, which weigh together as much as those of training.
 */
export function foldInRow(
  answers: NcfAnswers,
  history: Uint32Array,
  { negatives, seed }: NcfSettings,
): Float32Array {
  const { width, shape } = answers.parts;
  const row = Tensor.parameter([1, width]);
  row.data.set(meanRow(answers.part("users.embedding"), width));
  const adam = new Adam([row], { learningRate: LEARNING_RATE });
  try {
    return scope(() => {
      const unseen = unseenItems(history, shape.items, new Rng(seed).fork("fold-in"));
      const ids = Uint32Array.from([...history, ...unseen]);
      const liked = (n: number) => n < history.length;
      const share = (negatives * history.length) / Math.max(1, unseen.length);
      const column = (of: (n: number) => number) =>
        Tensor.from(
          Float32Array.from(ids, (_, n) => of(n)),
          [ids.length, 1],
        );
      const signs = column((n) => (liked(n) ? -1 : 1));
      const weights = column((n) => (liked(n) ? 1 : share));
      const logits = logitsOf(answers, ids);
      const total = history.length * (unseen.length === 0 ? 1 : 1 + negatives);
      for (let step = 0; step < STEPS; step++)
        adam.minimize(() => {
          const losses = softplus(multiply(signs, logits(row)));
          return scale(sum(multiply(weights, losses)), 1 / total);
        });
      return row.data.slice();
    });
  } finally {
    row.dispose();
    adam.dispose();
  }
}

/** Logits [items, 1] of some items as a function of a row, with what does not change made in the scope of the caller. */
function logitsOf(answers: NcfAnswers, ids: Uint32Array): (row: Tensor) => Tensor {
  const { width, shape, places } = answers.parts;
  const { dim, layers } = shape;
  const half = width - dim;
  const output = answers.part("output.weight");
  const copy = (name: string) => Tensor.from(answers.part(name), places[name].shape);
  const rows = (table: Tensor) => Tensor.from(gather(table, ids).data, [ids.length, table.columns]);
  const filled = (value: number) =>
    Tensor.from(new Float32Array(ids.length).fill(value), [ids.length, 1]);
  const bias = filled(answers.part("output.bias")[0]);
  const factors =
    dim > 0 ? rows(answers.multiplied ?? answers.tensors["items.embedding"]) : undefined;
  if (factors) for (let n = 0; n < factors.size; n++) factors.data[n] *= output[n % dim];
  const multiplied = (row: Tensor): Tensor =>
    factors ? add(bias, matmul(factors, columns(row, 0, dim), { transposeB: true })) : bias;
  if (!answers.layered) return multiplied;

  const items = rows(answers.layered);
  const ones = filled(1);
  const first = Tensor.from(copy("layers.1.weight").data.subarray(0, half * layers[1]), [
    half,
    layers[1],
  ]);
  const top = Tensor.from(output.subarray(dim), [output.length - dim, 1]);
  const biases = layers.map((_, n) => (n === 0 ? bias : copy(`layers.${n}.bias`)));
  const matrices = layers.map((_, n) => (n < 2 ? first : copy(`layers.${n}.weight`)));
  return (row) => {
    const own = matmul(columns(row, dim, width), first);
    let y = relu(addBias(add(items, matmul(ones, own)), biases[1]));
    for (let n = 2; n < layers.length; n++) y = relu(addBias(matmul(y, matrices[n]), biases[n]));
    return add(multiplied(row), matmul(y, top));
  };
}

/** All items that are not in an ascending history, or draws of them. */
function unseenItems(history: Uint32Array, items: number, rng: Rng): Uint32Array {
  const has = new Set(history);
  const unseen = Uint32Array.from({ length: items }, (_, i) => i).filter((i) => !has.has(i));
  if (unseen.length <= MOST_UNSEEN) return unseen;
  return Uint32Array.from({ length: MOST_UNSEEN }, () => unseen[rng.below(unseen.length)]);
}

function meanRow(rows: Float32Array, width: number): Float64Array {
  const sums = new Float64Array(width);
  for (let n = 0; n < rows.length; n++) sums[n % width] += rows[n];
  return sums.map((sum) => sum / Math.max(1, rows.length / width));
}
