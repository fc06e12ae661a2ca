import {
  type Csr,
  normal,
  Rng,
  rowsOf as rowsOfCsr,
  SparseMatrix,
  scope,
  Tensor,
} from "@kith/core-tensors";
import { degrees, fromEdges, normalize, withSelfLoops } from "@kith/graph";
import { graphAttention } from "../src/layers/graph-attention.ts";
import { graphConvolution } from "../src/layers/graph-convolution.ts";
import { linear } from "../src/layers/linear.ts";
import { lstm, lstmShapes } from "../src/layers/lstm.ts";
import type { Neighbourhood } from "../src/layers/neighbourhood.ts";
import { ngcfConvolution } from "../src/layers/ngcf-convolution.ts";
import { pinsageConvolution, pinsageShapes } from "../src/layers/pinsage-convolution.ts";
import { propagateLinear } from "../src/layers/propagate-linear.ts";
import { sageConvolution, sageShapes } from "../src/layers/sage-convolution.ts";
import type { Shapes, Weights } from "../src/layers/weights.ts";
import { distance, multiply, rowsOf } from "./support/dense.ts";

type Matrix = number[][];
type Plain = Readonly<Record<string, Matrix>>;

const NODES = 9;
const [INPUTS, OUTPUTS] = [5, 4];

/** Nodes with one to five neighbours; node 8 has none. */
const edges: readonly (readonly [number, number])[] = [
  [0, 1],
  [0, 2],
  [0, 3],
  [0, 4],
  [0, 5],
  [1, 2],
  [2, 6],
  [5, 7],
];

const adjacency = (order = identity): Csr =>
  fromEdges(
    {
      source: Uint32Array.from(edges, ([a]) => order[a]),
      target: Uint32Array.from(edges, ([, b]) => order[b]),
    },
    { nodes: NODES },
  );

const identity = Array.from({ length: NODES }, (_, n) => n);
const shuffled = [3, 7, 0, 8, 1, 6, 2, 5, 4];

/** A layer by its function, its graph, its weights, and what it is by plain loops over a dense matrix. */
interface Case {
  readonly graph: (adjacency: Csr) => Csr;
  readonly shapes: Shapes;
  run(at: Neighbourhood, x: Tensor, weights: Weights): Tensor;
  plain(a: Matrix, x: Matrix, weights: Plain): Matrix;
}

const relu = (x: number) => Math.max(0, x);
const leaky = (x: number) => (x > 0 ? x : 0.2 * x);
const plus = (a: Matrix, b: Matrix) => a.map((row, r) => row.map((x, c) => x + b[r][c]));
const times = (a: Matrix, b: Matrix) => a.map((row, r) => row.map((x, c) => x * b[r][c]));
const each = (a: Matrix, f: (x: number) => number) => a.map((row) => row.map(f));
const biased = (a: Matrix, [bias]: Matrix) => a.map((row) => row.map((x, c) => x + bias[c]));
const beside = (a: Matrix, b: Matrix) => a.map((row, r) => [...row, ...b[r]]);

const weight = [INPUTS, OUTPUTS];
const symmetric = (graph: Csr) => normalize(withSelfLoops(graph), "symmetric");
const byRow = (graph: Csr) => normalize(graph, "row");
const HEADS = 2;

