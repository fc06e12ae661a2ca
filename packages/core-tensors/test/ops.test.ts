import { bprLoss } from "../src/losses/bpr.ts";
import { softmaxCrossEntropy } from "../src/losses/cross-entropy.ts";
import { maxMarginLoss } from "../src/losses/max-margin.ts";
import { dotSoftmaxCrossEntropy } from "../src/losses/softmax-cross-entropy.ts";
import { relu, softplus } from "../src/ops/activations.ts";
import { add, addAll, multiply, subtract } from "../src/ops/arithmetic.ts";
import { addBias } from "../src/ops/bias.ts";
import { concat } from "../src/ops/concat.ts";
import { dropout } from "../src/ops/dropout.ts";
import { edgeSums, propagateWeighted, segmentSoftmax } from "../src/ops/edges.ts";
import { gather } from "../src/ops/gather.ts";
import { headDots } from "../src/ops/head-dots.ts";
import { matmul } from "../src/ops/matmul.ts";
import { perturb } from "../src/ops/perturb.ts";
import { propagate, propagateRows } from "../src/ops/propagate.ts";
import { propagateMax } from "../src/ops/propagate-max.ts";
import { mean, sum } from "../src/ops/reduce.ts";
import { normalizeRows, rowDot } from "../src/ops/rows.ts";
import { logSoftmax, softmax } from "../src/ops/softmax.ts";
import { stack } from "../src/ops/stack.ts";
import { Rng } from "../src/rng.ts";
import { scope } from "../src/scope.ts";
import { rowsOf, SparseMatrix, transpose } from "../src/sparse-matrix.ts";
import { Tensor } from "../src/tensor.ts";

const matrix = (rows: number, columns: number) => Tensor.zeros([rows, columns]);
const wide = {
  rows: 2,
  columns: 3,
  offsets: Uint32Array.from([0, 2, 3]),
  indices: Uint32Array.from([0, 2, 1]),
  values: Float32Array.from([1, 2, 3]),
};

