import { jsKernels } from "../../src/kernels/js.ts";
import {
  ACTIVATIONS,
  type Kernels,
  ncfNumbers,
  ncfWork,
  RANKING_LOSSES,
  USER_LOSSES,
} from "../../src/kernels/kernels.ts";
import type { Inputs, Work } from "./work.ts";

/** How to call one kernel on `rows` rows of `dim` numbers. */
type Row = (inputs: Inputs, rows: number, dim: number) => Work[];

/** One row for each kernel: a kernel without one does not compile, and a test says so too. */
export const kernelTable: { readonly [K in keyof Kernels]: Row } = {
  gemm: (inputs, m, n) =>
    (m * n > 1e4 ? [37] : [0, 1, 5, 33, 300]).flatMap((k) =>
      [false, true].flatMap((transposeA) =>
        [false, true].map((transposeB): Work => {
          const accumulate = (k + Number(transposeA)) % 2 === 1;
          const [a, b] = [inputs.floats(m * k), inputs.floats(k * n)];
          const c = accumulate ? inputs.floats(m * n) : inputs.output(m * n);
          const shape = { m, n, k, transposeA, transposeB, accumulate };
          return {
            name: JSON.stringify(shape),
            changes: [c],
            run: (kernels) => kernels.gemm(c, a, b, shape),
          };
        }),
      ),
    ),

  spmm: (inputs, rows, dim) => {
    const a = inputs.csr(rows, rows + 3, 20);
    const x = inputs.floats((rows + 3) * dim);
    const y = inputs.output(rows * dim);
    return [{ name: "", changes: [y], run: (kernels) => kernels.spmm(y, a, x, dim) }];
  },
  spmmRows: (inputs, rows, dim) => {
    const a = inputs.csr(rows, rows + 3, 20);
    const x = inputs.floats((rows + 3) * dim);
    const wanted = inputs.distinct(Math.ceil(rows / 2), rows);
    const y = inputs.output(wanted.length * dim);
    return [{ name: "", changes: [y], run: (kernels) => kernels.spmmRows(y, a, x, dim, wanted) }];
  },
  spmmFromRows: (inputs, rows, dim) => {
    const a = inputs.csr(rows, rows + 3, 20);
    const held = Math.ceil((rows + 3) / 2);
    const x = inputs.floats(held * dim);
    const chosen = [...inputs.distinct(held, rows + 3)];
    const position = inputs.positions(
      Array.from({ length: rows + 3 }, (_, j) => chosen.indexOf(j)),
    );
    const y = inputs.output(rows * dim);
    return [
      { name: "", changes: [y], run: (kernels) => kernels.spmmFromRows(y, a, x, dim, position) },
    ];
  },

  spmmHeads: (inputs, rows, dim) =>
    headsOf(dim).flatMap((heads) =>
      [false, true].map((ordered): Work => {
        const a = inputs.csr(rows, rows + 3, 20);
        const entries = a.indices.length;
        const [weights, x] = [inputs.floats(entries * heads), inputs.floats((rows + 3) * dim)];
        const order = ordered ? inputs.distinct(entries, entries) : undefined;
        const y = inputs.output(rows * dim);
        return {
          name: `${heads} heads${ordered ? " in another order" : ""}`,
          changes: [y],
          run: (kernels) => kernels.spmmHeads(y, a, weights, x, dim, heads, order),
        };
      }),
    ),
  edgeDots: (inputs, rows, dim) =>
    headsOf(dim).map((heads): Work => {
      const a = inputs.csr(rows, rows + 3, 20);
      const [targets, sources] = [inputs.floats(rows * dim), inputs.floats((rows + 3) * dim)];
      const y = inputs.output(a.indices.length * heads);
      return {
        name: `${heads} heads`,
        changes: [y],
        run: (kernels) => kernels.edgeDots(y, a, targets, sources, dim, heads),
      };
    }),
  edgeSums: (inputs, rows, dim) => {
    const a = inputs.csr(rows, rows + 3, 20);
    const [targets, sources] = [inputs.floats(rows * dim), inputs.floats((rows + 3) * dim)];
    const y = inputs.output(a.indices.length * dim);
    return [
      { name: "", changes: [y], run: (kernels) => kernels.edgeSums(y, a, targets, sources, dim) },
    ];
  },
  segmentSum: (inputs, rows, dim) =>
    [false, true].map((ordered): Work => {
      const { offsets, items } = inputs.lists(rows, rows + 3, 20);
      const x = inputs.floats(items.length * dim);
      const order = ordered ? inputs.distinct(items.length, items.length) : undefined;
      const y = inputs.output(rows * dim);
      return {
        name: ordered ? "in another order" : "",
        changes: [y],
        run: (kernels) => kernels.segmentSum(y, offsets, x, dim, order),
      };
    }),
  segmentSoftmax: (inputs, rows, dim) => {
    const { offsets, items } = inputs.lists(rows, rows + 3, 40);
    const [x, y] = [inputs.floats(items.length * dim, 30), inputs.output(items.length * dim)];
    return [
      { name: "", changes: [y], run: (kernels) => kernels.segmentSoftmax(y, offsets, x, dim) },
    ];
  },
  segmentSoftmaxBackward: (inputs, rows, dim) => {
    const { offsets, items } = inputs.lists(rows, rows + 3, 20);
    const [y, dy, dx] = [
      inputs.floats(items.length * dim),
      inputs.floats(items.length * dim),
      inputs.output(items.length * dim),
    ];
    return [
      {
        name: "",
        changes: [dx],
        run: (kernels) => kernels.segmentSoftmaxBackward(dx, offsets, y, dy, dim),
      },
    ];
  },
  neighbourMax: (inputs, rows, dim) => {
    const a = inputs.csr(rows, rows + 3, 20);
    const x = inputs.smallIntegers((rows + 3) * dim);
    const [y, from] = [inputs.output(rows * dim), inputs.outputIds(rows * dim)];
    return [
      { name: "", changes: [y, from], run: (kernels) => kernels.neighbourMax(y, from, a, x, dim) },
    ];
  },
  scatterAddFrom: (inputs, rows, dim) => {
    const table = Math.ceil(rows / 3) + 1;
    const [y, x] = [inputs.floats(table * dim), inputs.floats(rows * dim)];
    const from = inputs.ids(rows * dim, table);
    for (let i = 0; i < from.length; i += 5) from[i] = 0xffffffff;
    return [{ name: "", changes: [y], run: (kernels) => kernels.scatterAddFrom(y, x, from, dim) }];
  },
  sampleNeighbours: (inputs, rows, dim) =>
    [1, dim].map((fanOut): Work => {
      const { offsets, items } = inputs.lists(rows + 2, rows + 2, 40);
      const nodes = inputs.ids(rows, rows + 2);
      const out = inputs.outputIds(rows * fanOut);
      return {
        name: `${fanOut} of them`,
        changes: [out],
        run: (kernels) =>
          kernels.sampleNeighbours(out, { offsets, indices: items }, nodes, fanOut, [3, 4], 7),
      };
    }),

  addBias: (inputs, rows, dim) => {
    const [x, b, y] = [inputs.floats(rows * dim), inputs.floats(dim), inputs.output(rows * dim)];
    return [
      { name: "", changes: [y], run: (kernels) => kernels.addBias(y, x, b) },
      { name: "in place", changes: [x], run: (kernels) => kernels.addBias(x, x, b) },
    ];
  },
  columnSums: (inputs, rows, dim) => {
    const [x, y] = [inputs.floats(rows * dim), inputs.output(dim)];
    return [{ name: "", changes: [y], run: (kernels) => kernels.columnSums(y, x) }];
  },
  copyColumns: (inputs, rows, dim) => {
    const [x, y] = [inputs.floats(rows * (dim + 5)), inputs.output(rows * (dim + 3))];
    return [
      {
        name: "",
        changes: [y],
        run: (kernels) => kernels.copyColumns(y, dim + 3, 2, x, dim + 5, 4, dim),
      },
    ];
  },

  gatherRows: (inputs, rows, dim) => {
    const x = inputs.floats((rows + 1) * dim);
    const ids = inputs.ids(rows, rows + 1);
    const y = inputs.output(rows * dim);
    return [{ name: "", changes: [y], run: (kernels) => kernels.gatherRows(y, x, ids, dim) }];
  },
  scatterAddRows: (inputs, rows, dim) => {
    const table = Math.ceil(rows / 3) + 1; // fewer rows than ids: duplicates
    const y = inputs.floats(table * dim);
    const x = inputs.floats(rows * dim);
    const ids = inputs.ids(rows, table);
    return [{ name: "", changes: [y], run: (kernels) => kernels.scatterAddRows(y, x, ids, dim) }];
  },
  rowDot: (inputs, rows, dim) => {
    const [a, b, y] = [inputs.floats(rows * dim), inputs.floats(rows * dim), inputs.output(rows)];
    return [{ name: "", changes: [y], run: (kernels) => kernels.rowDot(y, a, b, dim) }];
  },
  addScaledRows: (inputs, rows, dim) => {
    const [y, s, x] = [inputs.floats(rows * dim), inputs.floats(rows), inputs.floats(rows * dim)];
    return [{ name: "", changes: [y], run: (kernels) => kernels.addScaledRows(y, s, x, dim) }];
  },
  normalizeRows: (inputs, rows, dim) => {
    const x = inputs.floats(rows * dim);
    x.subarray(0, dim).fill(0);
    const [y, norms] = [inputs.output(rows * dim), inputs.output(rows)];
    return [
      { name: "", changes: [y, norms], run: (kernels) => kernels.normalizeRows(y, norms, x, dim) },
    ];
  },
  normalizeRowsBackward: (inputs, rows, dim) => {
    const [y, dy] = [inputs.floats(rows * dim), inputs.floats(rows * dim)];
    const norms = inputs.positives(rows);
    for (let r = 0; r < rows; r++) norms[r] += 0.5;
    if (rows > 0) norms[0] = 1e-12; // a zero row
    const dx = inputs.output(rows * dim);
    return [
      {
        name: "",
        changes: [dx],
        run: (kernels) => kernels.normalizeRowsBackward(dx, y, norms, dy, dim),
      },
    ];
  },

  layerNorm: (inputs, rows, dim) => {
    const [x, gain, bias] = [inputs.floats(rows * dim), inputs.floats(dim), inputs.floats(dim)];
    const [y, unit] = [inputs.output(rows * dim), inputs.output(rows * dim)];
    const inverses = inputs.output(rows);
    return [
      {
        name: "",
        changes: [y, unit, inverses],
        run: (kernels) => kernels.layerNorm(y, unit, inverses, x, gain, bias, 0.1),
      },
    ];
  },
  layerNormBackward: (inputs, rows, dim) => {
    const [unit, dy] = [inputs.floats(rows * dim), inputs.floats(rows * dim)];
    const [inverses, gain] = [inputs.positives(rows), inputs.floats(dim)];
    const dx = inputs.output(rows * dim);
    return [
      {
        name: "",
        changes: [dx],
        run: (kernels) => kernels.layerNormBackward(dx, unit, inverses, gain, dy),
      },
    ];
  },

  combine: (inputs, rows, dim) => {
    const [a, b] = [inputs.floats(rows * dim), inputs.floats(rows * dim)];
    const y = inputs.output(rows * dim);
    return [
      { name: "", changes: [y], run: (kernels) => kernels.combine(y, 0.75, a, -1.25, b) },
      { name: "in place", changes: [a], run: (kernels) => kernels.combine(a, 1, a, -0.5, b) },
    ];
  },
  scale: (inputs, rows, dim) => {
    const [x, y] = [inputs.floats(rows * dim), inputs.output(rows * dim)];
    return [{ name: "", changes: [y], run: (kernels) => kernels.scale(y, -1.5, x) }];
  },
  multiply: (inputs, rows, dim) => {
    const [a, b] = [inputs.floats(rows * dim), inputs.floats(rows * dim)];
    const y = inputs.output(rows * dim);
    return [{ name: "", changes: [y], run: (kernels) => kernels.multiply(y, a, b) }];
  },
  activate: (inputs, rows, dim) =>
    ACTIVATIONS.flatMap((f) =>
      (rows * dim > 1e4 ? [3] : [0.01, 3, f === "exp" ? 50 : 100]).map((range): Work => {
        const [x, y] = [inputs.floats(rows * dim, range), inputs.output(rows * dim)];
        return {
          name: `${f} within ${range}`,
          changes: [y],
          run: (kernels) => kernels.activate(y, f, 0.2, x),
        };
      }),
    ),
  activateBackward: (inputs, rows, dim) =>
    ACTIVATIONS.map((f): Work => {
      const [x, y] = [inputs.floats(rows * dim, 20), inputs.floats(rows * dim)];
      const [dy, dx] = [inputs.floats(rows * dim), inputs.output(rows * dim)];
      return {
        name: f,
        changes: [dx],
        run: (kernels) => kernels.activateBackward(dx, f, 0.2, x, y, dy),
      };
    }),
  dropout: (inputs, rows, dim) =>
    [0.5, 0.9, 1 - 1e-12].map((keep): Work => {
      const [x, y] = [inputs.floats(rows * dim), inputs.output(rows * dim)];
      return {
        name: `keep ${keep}`,
        changes: [y],
        run: (kernels) => kernels.dropout(y, x, keep, [0xdeadbeef, 7]),
      };
    }),
  perturbRows: (inputs, rows, dim) => {
    const [x, y] = [inputs.floats(rows * dim), inputs.output(rows * dim)];
    if (rows > 0) x[0] = 0;
    return [
      { name: "", changes: [y], run: (kernels) => kernels.perturbRows(y, x, dim, 0.2, [5, 77]) },
    ];
  },
  sum: (inputs, rows, dim) => {
    const x = inputs.floats(rows * dim);
    return [{ name: "", changes: [], run: (kernels) => kernels.sum(x) }];
  },
  sumOfSquares: (inputs, rows, dim) => {
    const x = inputs.floats(rows * dim);
    return [{ name: "", changes: [], run: (kernels) => kernels.sumOfSquares(x) }];
  },

  softmax: (inputs, rows, dim) => {
    const [x, y] = [inputs.floats(rows * dim, 30), inputs.output(rows * dim)];
    return [{ name: "", changes: [y], run: (kernels) => kernels.softmax(y, x, dim) }];
  },
  logSoftmax: (inputs, rows, dim) => {
    const [x, y] = [inputs.floats(rows * dim, 30), inputs.output(rows * dim)];
    return [{ name: "", changes: [y], run: (kernels) => kernels.logSoftmax(y, x, dim) }];
  },
  softmaxCrossEntropy: (inputs, rows, dim) =>
    [false, true].map((biased): Work => {
      const epsilon = biased ? 1e-3 : 0;
      const [losses, x] = [inputs.output(rows), inputs.floats(rows * dim, 10)];
      const [targets, bias] = [inputs.ids(rows, dim), inputs.floats(dim)];
      return {
        name: biased ? "with a bias and an ε" : "",
        changes: [losses, x],
        run: (kernels) =>
          kernels.softmaxCrossEntropy(
            losses,
            x,
            dim,
            targets,
            0.25,
            biased ? bias : undefined,
            epsilon,
          ),
      };
    }),

  multinomialCrossEntropy: (inputs, rows, dim) => {
    const [losses, x] = [inputs.output(rows), inputs.floats(rows * dim, 10)];
    const [t, bias] = [inputs.csr(rows, dim, 5), inputs.floats(dim)];
    return [
      {
        name: "",
        changes: [losses, x],
        run: (kernels) => kernels.multinomialCrossEntropy(losses, x, t, bias, 0.25),
      },
    ];
  },

  adam: (inputs, rows, dim) => {
    const [p, m, g] = [1, 2, 3].map(() => inputs.floats(rows * dim));
    const v = inputs.positives(rows * dim);
    return [
      { name: "", changes: [p, m, v], run: (kernels) => kernels.adam(p, m, v, g, ADAM_STEP) },
    ];
  },
  adamRows: (inputs, rows, dim) => {
    const table = 2 * rows + 1;
    const [p, m] = [1, 2].map(() => inputs.floats(table * dim));
    const [v, g] = [inputs.positives(table * dim), inputs.floats(rows * dim)];
    const ids = inputs.distinct(rows, table);
    return [
      {
        name: "",
        changes: [p, m, v],
        run: (kernels) => kernels.adamRows(p, m, v, g, ADAM_STEP, ids, dim),
      },
    ];
  },
  adagrad: (inputs, rows, dim) =>
    [0, 0.3].map((momentum): Work => {
      const [p, g] = [1, 2].map(() => inputs.floats(rows * dim));
      const s = inputs.positives(rows * dim);
      const v = momentum > 0 ? inputs.floats(rows * dim) : undefined;
      return {
        name: `momentum ${momentum}`,
        changes: [p, s, ...(v ? [v] : [])],
        run: (kernels) => kernels.adagrad(p, s, v, g, { rate: 0.1, momentum, epsilon: 1e-6 }),
      };
    }),
  adagradRows: (inputs, rows, dim) =>
    [0, 0.3].map((momentum): Work => {
      const table = 2 * rows + 1;
      const [p, g] = [inputs.floats(table * dim), inputs.floats(rows * dim)];
      const s = inputs.positives(table * dim);
      const v = momentum > 0 ? inputs.floats(table * dim) : undefined;
      const ids = inputs.distinct(rows, table);
      const step = { rate: 0.1, momentum, epsilon: 1e-6 };
      return {
        name: `momentum ${momentum}`,
        changes: [p, s, ...(v ? [v] : [])],
        run: (kernels) => kernels.adagradRows(p, s, v, g, step, ids, dim),
      };
    }),

  rankingLoss: (inputs, rows, dim) =>
    RANKING_LOSSES.map((loss): Work => {
      const columns = rows + dim;
      const x = inputs.finite(rows * columns);
      x.forEach((value, i) => {
        x[i] = 6 * value;
      });
      const [losses, dx] = [inputs.output(rows), inputs.output(rows * columns)];
      const rules = { loss, penalty: 0.5, scale: 0.25 };
      return {
        name: loss,
        changes: [losses, dx, x],
        run: (kernels) => kernels.rankingLoss(losses, dx, x, columns, rules),
      };
    }),
  rankCounts: (inputs, rows, dim) => {
    const x = inputs.smallIntegers(rows * dim);
    const targets = inputs.ids(rows, dim);
    const [above, equal] = [inputs.outputIds(rows), inputs.outputIds(rows)];
    return [
      {
        name: "",
        changes: [above, equal],
        run: (kernels) => kernels.rankCounts(above, equal, x, dim, targets),
      },
    ];
  },

  gruGates: (inputs, rows, dim) => {
    const [x, u] = [inputs.floats(rows * 3 * dim, 4), inputs.floats(rows * 2 * dim, 4)];
    const state = inputs.floats(rows * dim);
    const [gates, reset] = [inputs.output(rows * 2 * dim), inputs.output(rows * dim)];
    return [
      {
        name: "",
        changes: [gates, reset],
        run: (kernels) => kernels.gruGates(gates, reset, x, u, state, dim),
      },
    ];
  },
  gruState: (inputs, rows, dim) => {
    const [x, c] = [inputs.floats(rows * 3 * dim, 2), inputs.floats(rows * dim, 2)];
    const [gates, state] = [inputs.floats(rows * 2 * dim), inputs.floats(rows * dim)];
    const [y, candidate] = [inputs.output(rows * dim), inputs.output(rows * dim)];
    return [
      {
        name: "",
        changes: [y, candidate],
        run: (kernels) => kernels.gruState(y, candidate, x, c, gates, state, dim),
      },
    ];
  },
  gruStateBackward: (inputs, rows, dim) => {
    const [dy, state, candidate] = [1, 2, 3].map(() => inputs.floats(rows * dim));
    const gates = inputs.floats(rows * 2 * dim);
    const [dx, dstate] = [inputs.floats(rows * 3 * dim), inputs.output(rows * dim)];
    return [
      {
        name: "",
        changes: [dx, dstate],
        run: (kernels) => kernels.gruStateBackward(dx, dstate, dy, gates, state, candidate, dim),
      },
    ];
  },
  gruGatesBackward: (inputs, rows, dim) => {
    const [dreset, state] = [1, 2].map(() => inputs.floats(rows * dim));
    const gates = inputs.floats(rows * 2 * dim);
    const [dx, dstate] = [inputs.floats(rows * 3 * dim), inputs.floats(rows * dim)];
    return [
      {
        name: "",
        changes: [dx, dstate],
        run: (kernels) => kernels.gruGatesBackward(dx, dstate, dreset, gates, state, dim),
      },
    ];
  },

  gruAfter: (inputs, rows, dim) => {
    const [x, u] = [1, 2].map(() => inputs.floats(rows * 3 * dim, 4));
    const state = inputs.floats(rows * dim);
    const gates = inputs.output(rows * 2 * dim);
    const [candidate, y] = [1, 2].map(() => inputs.output(rows * dim));
    return [
      {
        name: "",
        changes: [y, gates, candidate],
        run: (kernels) => kernels.gruAfter(y, gates, candidate, x, u, state, dim),
      },
    ];
  },
  gruAfterBackward: (inputs, rows, dim) => {
    const [dy, state, candidate] = [1, 2, 3].map(() => inputs.floats(rows * dim));
    const [gates, u] = [inputs.floats(rows * 2 * dim), inputs.floats(rows * 3 * dim)];
    const [dx, du] = [1, 2].map(() => inputs.output(rows * 3 * dim));
    const dstate = inputs.output(rows * dim);
    return [
      {
        name: "",
        changes: [dx, du, dstate],
        run: (kernels) =>
          kernels.gruAfterBackward(dx, du, dstate, dy, u, state, gates, candidate, dim),
      },
    ];
  },

  sampleTriples: (inputs, rows, dim) => {
    const lists = inputs.lists(7, 30, 20);
    const users = inputs.copy(
      [0, 1, 2, 3, 4, 5, 6].filter((user) => lists.offsets[user] < lists.offsets[user + 1]),
    );
    const count = users.length === 0 ? 0 : rows * dim;
    const out = {
      users: inputs.outputIds(count),
      liked: inputs.outputIds(count),
      unseen: inputs.outputIds(count),
    };
    return [
      {
        name: "",
        changes: [out.users, out.liked, out.unseen],
        run: (kernels) =>
          kernels.sampleTriples(out, { ...lists, users, itemCount: 30 }, [123, 0xffffffff]),
      },
    ];
  },

  scoreTopK: (inputs, rows, dim) =>
    [
      [0, 3],
      [1, 1],
      [77, 5],
      [530, 10],
      [9, 20], // more than there are
      [9, 0],
    ].map(([columns, k]): Work => {
      const [queries, items] = [
        inputs.smallIntegers(rows * dim),
        inputs.smallIntegers(columns * dim),
      ];
      const mask = inputs.lists(rows, columns, columns);
      const [outItems, outScores] = [inputs.outputIds(rows * k), inputs.output(rows * k)];
      return {
        name: `${k} of ${columns}`,
        changes: [outItems, outScores],
        run: (kernels) => kernels.scoreTopK(outItems, outScores, queries, items, dim, mask, k),
      };
    }),
  topK: (inputs, rows, dim) =>
    [0, 1, 5, 40].map((k): Work => {
      const scores = inputs.smallIntegers(rows * dim);
      const mask = inputs.lists(rows, dim, dim);
      const [outItems, outScores] = [inputs.outputIds(rows * k), inputs.output(rows * k)];
      return {
        name: `${k} of ${dim}`,
        changes: [outItems, outScores],
        run: (kernels) => kernels.topK(outItems, outScores, scores, dim, mask, k),
      };
    }),

  walks: (inputs, rows, dim) =>
    [false, true].flatMap((weighted) =>
      [
        { length: 1, restart: 0, p: 1, q: 1 },
        { length: dim, restart: 0, p: 1, q: 1 },
        { length: dim, restart: 2 ** 29, p: 0.25, q: 4 },
        { length: dim, restart: 0, p: 1e4, q: 1e-3 }, // nearly every proposal is rejected
      ].map((rules): Work => {
        const { offsets, items } = inputs.lists(rows + 2, rows + 2, 12);
        const graph = { offsets, entries: inputs.entries(items, rows + 2, weighted), weighted };
        const starts = inputs.ids(rows, rows + 2);
        const out = {
          tokens: inputs.outputIds(rows * rules.length),
          lengths: inputs.outputIds(rows),
        };
        return {
          name: `${weighted ? "weighted " : ""}${JSON.stringify(rules)}`,
          changes: [out.tokens, out.lengths],
          run: (kernels) => kernels.walks(out, graph, starts, rules, [3, 4], 2 ** 32 - 5),
        };
      }),
    ),
  skipGram: (inputs, most, dim) =>
    (["shared", "plain", "cbow"] as const).flatMap((mode, m) =>
      [false, true].map((extras): Work => {
        const rows = Math.min(most, MOST_SEQUENCES);
        const items = rows + 3;
        const width = 4 * Math.ceil(dim / 4);
        const tables = {
          inputs: inputs.finite(items * width),
          outputs: inputs.finite(items * width),
          dim: width,
        };
        const { offsets, items: tokens } = inputs.lists(rows, items, 9);
        const thresholds = inputs.copy(Array.from({ length: items }, (_, n) => n * 1e6));
        const negatives = {
          count: (extras ? 7 : 5) + 2 * m,
          thresholds,
          aliases: inputs.ids(items, items),
          ...(extras && {
            groups: {
              of: inputs.copy(Array.from({ length: items }, (_, n) => n % 2)),
              offsets: inputs.copy([0, Math.ceil(items / 2), items]),
              items: inputs.copy(
                [0, 1].flatMap((g) =>
                  Array.from({ length: items }, (_, n) => n).filter((n) => n % 2 === g),
                ),
              ),
              count: 4,
            },
          }),
        };
        const rules = {
          window: extras ? 20 : 3,
          mode,
          rate: 0.05,
          decay: 1e-4,
          least: 0.04,
          keep: extras ? inputs.copy(new Uint32Array(items).fill(3e9)) : undefined,
          deterministic: true,
        };
        const globals = extras
          ? inputs.copy(Array.from({ length: rows }, (_, s) => (s % 2 ? 2 ** 32 - 1 : s % items)))
          : undefined;
        const out = { losses: inputs.doubles(rows), pairs: inputs.outputIds(rows) };
        return {
          name: `${mode}${extras ? " with globals, groups and subsampling" : ""}`,
          changes: [tables.inputs, tables.outputs, out.losses, out.pairs],
          run: (kernels) =>
            kernels.skipGram(
              out,
              tables,
              { tokens, offsets, globals },
              negatives,
              rules,
              [5, 6],
              7,
            ),
        };
      }),
    ),
  eges: (inputs, most, dim) =>
    [false, true].map((weighted): Work => {
      const rows = Math.min(most, MOST_SEQUENCES);
      const [items, values, fields] = [rows + 3, 5, 3];
      const width = 4 * Math.ceil(dim / 4);
      const tables = {
        inputs: inputs.finite((items + values) * width),
        outputs: inputs.finite(items * width),
        dim: width,
      };
      const side = {
        fields,
        rows: inputs.copy(
          Array.from({ length: items }, (_, n) => [
            n,
            n % 3 === 0 ? 2 ** 32 - 1 : items + (n % 2),
            n % 4 === 0 ? 2 ** 32 - 1 : items + 2 + (n % 3),
          ]).flat(),
        ),
        attention: weighted ? inputs.finite(items * fields) : undefined,
      };
      const { offsets, items: tokens } = inputs.lists(rows, items, 9);
      const negatives = {
        count: weighted ? 20 : 5,
        thresholds: inputs.ids(items, 2 ** 31),
        aliases: inputs.ids(items, items),
      };
      const rules = { window: 4, rate: 0.05, decay: 1e-4, least: 0.04, deterministic: true };
      const out = { losses: inputs.doubles(rows), pairs: inputs.outputIds(rows) };
      const changed = [tables.inputs, tables.outputs, out.losses, out.pairs];
      return {
        name: weighted ? "weighted" : "equal weights",
        changes: side.attention ? [...changed, side.attention] : changed,
        run: (kernels) =>
          kernels.eges(out, tables, side, { tokens, offsets }, negatives, rules, [8, 9], 3),
      };
    }),
  factorize: (inputs, most, dim) =>
    [false, true].map((biased): Work => {
      const rows = Math.min(most, MOST_SEQUENCES);
      const items = rows + 2;
      const width = 4 * Math.ceil(dim / 4);
      const left = inputs.finite(items * width);
      const right = biased ? inputs.finite(items * width) : left;
      const [leftBias, rightBias] = [inputs.finite(items), inputs.finite(items)];
      const factors = { left, right, dim: width, ...(biased && { leftBias, rightBias }) };
      const pairs = {
        left: inputs.ids(rows, items),
        right: inputs.ids(rows, items),
        weights: biased ? inputs.positives(rows) : undefined,
      };
      const negatives = {
        count: biased ? 9 : 5,
        thresholds: inputs.ids(items, 2 ** 31),
        aliases: inputs.ids(items, items),
      };
      const rules = { rate: 0.05, fall: 1e-4, least: 0.04, decay: 0.01, deterministic: true };
      const losses = inputs.doubles(rows);
      return {
        name: biased ? "with biases and weights" : "one table",
        changes: [left, right, leftBias, rightBias, losses],
        run: (kernels) => kernels.factorize(losses, factors, pairs, negatives, rules, [1, 2], 5),
      };
    }),
  userFactors: (inputs, most, dim) =>
    USER_LOSSES.flatMap((loss) =>
      [false, true].map((biased): Work => {
        const rows = Math.min(most, MOST_SEQUENCES);
        const [userCount, itemCount] = [rows + 1, rows + 3];
        const width = 4 * Math.ceil(dim / 4);
        const [left, right] = [userCount, itemCount].map((n) => inputs.finite(n * width));
        const [leftBias, rightBias] = [inputs.finite(userCount), inputs.finite(itemCount)];
        const factors = { left, right, dim: width, ...(biased && { leftBias, rightBias }) };
        const seen = inputs.lists(userCount, itemCount, itemCount);
        const count = seen.items.length;
        const owners = Array.from({ length: userCount }, (_, user) =>
          new Array<number>(seen.offsets[user + 1] - seen.offsets[user]).fill(user),
        );
        const values = biased ? inputs.positives(count) : undefined;
        const pairs = {
          users: inputs.copy(owners.flat()),
          items: seen.items,
          values,
          seen,
          itemCount,
        };
        const rules = {
          loss,
          negatives: biased ? 1 : 3,
          mean: biased && loss !== "bpr" ? 0.25 : 0,
          rate: 0.05,
          decay: 0.01,
          frozen: biased && loss === "bce",
          deterministic: true,
        };
        const losses = inputs.doubles(Math.ceil(count / 2));
        const first = Math.floor(count / 2);
        return {
          name: `${loss}${biased ? " with biases and values" : ""}`,
          changes: [left, right, leftBias, rightBias, losses],
          run: (kernels) => kernels.userFactors(losses, factors, pairs, rules, [8, 9], first),
        };
      }),
    ),

  sweepPanels: (inputs, most, dim) => {
    const rows = sweptRows(most, dim);
    const { tiles, left, right, inverse } = sweepInputs(inputs, rows);
    return Array.from({ length: rows }, (_, pivot) => ({
      name: `pivot ${pivot}`,
      changes: [tiles], // panels are laid out as each set likes
      run: (kernels) => kernels.sweepPanels(tiles, left, right, pivot, inverse),
    }));
  },
  sweepTiles: (inputs, most, dim) => {
    const rows = sweptRows(most, dim);
    const { tiles, left, right, inverse } = sweepInputs(inputs, rows);
    const count = (rows * (rows + 1)) / 2;
    return Array.from({ length: rows }, (_, pivot) => ({
      name: `pivot ${pivot}, tiles from ${pivot % 2}`,
      changes: [tiles],
      run: (kernels) => {
        kernels.sweepPanels(tiles, left, right, pivot, inverse);
        kernels.sweepTiles(tiles, left, right, pivot, pivot % 2, count - (pivot % 2));
      },
    }));
  },
  als: (inputs, most, dim) =>
    [3, 1, 0].map((steps): Work => {
      const rows = steps === 0 ? Math.min(most, 12) : most; // the reference is slow
      const width = 4 * Math.ceil(dim / 4);
      const columns = rows + 3;
      const { offsets, items: indices } = inputs.lists(rows, columns, 20);
      const a = { rows, columns, offsets, indices, values: inputs.positives(indices.length) };
      const [x, y] = [inputs.finite(rows * width), inputs.finite(columns * width)];
      const gram = inputs.output(width * width);
      const shape = { m: width, n: width, k: columns, transposeA: true };
      jsKernels.gemm(gram, y, y, shape);
      const penalties = inputs.positives(rows);
      for (let i = 0; i < rows; i++) penalties[i] += 3;
      const losses = inputs.doubles(rows);
      return {
        name: `${steps} steps`,
        changes: [x, losses],
        run: (kernels) => kernels.als(losses, x, a, y, gram, penalties, width, steps),
      };
    }),
  ncf: (inputs, most, dim) =>
    (
      [
        [dim, [], false, true],
        [0, [2 * dim, dim + 1, 3], false, false],
        [dim, [2 * dim, 7], false, true],
        [3, [6, dim], true, true],
      ] as const
    ).map(([gmf, layers, separate, adam]): Work => {
      const users = Math.min(most, 9) + 1;
      const items = users + 3;
      const shape = { users, items, dim: Math.min(gmf, 40), layers: layers.map(capped) };
      const seen = Array.from({ length: users }, (_, u) => [u, u + 1 + (u % 2)]);
      const numbers = ncfNumbers(shape);
      const [batchSize, negatives] = [users > 4 ? 110 : 5, 2 * users];
      const state = {
        theta: inputs.finite(numbers),
        m: inputs.finite(numbers),
        v: inputs.positives(numbers),
        last: inputs.numbers(new Float32Array(users + items)),
        gradient: inputs.numbers(new Float32Array(numbers)),
        work: inputs.output(ncfWork(shape, batchSize)),
      };
      const pairs = {
        pairUsers: inputs.copy(seen.flatMap((own, u) => own.map(() => u))),
        pairItems: inputs.copy(seen.flat()),
        offsets: inputs.copy(Array.from({ length: users + 1 }, (_, u) => 2 * u)),
        items: inputs.copy(seen.flat()),
      };
      const steps = Math.ceil((2 * users * (negatives + 1)) / batchSize);
      const losses = inputs.doubles(steps);
      const rules = {
        ...{ batchSize, negatives, separate, adam, before: 3 },
        ...{ learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
      };
      const network = { ...shape, layers: inputs.copy(shape.layers) };
      return {
        name: `${shape.dim} and [${shape.layers}]${separate ? ", separate" : ""}${adam ? ", Adam" : ""}`,
        changes: [state.theta, state.m, state.v, state.last, state.gradient, losses],
        run: (kernels) => kernels.ncf(losses, network, state, pairs, rules, [1, 2], 0),
      };
    }),
};

const capped = (width: number): number => Math.max(2, Math.min(width, 40));
const MOST_SEQUENCES = 40; // the reference is slow, and these do not share their work between threads
const ADAM_STEP = { rate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 };

/** Rows of tiles, whose size is fixed: each once is enough, as the reference is slow. */
function sweptRows(most: number, dim: number): number {
  return dim === 1 || dim > 200 ? Math.min(most, 3) : 0;
}

/** A symmetric matrix of so many rows of tiles, room for panels, and a symmetric tile. */
function sweepInputs(inputs: Inputs, rows: number) {
  const size = 96;
  const drawn = (tiles: number): Float64Array => {
    const numbers = inputs.doubles(tiles * size ** 2);
    const from = inputs.finite(Math.min(4096, numbers.length));
    for (let n = 0; n < numbers.length; n++) numbers[n] = from[(n * 7919) % from.length] / 4;
    return numbers;
  };
  const inverse = drawn(1);
  for (let r = 0; r < size; r++)
    for (let c = 0; c < r; c++) inverse[c * size + r] = inverse[r * size + c];
  return { tiles: drawn((rows * (rows + 1)) / 2), left: drawn(rows), right: drawn(rows), inverse };
}

/** Into how many heads so many numbers can be divided, among them 1 and all. */
function headsOf(dim: number): number[] {
  return [1, 4, 5, dim].filter((heads, n, all) => dim % heads === 0 && all.indexOf(heads) === n);
}
