import { gradients } from "../src/gradients.ts";
import { normal } from "../src/init.ts";
import { bprLoss } from "../src/losses/bpr.ts";
import { softmaxCrossEntropy } from "../src/losses/cross-entropy.ts";
import { inBatchRankingLoss } from "../src/losses/in-batch-ranking.ts";
import { maxMarginLoss } from "../src/losses/max-margin.ts";
import { dotMultinomialLoss } from "../src/losses/multinomial.ts";
import { dotSoftmaxCrossEntropy } from "../src/losses/softmax-cross-entropy.ts";
import { elu, exp, leakyRelu, relu, sigmoid, softplus, tanh } from "../src/ops/activations.ts";
import { add, addAll, multiply, scale, subtract, weightedSum } from "../src/ops/arithmetic.ts";
import { addBias } from "../src/ops/bias.ts";
import { columns } from "../src/ops/columns.ts";
import { concat } from "../src/ops/concat.ts";
import { dropout } from "../src/ops/dropout.ts";
import { edgeDots, edgeSums, propagateWeighted, segmentSoftmax } from "../src/ops/edges.ts";
import { gather } from "../src/ops/gather.ts";
import { gruCell } from "../src/ops/gru-cell.ts";
import { gruCellAfter } from "../src/ops/gru-cell-after.ts";
import { headDots } from "../src/ops/head-dots.ts";
import { layerNorm } from "../src/ops/layer-norm.ts";
import { matmul } from "../src/ops/matmul.ts";
import { perturb } from "../src/ops/perturb.ts";
import { propagate, propagateRows } from "../src/ops/propagate.ts";
import { propagateMax } from "../src/ops/propagate-max.ts";
import { mean, sum, sumOfSquares } from "../src/ops/reduce.ts";
import { normalizeRows, rowDot } from "../src/ops/rows.ts";
import { logSoftmax, softmax } from "../src/ops/softmax.ts";
import { stack } from "../src/ops/stack.ts";
import { Rng } from "../src/rng.ts";
import { scope } from "../src/scope.ts";
import { SparseMatrix } from "../src/sparse-matrix.ts";
import { Tensor } from "../src/tensor.ts";

const ids = Uint32Array.from([3, 0, 3, 3, 1]);
const directed = new SparseMatrix({
  rows: 3,
  columns: 4,
  offsets: Uint32Array.from([0, 2, 2, 5]),
  indices: Uint32Array.from([0, 3, 0, 1, 2]),
  values: Float32Array.from([0.5, -1, 2, 0.25, 1.5]),
});
const symmetric = new SparseMatrix(
  {
    rows: 3,
    columns: 3,
    offsets: Uint32Array.from([0, 2, 3, 5]),
    indices: Uint32Array.from([0, 2, 1, 0, 2]),
    values: Float32Array.from([0.5, -1, 2, -1, 1.5]),
  },
  { symmetric: true },
);

type Op = (...inputs: Tensor[]) => Tensor;