describe("shapes that do not agree are refused with both sides named", () => {
  const refusals: [string, () => unknown, string][] = [
    ["add", () => add(matrix(2, 3), matrix(3, 2)), "add: expected shape [2, 3], got [3, 2]"],
    [
      "subtract",
      () => subtract(matrix(2, 3), Tensor.zeros([6])),
      "subtract: expected shape [2, 3], got [6]",
    ],
    [
      "multiply",
      () => multiply(Tensor.zeros([]), Tensor.zeros([1])),
      "multiply: expected shape [], got [1]",
    ],
    [
      "addAll",
      () => addAll([matrix(1, 2), matrix(2, 1)]),
      "add: expected shape [1, 2], got [2, 1]",
    ],
    ["addAll of none", () => addAll([]), 'addAll: option "tensors" must hold at least one tensor'],
    [
      "matmul",
      () => matmul(matrix(2, 3), matrix(4, 5)),
      "matmul: expected shape [3, 5], got [4, 5]",
    ],
    [
      "matmul bᵀ",
      () => matmul(matrix(2, 3), matrix(4, 5), { transposeB: true }),
      "matmul: expected shape [4, 3], got [4, 5]",
    ],
    [
      "matmul aᵀ",
      () => matmul(matrix(2, 3), matrix(4, 5), { transposeA: true }),
      "matmul: expected shape [2, 5], got [4, 5]",
    ],
    [
      "matmul of a vector",
      () => matmul(Tensor.zeros([2]), matrix(2, 2)),
      "matmul: expected a matrix [rows, columns], got [2]",
    ],
    [
      "gather past the end",
      () => gather(matrix(4, 2), Uint32Array.from([0, 4])),
      "gather: expected row numbers below 4, got [4]",
    ],
    [
      "gather of a negative id",
      () => gather(matrix(4, 2), Int32Array.from([-1]) as never),
      "gather: expected row numbers below 4, got [-1]",
    ],
    [
      "gather of a vector",
      () => gather(Tensor.zeros([4]), new Uint32Array(1)),
      "gather: expected a matrix [rows, columns], got [4]",
    ],
    [
      "propagate",
      () => propagate(new SparseMatrix(wide), matrix(2, 5)),
      "propagate: expected shape [3, 5], got [2, 5]",
    ],
    [
      "propagateRows",
      () => propagateRows(new SparseMatrix(wide), matrix(4, 5), new Uint32Array(1)),
      "propagateRows: expected shape [3, 5], got [4, 5]",
    ],
    [
      "propagateRows past the end",
      () => propagateRows(new SparseMatrix(wide), matrix(3, 5), Uint32Array.from([2])),
      "propagateRows: expected row numbers below 2, got [2]",
    ],
    [
      "propagateRows of repeats",
      () =>
        propagateRows(new SparseMatrix(wide), Tensor.parameter([3, 1]), Uint32Array.from([1, 1])),
      "propagateRows: row 1 is listed twice; list each row once",
    ],
    [
      "rowDot",
      () => rowDot(matrix(2, 3), matrix(2, 4)),
      "rowDot: expected shape [2, 3], got [2, 4]",
    ],
    [
      "normalizeRows",
      () => normalizeRows(Tensor.zeros([3])),
      "normalizeRows: expected a matrix [rows, columns], got [3]",
    ],
    [
      "softmax",
      () => softmax(Tensor.zeros([3])),
      "softmax: expected a matrix [rows, columns], got [3]",
    ],
    [
      "logSoftmax",
      () => logSoftmax(Tensor.zeros([1, 1, 1])),
      "logSoftmax: expected a matrix [rows, columns], got [1, 1, 1]",
    ],
    [
      "mean of nothing",
      () => mean(Tensor.zeros([0])),
      "mean: expected at least one element, got [0]",
    ],
    [
      "dropout of everything",
      () => dropout(matrix(1, 1), 1, new Rng(1)),
      'dropout: option "rate" must be a number from 0 up to but not including 1, got 1',
    ],
    [
      "bprLoss",
      () => bprLoss(Tensor.zeros([2]), Tensor.zeros([3])),
      "bprLoss: expected shape [2], got [3]",
    ],
    [
      "keys of another dim",
      () => dotSoftmaxCrossEntropy(matrix(1, 2), matrix(5, 3), new Uint32Array(1)),
      "dotSoftmaxCrossEntropy: expected shape [5, 2], got [5, 3]",
    ],
    [
      "too few targets",
      () => dotSoftmaxCrossEntropy(matrix(2, 2), matrix(5, 2), new Uint32Array(1)),
      "dotSoftmaxCrossEntropy: expected one target for each of 2 queries, at least one, got [1]",
    ],
    [
      "no queries",
      () => dotSoftmaxCrossEntropy(matrix(0, 2), matrix(5, 2), new Uint32Array(0)),
      "dotSoftmaxCrossEntropy: expected one target for each of 0 queries, at least one, got [0]",
    ],
    [
      "a target that is no key",
      () => dotSoftmaxCrossEntropy(matrix(1, 2), matrix(5, 2), Uint32Array.from([5])),
      "dotSoftmaxCrossEntropy: expected row numbers below 5, got [5]",
    ],
    [
      "a bias of another length",
      () =>
        dotSoftmaxCrossEntropy(matrix(1, 2), matrix(5, 2), new Uint32Array(1), {
          bias: new Float32Array(4),
        }),
      "dotSoftmaxCrossEntropy: expected shape [5], got [4]",
    ],
    [
      "temperature 0",
      () =>
        dotSoftmaxCrossEntropy(matrix(1, 2), matrix(5, 2), new Uint32Array(1), { temperature: 0 }),
      'dotSoftmaxCrossEntropy: option "temperature" must be above 0, got 0',
    ],
  ];
  test.each(refusals)("%s", (_, body, message) => {
    expect(() => scope(body)).toThrow(message);
  });
});