const cases: Record<string, Case> = {
  graphConvolution: {
    graph: symmetric,
    shapes: { weight, bias: [OUTPUTS] },
    run: graphConvolution as Case["run"],
    plain: (a, x, { weight, bias }) => biased(multiply(a, multiply(x, weight)), bias),
  },
  "ngcfConvolution as the authors' program": {
    graph: (graph) => normalize(withSelfLoops(graph), "row"),
    shapes: { sum: weight, product: weight, sumBias: [OUTPUTS], productBias: [OUTPUTS] },
    run: (at, x, weights) => ngcfConvolution(at, x, weights, "official-code"),
    plain: (a, x, w) => {
      const s = multiply(a, x);
      return plus(
        each(biased(multiply(s, w.sum), w.sumBias), leaky),
        each(biased(multiply(times(s, x), w.product), w.productBias), leaky),
      );
    },
  },
  "ngcfConvolution as the paper": {
    graph: (graph) => normalize(graph, "symmetric"),
    shapes: { sum: weight, product: weight, sumBias: [OUTPUTS], productBias: [OUTPUTS] },
    run: (at, x, weights) => ngcfConvolution(at, x, weights, "paper"),
    plain: (a, x, w) => {
      const s = multiply(a, x);
      const linear = biased(multiply(plus(s, x), w.sum), w.sumBias);
      return each(plus(linear, biased(multiply(times(s, x), w.product), w.productBias)), leaky);
    },
  },
  graphAttention: {
    graph: withSelfLoops,
    shapes: { weight, target: [OUTPUTS], source: [OUTPUTS] },
    run: (at, x, weights) => graphAttention(at, x, weights, HEADS),
    plain: attention,
  },
  "graphAttention over edges with weights": {
    graph: (graph) => {
      const loops = withSelfLoops(graph);
      const degree = degrees(loops);
      return { ...loops, values: loops.values.map((_, k) => degree[loops.indices[k]]) };
    },
    shapes: { weight, target: [OUTPUTS], source: [OUTPUTS] },
    run: (at, x, weights) => graphAttention(at, x, weights, HEADS),
    plain: attention,
  },
  "sageConvolution, mean": {
    graph: byRow,
    shapes: sageShapes("mean", INPUTS, OUTPUTS),
    run: (at, x, weights) => sageConvolution(at, x, weights, "mean"),
    plain: (a, x, { self, neighbours }) =>
      beside(multiply(x, self), multiply(multiply(a, x), neighbours)),
  },
  "sageConvolution, gcn": {
    graph: (graph) => normalize(withSelfLoops(graph), "row"),
    shapes: sageShapes("gcn", INPUTS, OUTPUTS),
    run: (at, x, weights) => sageConvolution(at, x, weights, "gcn"),
    plain: (a, x, { weight }) => multiply(multiply(a, x), weight),
  },
  "sageConvolution, pool": {
    graph: byRow,
    shapes: sageShapes("pool", INPUTS, OUTPUTS),
    run: (at, x, weights) => sageConvolution(at, x, weights, "pool"),
    plain: (a, x, { self, neighbours, pool, poolBias }) => {
      const messages = each(biased(multiply(x, pool), poolBias), relu);
      const highest = a.map((row) =>
        x[0].map((_, c) => Math.max(0, ...messages.flatMap((m, j) => (row[j] > 0 ? [m[c]] : [])))),
      );
      return beside(multiply(x, self), multiply(highest, neighbours));
    },
  },
  pinsageConvolution: {
    graph: byRow,
    shapes: pinsageShapes(INPUTS),
    run: pinsageConvolution,
    plain: (a, h, { neighbours, neighboursBias, joint, jointBias }) => {
      const n = multiply(a, each(biased(multiply(h, neighbours), neighboursBias), relu));
      const z = each(biased(multiply(beside(n, h), joint), jointBias), relu);
      return z.map((row) => row.map((x) => x / (Math.hypot(...row) || 1)));
    },
  },
};

/** Equations 1 to 5 of GAT, head by head; coefficients are in proportion to the edges' weights. */
function attention(a: Matrix, x: Matrix, { weight, target, source }: Plain): Matrix {
  const h = multiply(x, weight);
  const width = OUTPUTS / HEADS;
  return a.map((row, i) =>
    h[0].map((_, c) => {
      const first = c - (c % width);
      const dot = (n: number, [vector]: Matrix) =>
        Array.from({ length: width }, (_, k) => h[n][first + k] * vector[first + k]).reduce(
          (sum, term) => sum + term,
          0,
        );
      const scores = row.map((w, j) =>
        w > 0 ? w * Math.exp(leaky(dot(i, target) + dot(j, source))) : 0,
      );
      const total = scores.reduce((sum, score) => sum + score, 0);
      return scores.reduce((sum, score, j) => sum + (score / total) * h[j][c], 0);
    }),
  );
}

const rng = new Rng(5);
const features = rowsOf(
  scope(() => normal(Tensor.zeros([NODES, INPUTS]), rng.fork("x")).data.slice()),
  INPUTS,
);

/** Weights of some shapes, biases among them not zero. */
function draw(shapes: Shapes): Weights {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [
      name,
      normal(Tensor.zeros(shape), rng.fork(name), 0.7),
    ]),
  );
}

const plainOf = (weights: Weights): Plain =>
  Object.fromEntries(
    Object.entries(weights).map(([name, weight]) => [
      name,
      rowsOf(weight.data, weight.shape[weight.shape.length - 1]),
    ]),
  );

function dense({ rows, columns, offsets, indices, values }: Csr): Matrix {
  const a = Array.from({ length: rows }, () => new Array<number>(columns).fill(0));
  for (let r = 0; r < rows; r++)
    for (let k = offsets[r]; k < offsets[r + 1]; k++) a[r][indices[k]] = values[k];
  return a;
}