/** Every differentiable operation, with the shapes of its inputs; results that are not scalars are weighed and summed. */
const operations: [name: string, shapes: number[][], op: Op][] = [
  [
    "add",
    [
      [3, 5],
      [3, 5],
    ],
    add,
  ],
  ["add(x, x)", [[3, 5]], (x) => add(x, x)],
  ["subtract", [[7], [7]], subtract],
  ["subtract(x, x)", [[7]], (x) => subtract(x, x)],
  [
    "multiply",
    [
      [3, 5],
      [3, 5],
    ],
    multiply,
  ],
  ["multiply(x, x)", [[3, 5]], (x) => multiply(x, x)],
  ["scale", [[3, 5]], (x) => scale(x, -1.75)],
  ["addAll of three", [[5], [5], [5]], (a, b, c) => addAll([a, b, c])],
  ["addAll with repeats", [[5], [5]], (a, b) => addAll([a, b, a, a])],
  ["sum", [[3, 5]], sum],
  ["mean", [[3, 5]], mean],
  ["sumOfSquares", [[3, 5]], sumOfSquares],
  ["relu", [[3, 5]], relu],
  ["leakyRelu", [[3, 5]], (x) => leakyRelu(x, 0.3)],
  ["sigmoid", [[3, 5]], sigmoid],
  ["tanh", [[3, 5]], tanh],
  ["softplus", [[3, 5]], softplus],
  ["exp", [[3, 5]], exp],
  [
    "matmul",
    [
      [3, 4],
      [4, 5],
    ],
    (a, b) => matmul(a, b),
  ],
  [
    "matmul aᵀ",
    [
      [4, 3],
      [4, 5],
    ],
    (a, b) => matmul(a, b, { transposeA: true }),
  ],
  [
    "matmul bᵀ",
    [
      [3, 4],
      [5, 4],
    ],
    (a, b) => matmul(a, b, { transposeB: true }),
  ],
  [
    "matmul aᵀ bᵀ",
    [
      [4, 3],
      [5, 4],
    ],
    (a, b) => matmul(a, b, { transposeA: true, transposeB: true }),
  ],
  ["matmul(x, xᵀ)", [[3, 4]], (x) => matmul(x, x, { transposeB: true })],
  [
    "matmul of vectors",
    [
      [1, 4],
      [4, 1],
    ],
    (a, b) => matmul(a, b),
  ],
  ["gather with repeats", [[4, 3]], (x) => gather(x, ids)],
  ["gather of gathered", [[4, 3]], (x) => gather(gather(x, ids), Uint32Array.from([0, 0, 4]))],
  ["propagate", [[4, 5]], (x) => propagate(directed, x)],
  ["propagate, symmetric", [[3, 5]], (x) => propagate(symmetric, x)],
  ["propagate twice", [[3, 2]], (x) => propagate(symmetric, propagate(symmetric, x))],
  ["propagateRows", [[4, 5]], (x) => propagateRows(directed, x, Uint32Array.from([2, 0]))],
  [
    "propagateRows, symmetric",
    [[3, 5]],
    (x) => propagateRows(symmetric, x, Uint32Array.from([2, 1])),
  ],
  ["propagateRows of none", [[4, 5]], (x) => propagateRows(directed, x, new Uint32Array(0))],
  [
    "rowDot",
    [
      [4, 5],
      [4, 5],
    ],
    rowDot,
  ],
  ["rowDot(x, x)", [[4, 5]], (x) => rowDot(x, x)],
  ["perturb", [[3, 5]], (x) => perturb(x, 0.3, new Rng(7))],
  [
    "stack, one of them twice",
    [
      [2, 3],
      [4, 3],
    ],
    (a, b) => stack([a, b, a]),
  ],
  ["maxMarginLoss", [[3], [3, 5]], (liked, others) => maxMarginLoss(liked, others, 0.7)],
  ["elu", [[3, 5]], (x) => elu(x)],
  ["elu of another height", [[3, 5]], (x) => elu(x, 0.5)],
  ["columns", [[3, 5]], (x) => add(columns(x, 1, 3), columns(x, 2, 4))],
  [
    "gruCell",
    [
      [5, 9],
      [5, 3],
      [3, 6],
      [3, 3],
    ],
    gruCell,
  ],
  [
    "gruCellAfter twice",
    [[5, 9], [5, 3], [3, 9], [9]],
    (x, h, u, b) => gruCellAfter(x, gruCellAfter(x, h, u, b), u, b),
  ],
  [
    "gruCell twice",
    [
      [5, 9],
      [5, 3],
      [3, 6],
      [3, 3],
    ],
    (x, h, u, c) => gruCell(x, gruCell(x, h, u, c), u, c),
  ],
  ...(["cross-entropy", "bpr", "top1", "bpr-max", "top1-max"] as const).map(
    (loss): (typeof operations)[number] => [
      `inBatchRankingLoss ${loss}`,
      [
        [4, 3],
        [9, 3],
        [9, 1],
      ],
      (q, k, b) => inBatchRankingLoss(q, k, b, { loss, penalty: 0.7, divisor: 3 }),
    ],
  ),
  [
    "inBatchRankingLoss of activated scores",
    [
      [4, 3],
      [9, 3],
      [9, 1],
    ],
    (q, k, b) =>
      inBatchRankingLoss(q, k, b, { loss: "bpr-max", activation: { name: "elu", alpha: 0.5 } }),
  ],
  [
    "inBatchRankingLoss with a shift, twice",
    [
      [2, 3],
      [4, 3],
      [4, 1],
    ],
    (q, k, b) =>
      scale(
        inBatchRankingLoss(q, k, b, {
          loss: "cross-entropy",
          shift: Float32Array.from([1, -1, 0.5, 2]),
        }),
        2,
      ),
  ],
  ["headDots", [[3, 6], [6]], (x, a) => headDots(x, a, 2)],
  ["weightedSum, one of them twice", [[3, 2], [3, 2], [3]], (a, b, w) => weightedSum([a, b, a], w)],
  ["addBias", [[3, 5], [5]], addBias],
  [
    "concat, one of them twice",
    [
      [3, 2],
      [3, 5],
    ],
    (a, b) => concat([a, b, a]),
  ],
  [
    "edgeDots",
    [
      [3, 4],
      [4, 4],
    ],
    (a, b) => edgeDots(directed, a, b),
  ],
  ["edgeDots of a table with itself", [[3, 4]], (x) => edgeDots(symmetric, x, x)],
  [
    "edgeSums",
    [
      [3, 2],
      [4, 2],
    ],
    (a, b) => edgeSums(directed, a, b),
  ],
  [
    "edgeSums of a symmetric graph",
    [
      [3, 2],
      [3, 2],
    ],
    (a, b) => edgeSums(symmetric, a, b),
  ],
  ["segmentSoftmax", [[5, 4]], (x) => segmentSoftmax(directed, x)],
  ["segmentSoftmax of one head", [[5, 1]], (x) => segmentSoftmax(directed, x)],
  [
    "propagateWeighted of two heads",
    [
      [5, 2],
      [4, 6],
    ],
    (w, x) => propagateWeighted(directed, w, x),
  ],
  [
    "propagateWeighted over a symmetric graph with weights that are not",
    [
      [5, 1],
      [3, 4],
    ],
    (w, x) => propagateWeighted(symmetric, w, x),
  ],
  ["propagateMax", [[4, 5]], (x) => propagateMax(directed, x)],
  ["softmaxCrossEntropy", [[5, 4]], (x) => softmaxCrossEntropy(x, ids)],
  [
    "attention",
    [
      [3, 2],
      [3, 2],
      [3, 4],
    ],
    (a, b, x) =>
      propagateWeighted(
        symmetric,
        segmentSoftmax(symmetric, leakyRelu(edgeSums(symmetric, a, b))),
        x,
      ),
  ],
  ["normalizeRows", [[4, 5]], normalizeRows],
  ["layerNorm", [[4, 5], [5], [5]], (x, gain, bias) => layerNorm(x, gain, bias, 0.1)],
  ["softmax", [[3, 9]], softmax],
  ["softmax of one column", [[3, 1]], softmax],
  ["logSoftmax", [[3, 9]], logSoftmax],
  ["dropout", [[8, 9]], (x) => dropout(x, 0.4, new Rng(5))],
  ["bprLoss", [[7], [7]], bprLoss],
  ["dotMultinomialLoss", [[3, 2], [4, 2], [4]], (q, k, b) => dotMultinomialLoss(q, k, b, directed)],
  [
    "dotSoftmaxCrossEntropy",
    [
      [5, 3],
      [4, 3],
    ],
    (q, k) => dotSoftmaxCrossEntropy(q, k, ids),
  ],
  [
    "dotSoftmaxCrossEntropy at a temperature, with a bias",
    [
      [5, 3],
      [4, 3],
    ],
    (q, k) =>
      dotSoftmaxCrossEntropy(q, k, ids, {
        temperature: 0.5,
        bias: Float32Array.from([1, -1, 0, 2]),
      }),
  ],
  [
    "dotSoftmaxCrossEntropy of probabilities and an ε",
    [
      [5, 3],
      [4, 3],
    ],
    (q, k) => dotSoftmaxCrossEntropy(q, k, ids, { epsilon: 0.1 }),
  ],
  [
    "dotSoftmaxCrossEntropy of a table with itself",
    [[4, 3]],
    (x) => dotSoftmaxCrossEntropy(x, x, Uint32Array.from([1, 2, 3, 0])),
  ],
  ["a diamond", [[3, 4]], (x) => multiply(tanh(x), add(sigmoid(x), scale(tanh(x), 2)))],
  [
    "two layers",
    [
      [3, 4],
      [4, 4],
      [4, 2],
    ],
    (x, v, w) => matmul(leakyRelu(matmul(x, v)), w),
  ],
  [
    "rows and a dense gradient of one table",
    [[4, 3]],
    (x) =>
      add(sum(multiply(gather(x, ids), gather(x, ids))), add(sumOfSquares(x), sum(gather(x, ids)))),
  ],
];