/** Operations that take matrices alone; what else they refuse is in graph-ops.test.ts. */
describe("a vector in the place of a matrix is refused", () => {
  const vector = (size: number) => Tensor.zeros([size]);
  const graph = () => new SparseMatrix(wide, { scoped: true });
  test.each<[string, number, () => unknown]>([
    ["addBias", 3, () => addBias(vector(3), vector(3))],
    ["concat", 2, () => concat([matrix(2, 3), vector(2)])],
    ["stack", 2, () => stack([matrix(2, 1), vector(2)])],
    ["edgeSums", 2, () => edgeSums(graph(), vector(2), matrix(3, 1))],
    ["edgeSums", 3, () => edgeSums(graph(), matrix(2, 1), vector(3))],
    ["segmentSoftmax", 3, () => segmentSoftmax(graph(), vector(3))],
    ["propagateWeighted", 3, () => propagateWeighted(graph(), vector(3), matrix(3, 1))],
    ["propagateWeighted", 3, () => propagateWeighted(graph(), matrix(3, 1), vector(3))],
    ["propagateMax", 3, () => propagateMax(graph(), vector(3))],
    ["headDots", 4, () => headDots(vector(4), vector(1), 1)],
    ["perturb", 3, () => perturb(vector(3), 0.1, new Rng(1))],
    ["softmaxCrossEntropy", 3, () => softmaxCrossEntropy(vector(3), new Uint32Array(3))],
    ["maxMarginLoss", 3, () => maxMarginLoss(vector(3), vector(3), 1)],
  ])("by %s, of %i numbers", (name, size, body) => {
    const message = `${name}: expected a matrix [rows, columns], got [${size}]`;
    expect(() => scope(body)).toThrow(message);
  });
});

describe("a matrix in the place of a vector, and numbers beyond their limits, are refused", () => {
  test.each<[string, () => unknown]>([
    ["addBias: expected shape [3], got [1, 3]", () => addBias(matrix(2, 3), matrix(1, 3))],
    ["headDots: expected shape [4], got [1, 4]", () => headDots(matrix(2, 4), matrix(1, 4), 2)],
    [
      "headDots: expected a multiple of -2 columns, for as many heads, got [2, 4]",
      () => headDots(matrix(2, 4), Tensor.zeros([4]), -2),
    ],
    [
      "maxMarginLoss: expected shape [2], got [2, 1]",
      () => maxMarginLoss(matrix(2, 1), matrix(2, 2), 1),
    ],
    ...[Number.NaN, Number.POSITIVE_INFINITY].map((margin): [string, () => unknown] => [
      `maxMarginLoss: option "margin" must be a finite number of at least 0, got ${margin}`,
      () => maxMarginLoss(Tensor.zeros([2]), matrix(2, 2), margin),
    ]),
    ...[-0.1, Number.POSITIVE_INFINITY].map((epsilon): [string, () => unknown] => [
      `perturb: option "epsilon" must be a finite number of at least 0, got ${epsilon}`,
      () => perturb(matrix(2, 2), epsilon, new Rng(1)),
    ]),
  ])("%s", (message, body) => {
    expect(() => scope(body)).toThrow(message);
  });
});

test("rows of a sparse matrix are those asked for, in their order, also twice, and none", () => {
  expect(rowsOf(wide, Uint32Array.of(1, 0, 1))).toEqual({
    rows: 3,
    columns: 3,
    offsets: Uint32Array.of(0, 1, 3, 4),
    indices: Uint32Array.of(1, 0, 2, 1),
    values: Float32Array.of(3, 1, 2, 3),
  });
  expect(rowsOf(wide, new Uint32Array(0))).toEqual({
    rows: 0,
    columns: 3,
    offsets: Uint32Array.of(0),
    indices: new Uint32Array(0),
    values: new Float32Array(0),
  });
});

describe("a sparse matrix that does not fit its shape is refused", () => {
  test.each([
    [
      "offsets",
      { offsets: Uint32Array.from([0, 3]) },
      "SparseMatrix: expected 3 offsets for 2 rows, got [2]",
    ],
    [
      "first offset",
      { offsets: Uint32Array.from([1, 2, 3]) },
      "SparseMatrix: expected offsets that begin with 0, got [1]",
    ],
    [
      "last offset",
      { offsets: Uint32Array.from([0, 2, 4]) },
      "SparseMatrix: expected 4 indices and values, as the last offset says, got [3, 3]",
    ],
    [
      "values",
      { values: new Float32Array(2) },
      "SparseMatrix: expected 3 indices and values, as the last offset says, got [3, 2]",
    ],
    [
      "falling offsets",
      { offsets: Uint32Array.from([0, 4, 3]) },
      "SparseMatrix: expected ascending offsets, got [4, 3]",
    ],
    [
      "indices",
      { indices: Uint32Array.from([0, 3, 1]) },
      "SparseMatrix: expected column indices below 3, got [3]",
    ],
  ])("by its %s", (_, change, message) => {
    expect(() => new SparseMatrix({ ...wide, ...change })).toThrow(message);
  });

  test("by symmetry without being square", () => {
    expect(() => new SparseMatrix(wide, { symmetric: true })).toThrow(
      "SparseMatrix: expected a square matrix, to be symmetric, got [2, 3]",
    );
  });
});

