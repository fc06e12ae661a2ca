import { softmaxCrossEntropy } from "../src/losses/cross-entropy.ts";
import { maxMarginLoss } from "../src/losses/max-margin.ts";
import { weightedSum } from "../src/ops/arithmetic.ts";
import { addBias } from "../src/ops/bias.ts";
import { concat } from "../src/ops/concat.ts";
import { edgeDots, edgeSums, propagateWeighted, segmentSoftmax } from "../src/ops/edges.ts";
import { headDots } from "../src/ops/head-dots.ts";
import { perturb } from "../src/ops/perturb.ts";
import { propagateMax } from "../src/ops/propagate-max.ts";
import { stack } from "../src/ops/stack.ts";
import { Rng } from "../src/rng.ts";
import { scope } from "../src/scope.ts";
import { SparseMatrix } from "../src/sparse-matrix.ts";
import { Tensor } from "../src/tensor.ts";

const matrix = (rows: number, columns: number) => Tensor.zeros([rows, columns]);
const vector = (size: number) => Tensor.zeros([size]);
/** Of 2 rows, 3 columns and 3 entries. */
const wide = () =>
  new SparseMatrix(
    {
      rows: 2,
      columns: 3,
      offsets: Uint32Array.from([0, 2, 3]),
      indices: Uint32Array.from([0, 2, 1]),
      values: Float32Array.from([1, 2, 3]),
    },
    { scoped: true },
  );

test.each<[string, () => unknown, string]>([
  ["addBias of a vector", () => addBias(vector(3), vector(3)), "addBias: expected a matrix"],
  ["addBias", () => addBias(matrix(2, 3), vector(2)), "addBias: expected shape [3], got [2]"],
  ["concat of none", () => concat([]), 'concat: option "parts" must hold at least one matrix'],
  [
    "concat",
    () => concat([matrix(2, 3), matrix(3, 1)]),
    "concat: expected shape [2, 1], got [3, 1]",
  ],
  ["stack of none", () => stack([]), 'stack: option "parts" must hold at least one matrix'],
  ["stack", () => stack([matrix(2, 3), matrix(2, 1)]), "stack: expected shape [2, 3], got [2, 1]"],
  [
    "edgeDots, sources",
    () => edgeDots(wide(), matrix(2, 2), matrix(2, 2)),
    "edgeDots: expected shape [3, 2], got [2, 2]",
  ],
  [
    "edgeSums, targets",
    () => edgeSums(wide(), matrix(3, 2), matrix(3, 2)),
    "edgeSums: expected shape [2, 2], got [3, 2]",
  ],
  [
    "edgeSums, sources",
    () => edgeSums(wide(), matrix(2, 2), matrix(3, 1)),
    "edgeSums: expected shape [3, 2], got [3, 1]",
  ],
  [
    "segmentSoftmax",
    () => segmentSoftmax(wide(), matrix(2, 1)),
    "segmentSoftmax: expected shape [3, 1], got [2, 1]",
  ],
  [
    "propagateWeighted, weights",
    () => propagateWeighted(wide(), matrix(2, 1), matrix(3, 4)),
    "propagateWeighted: expected shape [3, 1], got [2, 1]",
  ],
  [
    "propagateWeighted, x",
    () => propagateWeighted(wide(), matrix(3, 1), matrix(2, 4)),
    "propagateWeighted: expected shape [3, 4], got [2, 4]",
  ],
  [
    "propagateWeighted, heads",
    () => propagateWeighted(wide(), matrix(3, 3), matrix(3, 4)),
    "propagateWeighted: expected a multiple of 3 columns, for as many heads, got [3, 4]",
  ],
  [
    "propagateMax",
    () => propagateMax(wide(), matrix(2, 4)),
    "propagateMax: expected shape [3, 4], got [2, 4]",
  ],
  ["headDots", () => headDots(matrix(2, 4), vector(3), 2), "headDots: expected shape [4], got [3]"],
  [
    "headDots, heads",
    () => headDots(matrix(2, 4), vector(4), 3),
    "headDots: expected a multiple of 3 columns, for as many heads, got [2, 4]",
  ],
  [
    "weightedSum of none",
    () => weightedSum([], vector(0)),
    'weightedSum: option "tensors" must hold at least one tensor',
  ],
  [
    "weightedSum, weights",
    () => weightedSum([matrix(2, 2)], vector(2)),
    "weightedSum: expected 1 weights, got [2]",
  ],
  [
    "weightedSum",
    () => weightedSum([matrix(2, 2), matrix(2, 1)], vector(2)),
    "weightedSum: expected shape [2, 2], got [2, 1]",
  ],
  ["perturb", () => perturb(vector(3), 0.1, new Rng(1)), "perturb: expected a matrix"],
  [
    "perturb, epsilon",
    () => perturb(matrix(2, 2), Number.NaN, new Rng(1)),
    'perturb: option "epsilon" must be a finite number of at least 0, got NaN',
  ],
  [
    "softmaxCrossEntropy, targets",
    () => softmaxCrossEntropy(matrix(2, 3), new Uint32Array(1)),
    "softmaxCrossEntropy: expected one target for each of 2 rows, at least one, got [1]",
  ],
  [
    "softmaxCrossEntropy of nothing",
    () => softmaxCrossEntropy(matrix(0, 3), new Uint32Array(0)),
    "softmaxCrossEntropy: expected one target for each of 0 rows, at least one, got [0]",
  ],
  [
    "softmaxCrossEntropy, no class",
    () => softmaxCrossEntropy(matrix(1, 3), Uint32Array.of(3)),
    "softmaxCrossEntropy: expected row numbers below 3, got [3]",
  ],
  [
    "maxMarginLoss",
    () => maxMarginLoss(vector(2), matrix(3, 2), 1),
    "maxMarginLoss: expected shape [3], got [2]",
  ],
  [
    "maxMarginLoss of nothing",
    () => maxMarginLoss(vector(2), matrix(2, 0), 1),
    "maxMarginLoss: expected at least one score to compare with, got [2, 0]",
  ],
  [
    "maxMarginLoss, margin",
    () => maxMarginLoss(vector(2), matrix(2, 2), -1),
    'maxMarginLoss: option "margin" must be a finite number of at least 0, got -1',
  ],
])("%s is refused with both sides named", (_, body, message) => {
  expect(() => scope(body)).toThrow(message);
});

test("rows without entries have no attention, no highest neighbour and no NaN", () => {
  scope(() => {
    const csr = {
      rows: 2,
      columns: 2,
      offsets: Uint32Array.from([0, 0, 1]),
      indices: Uint32Array.of(0),
      values: Float32Array.of(1),
    };
    const graph = new SparseMatrix(csr, { scoped: true });
    const x = Tensor.from([-3, -4, 5, 6], [2, 2]);
    expect([...propagateMax(graph, x).data]).toEqual([0, 0, -3, -4]);
    const attention = segmentSoftmax(graph, Tensor.from([1000], [1, 1]));
    expect([...attention.data]).toEqual([1]);
    expect([...propagateWeighted(graph, attention, x).data]).toEqual([0, 0, -3, -4]);
  });
});