test.each(operations)("the gradient of %s is the slope of its loss", (name, shapes, op) => {
  const rng = new Rng(1).fork(name);
  const parameters = shapes.map((shape) => normal(Tensor.parameter(shape), rng));
  for (const { data } of parameters)
    for (let i = 0; i < data.length; i++) if (Math.abs(data[i]) < 0.05) data[i] = 0.5; // away from kinks
  const lossOf = () => {
    const y = op(...parameters);
    const weights = normal(Tensor.empty(y.shape), new Rng(2));
    return y.size === 1 ? y : sum(multiply(y, weights));
  };
  const found = scope(() =>
    gradients(lossOf(), parameters).map((gradient, p) => {
      const full = new Float64Array(parameters[p].size);
      const { columns } = parameters[p];
      gradient.values.data.forEach((value, i) => {
        const at =
          gradient.kind === "dense"
            ? i
            : gradient.ids[Math.floor(i / columns)] * columns + (i % columns);
        full[at] += value;
      });
      return [...full];
    }),
  );
  const h = 1 / 128;
  const slopes = parameters.map(({ data, size }) =>
    Array.from({ length: size }, (_, i) => {
      const kept = data[i];
      const at = (x: number) => {
        data[i] = x;
        return scope(() => lossOf().item());
      };
      // Fourth order, so that a step large enough for float32 is small enough for the slope.
      const slope =
        (8 * (at(kept + h) - at(kept - h)) - (at(kept + 2 * h) - at(kept - 2 * h))) / (12 * h);
      data[i] = kept;
      return slope;
    }),
  );
  expect(found.map(({ length }) => length)).toEqual(slopes.map(({ length }) => length));
  const expected = slopes.flat();
  for (const [i, g] of found.flat().entries())
    expect(Math.abs(g - expected[i])).toBeLessThan(2e-3 * Math.max(1, Math.abs(expected[i])));
  for (const parameter of parameters) parameter.dispose();
});