const tensor = (rows: Matrix) => Tensor.from(rows.flat(), [rows.length, rows[0].length]);
const scoped = (csr: Csr) => new SparseMatrix(csr, { scoped: true });

describe.each(Object.entries(cases))("%s", (_, { graph, shapes, run, plain }) => {
  test("is what plain loops make of a dense matrix", () => {
    scope(() => {
      const csr = graph(adjacency());
      const weights = draw(shapes);
      const expected = plain(dense(csr), features, plainOf(weights)).flat();
      const found = run({ graph: scoped(csr) }, tensor(features), weights);
      expect(distance(found.data, expected)).toBeLessThan(1e-5);
      expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(0.1); // or nothing was compared
    });
  });

  test("of some nodes is the same as of all", () => {
    scope(() => {
      const at = { graph: scoped(graph(adjacency())) };
      const weights = draw(shapes);
      const rows = Uint32Array.of(7, 0, 8, 2);
      const all = run(at, tensor(features), weights);
      const some = run({ ...at, rows }, tensor(features), weights);
      const wanted = Array.from(rows).flatMap((row) => Array.from(all.slice(row, row + 1).data));
      expect(distance(some.data, wanted)).toBeLessThan(1e-6);
    });
  });

  test("of a block, whose targets come first among the sources, is the same as of all", () => {
    scope(() => {
      const csr = graph(adjacency());
      const weights = draw(shapes);
      const first = rowsOfCsr(csr, Uint32Array.of(0, 1, 2, 3));
      const all = run({ graph: scoped(csr) }, tensor(features), weights);
      const some = run({ graph: scoped(first) }, tensor(features), weights);
      expect(distance(some.data, all.slice(0, 4).data)).toBeLessThan(1e-6);
    });
  });

  test("does not depend on the order of the nodes", () => {
    scope(() => {
      const weights = draw(shapes);
      const of = (order: readonly number[]) => {
        const moved: Matrix = [];
        features.forEach((row, n) => {
          moved[order[n]] = row;
        });
        const csr = graph(adjacency([...order]));
        const found = run({ graph: scoped(csr) }, tensor(moved), weights);
        return order.map((place) => Array.from(found.slice(place, place + 1).data));
      };
      expect(distance(of(shuffled).flat(), of(identity).flat())).toBeLessThan(1e-5);
    });
  });
});

test("sageConvolution, lstm: the state after the neighbours were read in order, and zeros without any", () => {
  scope(() => {
    const weights = draw(sageShapes("lstm", INPUTS, OUTPUTS));
    const csr = byRow(adjacency());
    const places = Uint32Array.from(
      [1, 2, 3, 0, 2, 0, 6, 0, 1].flatMap((n) => [n, (n + 1) % NODES]),
    );
    const at = { graph: scoped(csr), draws: { places, fanOut: 2 } };
    const found = sageConvolution(at, tensor(features), weights, "lstm");
    const plain = plainOf(weights);
    const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
    const states = identity.map((n) => {
      let [h, c] = [new Array<number>(INPUTS).fill(0), new Array<number>(INPUTS).fill(0)];
      if (csr.offsets[n] === csr.offsets[n + 1]) return h;
      for (const place of [places[2 * n], places[2 * n + 1]]) {
        const gate = (name: string) =>
          biased(
            plus(
              multiply([features[place]], plain[`lstm.${name}.input`]),
              multiply([h], plain[`lstm.${name}.state`]),
            ),
            plain[`lstm.${name}.bias`],
          )[0];
        const [i, f, o, g] = ["input", "forget", "output", "cell"].map(gate);
        c = c.map((x, k) => sigmoid(f[k]) * x + sigmoid(i[k]) * Math.tanh(g[k]));
        h = c.map((x, k) => sigmoid(o[k]) * Math.tanh(x));
      }
      return h;
    });
    const expected = beside(multiply(features, plain.self), multiply(states, plain.neighbours));
    expect(distance(found.data, expected.flat())).toBeLessThan(1e-5);
    expect(Object.keys(lstmShapes(INPUTS))).toHaveLength(12);
  });
});

test("sageConvolution, lstm: where nobody has drawn, ten neighbours at even distances are read", () => {
  scope(() => {
    const weights = draw(sageShapes("lstm", INPUTS, OUTPUTS));
    const csr = byRow(adjacency());
    const places = identity.flatMap((n) => {
      const own = Array.from(csr.indices.subarray(csr.offsets[n], csr.offsets[n + 1]));
      return Array.from({ length: 10 }, (_, k) => own[Math.floor((k * own.length) / 10)] ?? n);
    });
    const run = (draws?: Neighbourhood["draws"]) =>
      sageConvolution({ graph: scoped(csr), draws }, tensor(features), weights, "lstm").data;
    const draws = { places: Uint32Array.from(places), fanOut: 10 };
    expect(distance(run(), run(draws))).toBeLessThan(1e-6);
  });
});