test("the transpose of the transpose is the matrix, also with empty rows and columns", () => {
  const t = transpose({ ...wide, rows: 3, columns: 4, offsets: Uint32Array.from([0, 2, 2, 3]) });
  expect(t).toEqual({
    rows: 4,
    columns: 3,
    offsets: Uint32Array.from([0, 1, 2, 3, 3]),
    indices: Uint32Array.from([0, 2, 0]),
    values: Float32Array.from([1, 3, 2]),
  });
  expect(transpose(transpose(wide))).toEqual(wide);
});

test("a sparse matrix that was disposed of throws, and disposing twice does not free another's memory", () => {
  const matrix = new SparseMatrix(wide);
  matrix.dispose();
  const other = Tensor.parameter([8]);
  matrix.dispose();
  const third = Tensor.parameter([8]);
  third.data.fill(1);
  expect([...other.data]).toEqual(new Array(8).fill(0));
  expect(() => matrix.values).toThrow("sparse matrix: it was disposed of");
  other.dispose();
  third.dispose();
});

test("operations on tensors of no elements give tensors of no elements, and sums of 0", () => {
  scope(() => {
    const [none, flat] = [matrix(0, 3), matrix(3, 0)];
    expect(add(none, none).shape).toEqual([0, 3]);
    expect(matmul(none, matrix(3, 4)).shape).toEqual([0, 4]);
    expect([...matmul(flat, matrix(0, 2)).data]).toEqual([0, 0, 0, 0, 0, 0]);
    expect(gather(none, new Uint32Array(0)).shape).toEqual([0, 3]);
    expect([...rowDot(flat, flat).data]).toEqual([0, 0, 0]);
    expect(normalizeRows(flat).shape).toEqual([3, 0]);
    expect(softmax(flat).shape).toEqual([3, 0]);
    expect(softmax(none).shape).toEqual([0, 3]);
    expect(sum(none).item()).toBe(0);
    expect(dropout(none, 0.5, new Rng(1)).shape).toEqual([0, 3]);
  });
});

test("dropout keeps a share of 1 − rate, scaled so that the mean stays; rate 0 is the tensor itself", () => {
  scope(() => {
    const x = Tensor.empty([100_001]);
    x.data.fill(1);
    const y = dropout(x, 0.3, new Rng(3));
    const kept = y.data.filter((value) => value !== 0);
    expect(new Set(kept)).toEqual(new Set([Math.fround(1 / 0.7)]));
    expect(Math.abs(kept.length / x.size - 0.7)).toBeLessThan(4 * Math.sqrt(0.21 / x.size));
    expect(dropout(x, 0.3, new Rng(3)).data).toEqual(y.data);
    expect(dropout(x, 0.3, new Rng(4)).data).not.toEqual(y.data);
    expect(dropout(x, 0, new Rng(3))).toBe(x);
    expect(dropout(x, 1e-12, new Rng(3)).data.every((value) => value === 1)).toBe(true);
  });
});

test("relu and softplus do not overflow, and NaN stays NaN", () => {
  scope(() => {
    const x = Tensor.from([-1e30, -200, 0, 200, 1e30, Number.NaN]);
    expect([...relu(x).data]).toEqual([0, 0, 0, 200, Math.fround(1e30), Number.NaN]);
    expect([...softplus(x).data]).toEqual([
      0,
      0,
      Math.fround(Math.LN2),
      200,
      Math.fround(1e30),
      Number.NaN,
    ]);
  });
});

test("ids given as an array outside a scope are refused, as nothing would free their copy", () => {
  const table = matrix(2, 2);
  expect(() => gather(table, new Uint32Array(1))).toThrow(
    "this operation needs temporary memory: call it inside scope(() => …)",
  );
  table.dispose();
});