test("over several tiles the full softmax has the loss and the gradients of logSoftmax", () => {
  const [n, m, dim] = [130, 70_000, 3]; // 119 queries a tile
  const [queries, keys] = [
    [n, dim],
    [m, dim],
  ].map((shape, i) => normal(Tensor.parameter(shape), new Rng(i)));
  const targets = Uint32Array.from({ length: n }, (_, r) => (r * 9973) % m);
  scope(() => {
    const loss = dotSoftmaxCrossEntropy(queries, keys, targets, { temperature: 0.7 });
    const oneHot = Tensor.zeros([n, m]);
    targets.forEach((target, r) => {
      oneHot.data[r * m + target] = -1 / n;
    });
    const scores = scale(matmul(queries, keys, { transposeB: true }), 1 / 0.7);
    const reference = sum(multiply(logSoftmax(scores), oneHot));
    expect(loss.item()).toBeCloseTo(reference.item(), 4);
    const parameters = [queries, keys];
    const [found, expected] = [loss, reference].map((value) =>
      gradients(value, parameters).map((gradient) => gradient.values.data),
    );
    for (const p of [0, 1]) {
      let worst = 0;
      for (let i = 0; i < found[p].length; i++)
        worst = Math.max(worst, Math.abs(found[p][i] - expected[p][i]));
      expect(worst).toBeLessThan(1e-5);
    }
  });
  queries.dispose();
  keys.dispose();
});