test("lstm reads in order: a state depends on what came before, and other rows do not matter", () => {
  scope(() => {
    const weights = draw(lstmShapes(INPUTS));
    const read = (...steps: number[][]) =>
      lstm(
        tensor(features),
        steps.map((ids) => Uint32Array.from(ids)),
        weights,
      ).data;
    expect(distance(read([1], [2]), read([2], [1]))).toBeGreaterThan(0.01);
    const both = rowsOf(read([1, 5], [2, 5]), INPUTS);
    expect(distance(both[0], read([1], [2]))).toBeLessThan(1e-6);
    expect(distance(both[1], read([5], [5]))).toBeLessThan(1e-6);
  });
});

test("pinsageConvolution of what comes to nothing is 0, not NaN", () => {
  scope(() => {
    const weights = draw(pinsageShapes(INPUTS));
    weights.jointBias.data.fill(-100);
    const at = { graph: scoped(byRow(adjacency())) };
    const found = pinsageConvolution(at, tensor(features), weights);
    expect([...found.data]).toEqual(new Array(NODES * INPUTS).fill(0));
  });
});

/** The features without most of their numbers, and as a sparse matrix. */
const gaps = features.map((row, n) => row.map((x, c) => ((n + c) % 3 === 0 ? x : 0)));
const sparse = () => {
  const kept = gaps.map((row) => [...row.keys()].filter((c) => row[c] !== 0));
  const offsets = new Uint32Array(NODES + 1);
  kept.forEach((columns, n) => {
    offsets[n + 1] = offsets[n] + columns.length;
  });
  const values = Float32Array.from(kept.flatMap((columns, n) => columns.map((c) => gaps[n][c])));
  const indices = Uint32Array.from(kept.flat());
  return scoped({ rows: NODES, columns: INPUTS, offsets, indices, values });
};

describe("A x W is the same", () => {
  const undisturbed = { rate: 0, rng: new Rng(1) };

  test.each([2, 9])("whichever product comes first, to %i numbers", (outputs) => {
    scope(() => {
      const csr = symmetric(adjacency());
      const own = draw({ weight: [INPUTS, outputs] }).weight;
      const expected = multiply(dense(csr), multiply(features, rowsOf(own.data, outputs))).flat();
      const at = { graph: scoped(csr) };
      for (const noise of [undefined, undisturbed])
        expect(
          distance(propagateLinear(at, tensor(features), own, noise).data, expected),
        ).toBeLessThan(1e-5);
    });
  });

  test("of a sparse x as of a dense one", () => {
    scope(() => {
      const at = { graph: scoped(symmetric(adjacency())), rows: Uint32Array.of(8, 0, 3) };
      const own = draw({ weight }).weight;
      const expected = propagateLinear(at, tensor(gaps), own).data;
      for (const noise of [undefined, undisturbed])
        expect(distance(propagateLinear(at, sparse(), own, noise).data, expected)).toBeLessThan(
          1e-6,
        );
      for (const aggregator of ["mean", "gcn", "pool"] as const) {
        const weights = draw(sageShapes(aggregator, INPUTS, OUTPUTS));
        const ofDense = sageConvolution(at, tensor(gaps), weights, aggregator).data;
        const ofSparse = sageConvolution(at, sparse(), weights, aggregator).data;
        expect(distance(ofSparse, ofDense)).toBeLessThan(1e-6);
      }
    });
  });
});

test.each([
  ["dense", () => tensor(gaps)],
  ["sparse", sparse],
] as const)("dropout leaves the mean of a linear layer of a %s x what it is", (_, x) => {
  const own = draw({ weight }).weight;
  const sums = new Float64Array(NODES * OUTPUTS);
  const draws = 4000;
  const expected = scope(() => linear(x(), own).data.slice());
  for (let n = 0; n < draws; n++)
    scope(() => {
      const noise = { rate: 0.5, rng: new Rng(n) };
      linear(x(), own, noise).data.forEach((value, k) => {
        sums[k] += value / draws;
      });
    });
  expect(distance(sums, expected)).toBeLessThan(0.15);
  const once = scope(() => linear(x(), own, { rate: 0.5, rng: new Rng(1) }).data.slice());
  expect(distance(once, expected)).toBeGreaterThan(0.15);
});
