import { ShapeError } from "../src/errors.ts";
import { normal } from "../src/init.ts";
import { inBatchRankingLoss } from "../src/losses/in-batch-ranking.ts";
import { columns } from "../src/ops/columns.ts";
import { gruCell } from "../src/ops/gru-cell.ts";
import { gruCellAfter } from "../src/ops/gru-cell-after.ts";
import { Rng } from "../src/rng.ts";
import { scope } from "../src/scope.ts";
import { Tensor } from "../src/tensor.ts";

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const matrix = (rows: number, columns: number) => Tensor.zeros([rows, columns]);

/** A row of `state` times a matrix of `width` columns. */
function product(
  state: Float32Array,
  row: number,
  n: number,
  w: Float32Array,
  width: number,
): number[] {
  return Array.from({ length: width }, (_, c) => {
    let sum = 0;
    for (let k = 0; k < n; k++) sum += state[row * n + k] * w[k * width + c];
    return sum;
  });
}

test("gruCell applies the reset gate before the product, gruCellAfter after it", () => {
  scope(() => {
    const n = 3;
    const rng = new Rng(4);
    const draw = (...shape: number[]) => normal(Tensor.empty(shape), rng);
    const [x, h] = [draw(2, 3 * n), draw(2, n)];
    const [gates, candidate] = [draw(n, 2 * n), draw(n, n)];
    const [weights, bias] = [draw(n, 3 * n), draw(3 * n)];
    const before = gruCell(x, h, gates, candidate).data;
    const after = gruCellAfter(x, h, weights, bias).data;
    for (let row = 0; row < 2; row++) {
      const at = (k: number) => x.data[row * 3 * n + k];
      const u = product(h.data, row, n, gates.data, 2 * n);
      const reset = Tensor.from(
        Array.from({ length: n }, (_, j) => sigmoid(at(n + j) + u[j]) * h.data[row * n + j]),
      );
      const c = product(reset.data, 0, n, candidate.data, n);
      const v = product(h.data, row, n, weights.data, 3 * n).map((sum, k) => sum + bias.data[k]);
      for (let j = 0; j < n; j++) {
        const state = h.data[row * n + j];
        const z = sigmoid(at(2 * n + j) + u[n + j]);
        const expected = (1 - z) * state + z * Math.tanh(at(j) + c[j]);
        expect(before[row * n + j]).toBeCloseTo(expected, 5);
        const r = sigmoid(at(n + j) + v[n + j]);
        const y = sigmoid(at(2 * n + j) + v[2 * n + j]);
        const other = (1 - y) * state + y * Math.tanh(at(j) + r * v[j]);
        expect(after[row * n + j]).toBeCloseTo(other, 5);
      }
    }
  });
});

test("inBatchRankingLoss has the values of the papers' formulas", () => {
  scope(() => {
    const scores = [1, 0.5, -1, 2]; // the first is the positive
    const queries = Tensor.from([1], [1, 1]);
    const keys = Tensor.from(scores, [4, 1]);
    const bias = Tensor.from([0, 0, 0, 0], [4, 1]);
    const lossOf = (options: Parameters<typeof inBatchRankingLoss>[3]) =>
      inBatchRankingLoss(queries, keys, bias, options).item();
    const [p, ...others] = scores;
    const sum = (f: (x: number) => number) => others.reduce((total, x) => total + f(x), 0);
    const total = sum(Math.exp);
    const weighted = (f: (x: number) => number) => sum((x) => (Math.exp(x) / total) * f(x));
    expect(lossOf({ loss: "cross-entropy" })).toBeCloseTo(Math.log(total + Math.exp(p)) - p, 5);
    expect(lossOf({ loss: "bpr" })).toBeCloseTo(-sum((x) => Math.log(sigmoid(p - x))), 5);
    expect(lossOf({ loss: "top1" })).toBeCloseTo(
      sum((x) => sigmoid(x - p) + sigmoid(x * x)) / 4,
      5,
    );
    expect(lossOf({ loss: "bpr-max", penalty: 0.3 })).toBeCloseTo(
      -Math.log(weighted((x) => sigmoid(p - x))) + 0.3 * weighted((x) => x * x),
      5,
    );
    expect(lossOf({ loss: "top1-max" })).toBeCloseTo(
      weighted((x) => sigmoid(x - p) + sigmoid(x * x)),
      5,
    );
    const shift = Float32Array.from([-1, -2, 0, -3]);
    const shifted = scores.map((x, n) => Math.exp(x + shift[n]));
    expect(lossOf({ loss: "cross-entropy", shift, divisor: 2 })).toBeCloseTo(
      (Math.log(shifted.reduce((a, b) => a + b)) - (p - 1)) / 2,
      5,
    );
  });
});

test("a target that is all but impossible has a loss that ends at 1e-24, and no longer pulls", () => {
  scope(() => {
    const loss = inBatchRankingLoss(
      Tensor.from([1], [1, 1]),
      Tensor.from([-200, 200], [2, 1]),
      Tensor.zeros([2, 1]),
      { loss: "cross-entropy" },
    );
    expect(loss.item()).toBeCloseTo(-Math.log(1e-24), 3);
  });
});

test.each<[string, () => unknown, RegExp]>([
  [
    "x of another width",
    () => gruCell(matrix(2, 8), matrix(2, 3), matrix(3, 6), matrix(3, 3)),
    /gruCell: expected shape \[2, 9\], got \[2, 8\]/,
  ],
  [
    "x of other rows",
    () => gruCell(matrix(3, 9), matrix(2, 3), matrix(3, 6), matrix(3, 3)),
    /gruCell/,
  ],
  [
    "gates of another width",
    () => gruCell(matrix(2, 9), matrix(2, 3), matrix(3, 9), matrix(3, 3)),
    /expected shape \[3, 6\]/,
  ],
  [
    "weights of another width",
    () => gruCellAfter(matrix(2, 9), matrix(2, 3), matrix(3, 6), Tensor.zeros([9])),
    /gruCellAfter: expected shape \[3, 9\]/,
  ],
  [
    "a bias of another width",
    () => gruCellAfter(matrix(2, 9), matrix(2, 3), matrix(3, 9), Tensor.zeros([3])),
    /expected shape \[9\]/,
  ],
  ["columns beyond the last", () => columns(matrix(2, 3), 1, 4), /columns within 0 … 3/],
  [
    "fewer keys than queries",
    () => inBatchRankingLoss(matrix(3, 2), matrix(2, 2), matrix(2, 1), { loss: "bpr" }),
    /a key for each of 3/,
  ],
  [
    "keys of another width",
    () => inBatchRankingLoss(matrix(1, 2), matrix(2, 3), matrix(2, 1), { loss: "bpr" }),
    /expected shape \[2, 2\]/,
  ],
  [
    "a bias of another length",
    () => inBatchRankingLoss(matrix(1, 2), matrix(2, 2), matrix(3, 1), { loss: "bpr" }),
    /expected shape \[2, 1\]/,
  ],
])("refuses %s", (_, act, message) => {
  scope(() => {
    expect(act).toThrow(ShapeError);
    expect(act).toThrow(message);
  });
});

test("refuses unknown losses, and a shift where it has no meaning", () => {
  scope(() => {
    const loss = (options: object) => () =>
      inBatchRankingLoss(matrix(1, 2), matrix(2, 2), matrix(2, 1), options as never);
    expect(loss({ loss: "hinge" })).toThrow(/"loss" must be one of cross-entropy, bpr, top1/);
    expect(loss({ loss: "bpr", shift: new Float32Array(2) })).toThrow(
      /"shift" is for the loss cross-entropy/,
    );
  });
});