test("a zero row keeps length 0 and gets gradient 0, not one of 10¹²", () => {
  const x = Tensor.parameter([2, 2]);
  x.data.set([0, 0, 3, 4]);
  scope(() => {
    const y = normalizeRows(x);
    expect([...y.data]).toEqual([0, 0, Math.fround(0.6), Math.fround(0.8)]);
    const [{ values }] = gradients(sum(y), [x]);
    expect([...values.data.subarray(0, 2)]).toEqual([0, 0]);
    expect(values.data[2]).toBeCloseTo(0.2 * (1 - 0.6 * 1.4));
  });
  x.dispose();
});

test("at 0 relu and leakyRelu have the slope of their negative side, as in PyTorch", () => {
  const x = Tensor.parameter([1]);
  scope(() => {
    expect(gradients(sum(relu(x)), [x])[0].values.item()).toBe(0);
    expect(gradients(sum(leakyRelu(x, 0.25)), [x])[0].values.item()).toBe(0.25);
  });
  x.dispose();
});

describe("the kind of a gradient", () => {
  const table = Tensor.parameter([6, 2]);
  const loss = {
    gathered: () => sum(gather(table, Uint32Array.from([4, 1, 4]))),
    "gathered twice": () =>
      add(
        sum(gather(table, Uint32Array.from([4, 1]))),
        sum(gather(table, Uint32Array.from([1, 5]))),
      ),
    "gathered and regularised": () =>
      add(sum(gather(table, Uint32Array.from([4]))), sumOfSquares(table)),
    unused: () => sum(Tensor.parameter([1])),
  };
  test.each([
    ["gathered", "rows", [4, 1], [2, 2, 1, 1]],
    ["gathered twice", "rows", [1, 5, 4], [2, 2, 1, 1, 1, 1]],
    ["gathered and regularised", "dense", undefined, [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0]],
    ["unused", "dense", undefined, new Array(12).fill(0)],
  ] as const)("of a table that is %s is %s", (use, kind, rows, values) => {
    scope(() => {
      const [gradient] = gradients(loss[use](), [table]);
      expect(gradient.kind).toBe(kind);
      if (gradient.kind === "rows") expect([...gradient.ids]).toEqual(rows);
      expect([...gradient.values.data]).toEqual(values);
    });
  });
});

test("tensors that need no gradient keep no history", () => {
  scope(() => {
    const [x, p] = [Tensor.from([1, 2]), Tensor.parameter([2])];
    expect(add(x, x).origin).toBeUndefined();
    expect(add(x, p).origin).toBeDefined();
    p.dispose();
  });
});

test("the gradient of a parameter by itself is 1, also one that is listed twice", () => {
  const p = Tensor.parameter([]);
  scope(() => {
    expect(gradients(p, [p, p]).map(({ values }) => values.item())).toEqual([1, 1]);
  });
  p.dispose();
});

test("a long chain of operations does not overflow the stack", () => {
  const p = Tensor.parameter([1]);
  scope(() => {
    let y = p;
    for (let i = 0; i < 20_000; i++) y = add(y, p);
    expect(gradients(y, [p])[0].values.item()).toBe(20_001);
  });
  p.dispose();
});

test("a loss of several numbers, or of no parameter, is refused", () => {
  scope(() => {
    const p = Tensor.parameter([2]);
    expect(() => gradients(scale(p, 2), [p])).toThrow(
      "gradients: expected a loss of one element, got [2]",
    );
    expect(() => gradients(sum(Tensor.from([1])), [p])).toThrow(
      "gradients: the loss depends on no parameter; compute it from Tensor.parameter(…)",
    );
    p.dispose();
  });
});
