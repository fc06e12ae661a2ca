import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Gradient } from "../src/gradients.ts";
import { multiply, scale } from "../src/ops/arithmetic.ts";
import { gather } from "../src/ops/gather.ts";
import { sum, sumOfSquares } from "../src/ops/reduce.ts";
import { Adagrad } from "../src/optim/adagrad.ts";
import { Adam } from "../src/optim/adam.ts";
import type { Optimizer } from "../src/optim/optimizer.ts";
import { Sgd } from "../src/optim/sgd.ts";
import { scope } from "../src/scope.ts";
import { Tensor } from "../src/tensor.ts";

type Path = number[][];
const fixture: Record<"gradients" | "adam" | "adamOther" | "adagrad" | "sgd", Path> & {
  start: number[];
} = JSON.parse(readFileSync(join(__dirname, "fixtures/optimizers.json"), "utf8"));

function parameter(values: readonly number[], shape = [values.length]): Tensor {
  const p = Tensor.parameter(shape);
  p.data.set(values);
  return p;
}

const dense = (values: readonly number[], shape?: number[]): Gradient => ({
  kind: "dense",
  values: Tensor.from(values, shape),
});

test.each([
  ["adam", (p: Tensor) => new Adam([p], { learningRate: 0.01 })],
  [
    "adamOther",
    (p: Tensor) => new Adam([p], { learningRate: 0.1, beta1: 0.5, beta2: 0.9, epsilon: 1e-3 }),
  ],
  ["adagrad", (p: Tensor) => new Adagrad([p], { learningRate: 0.05 })],
  ["sgd", (p: Tensor) => new Sgd([p], { learningRate: 0.1 })],
] as const)("%s takes the steps of the fixture", (name, make) => {
  const p = parameter(fixture.start);
  const optimizer = make(p);
  fixture.gradients.forEach((gradient, step) => {
    scope(() => optimizer.apply([dense(gradient)]));
    for (let i = 0; i < p.size; i++) {
      const expected = fixture[name][step][i];
      expect(Math.abs(p.data[i] - expected)).toBeLessThan(1e-6 * Math.max(1, Math.abs(expected)));
    }
  });
  expect(optimizer.steps).toBe(5);
  optimizer.dispose();
  p.dispose();
});

/** Three steps on a table of 5 rows, of which 1 and 3 have gradients; `rows` says in which form. */
function threeSteps(make: (p: Tensor) => Optimizer, rows: boolean): number[] {
  const p = parameter([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [5, 2]);
  const optimizer = make(p);
  for (const [a, b, c, d] of [
    [0.5, -1, 2, 0.25],
    [1, 1, -2, 0.125],
    [-0.5, 0, 4, 1],
  ])
    scope(() =>
      optimizer.apply([
        rows
          ? {
              kind: "rows",
              ids: Uint32Array.from([1, 3]),
              values: Tensor.from([a, b, c, d], [2, 2]),
            }
          : dense([0, 0, a, b, 0, 0, c, d, 0, 0], [5, 2]),
      ]),
    );
  const result = [...p.data];
  optimizer.dispose();
  p.dispose();
  return result;
}

test.each([
  ["SGD", (p: Tensor) => new Sgd([p])],
  ["Adagrad", (p: Tensor) => new Adagrad([p])],
  ["Adagrad with momentum", (p: Tensor) => new Adagrad([p], { momentum: 0.5 })],
  ["Adam", (p: Tensor) => new Adam([p])],
  ["lazy Adam, while the same rows come each time,", (p: Tensor) => new Adam([p], { lazy: true })],
])("%s takes a row-sparse gradient for the dense one that it stands for", (_, make) => {
  const [sparse, full] = [threeSteps(make, true), threeSteps(make, false)];
  sparse.forEach((x, i) => {
    expect(x).toBeCloseTo(full[i], 6);
  });
});

test("lazy Adam touches the listed rows only, where Adam goes on moving the others", () => {
  const run = (lazy: boolean) => {
    const p = parameter([1, 1, 1], [3, 1]);
    const adam = new Adam([p], { learningRate: 0.1, lazy });
    const rows = (id: number): Gradient => ({
      kind: "rows",
      ids: Uint32Array.from([id]),
      values: Tensor.from([1], [1, 1]),
    });
    scope(() => adam.apply([rows(0)]));
    const once = p.data[0];
    scope(() => adam.apply([rows(1)]));
    const moved = [...p.data].map((x, i) => x !== (i === 0 ? once : 1));
    const state = Object.fromEntries(
      Object.entries(adam.state()).map(([name, tensor]) => [
        name,
        [...tensor.data].map((x) => x > 0),
      ]),
    );
    adam.dispose();
    p.dispose();
    return { moved, state };
  };
  const state = { m0: [true, true, false], v0: [true, true, false] };
  expect(run(true)).toEqual({ moved: [false, true, false], state });
  expect(run(false)).toEqual({ moved: [true, true, false], state });
});

test("Adagrad with momentum adds a share of a row's last change, and leaves other rows as they are", () => {
  const p = parameter([1, 1], [2, 1]);
  const adagrad = new Adagrad([p], { learningRate: 0.1, momentum: 0.5 });
  const rows = (id: number): Gradient => ({
    kind: "rows",
    ids: Uint32Array.of(id),
    values: Tensor.from([3], [1, 1]),
  });
  scope(() => adagrad.apply([rows(0)]));
  scope(() => adagrad.apply([rows(0)]));
  scope(() => adagrad.apply([rows(1)]));
  const second = 0.5 * 0.1 + (0.1 * 3) / Math.sqrt(18); // ε is too small to be seen
  expect(p.data[0]).toBeCloseTo(1 - 0.1 - second, 6);
  expect(p.data[1]).toBeCloseTo(1 - 0.1, 6);
  adagrad.dispose();
  p.dispose();
});

test("a row gathered twice is squared once, as the sum of what came for it", () => {
  const p = parameter([1, 1], [2, 1]);
  const adagrad = new Adagrad([p], { learningRate: 0.1 });
  adagrad.minimize(() => sum(gather(p, Uint32Array.from([1, 1, 1])))); // gradient 3, not three of 1
  expect(adagrad.state().sum0.data[1]).toBe(9);
  expect([p.data[0], p.data[1]]).toEqual([1, Math.fround(1 - (0.1 * 3) / Math.sqrt(9 + 1e-6))]);
  adagrad.dispose();
  p.dispose();
});

test("minimize returns the loss before its step, and finds the minimum", () => {
  const p = parameter([4, -3]);
  const adam = new Adam([p], { learningRate: 0.05 });
  expect(adam.minimize(() => sumOfSquares(p))).toBe(25);
  let loss = 25;
  for (let step = 0; step < 500; step++) loss = adam.minimize(() => sumOfSquares(p));
  expect(loss).toBeLessThan(1e-4);
  adam.dispose();
  p.dispose();
});

test("a loss that is not finite is returned and not applied", () => {
  const p = parameter([1]);
  const sgd = new Sgd([p]);
  expect(sgd.minimize(() => scale(sum(p), Number.NaN))).toBeNaN();
  expect(sgd.minimize(() => scale(sum(p), Number.POSITIVE_INFINITY))).toBe(
    Number.POSITIVE_INFINITY,
  );
  expect([p.data[0], sgd.steps]).toEqual([1, 0]);
  p.dispose();
});

test("an optimiser resumed from its state takes the steps that the first would have taken", () => {
  const make = () => {
    const p = parameter([1, 2, 3]);
    return { p, adam: new Adam([p], { learningRate: 0.1 }) };
  };
  const [a, b] = [make(), make()];
  const loss = (p: Tensor) => () => sum(multiply(multiply(p, p), p));
  for (let step = 0; step < 3; step++) a.adam.minimize(loss(a.p));
  b.p.data.set(a.p.data);
  b.adam.steps = a.adam.steps;
  for (const [name, tensor] of Object.entries(a.adam.state()))
    b.adam.state()[name].data.set(tensor.data);
  for (const { p, adam } of [a, b]) for (let step = 0; step < 3; step++) adam.minimize(loss(p));
  expect([...b.p.data]).toEqual([...a.p.data]);
  for (const { p, adam } of [a, b]) {
    adam.dispose();
    p.dispose();
  }
});

test("gradients that do not fit the parameters are refused before anything is written", () => {
  const p = parameter([1, 2, 3, 4], [2, 2]);
  for (const make of [Adam, Adagrad, Sgd]) {
    const optimizer = new make([p]);
    const name = `${make.name}.apply`;
    const rows = (ids: number[], shape: number[]): Gradient[] => [
      { kind: "rows", ids: Uint32Array.from(ids), values: Tensor.zeros(shape) },
    ];
    scope(() => {
      expect(() => optimizer.apply([])).toThrow(
        `${name}: expected 1 gradients, one for each parameter, got [0]`,
      );
      expect(() => optimizer.apply([dense([1])])).toThrow(
        `${name}: expected shape [2, 2], got [1]`,
      );
      expect(() => optimizer.apply(rows([0], [2, 2]))).toThrow(
        `${name}: expected shape [1, 2], got [2, 2]`,
      );
      expect(() => optimizer.apply(rows([2], [1, 2]))).toThrow(
        `${name}: expected row numbers below 2, got [2]`,
      );
    });
    optimizer.dispose();
  }
  expect([...p.data]).toEqual([1, 2, 3, 4]);
  p.dispose();
});

test.each([
  [
    "Adam",
    () => new Adam([], { learningRate: -1 }),
    'Adam: option "learningRate" must be a finite number of at least 0, got -1',
  ],
  [
    "Adam",
    () => new Adam([], { beta2: 1 }),
    'Adam: option "beta2" must be a number from 0 up to but not including 1, got 1',
  ],
  [
    "Adam",
    () => new Adam([], { lr: 1 } as never),
    'Adam: option "lr" is unknown; it takes learningRate, beta1, beta2, epsilon, lazy',
  ],
  [
    "Adagrad",
    () => new Adagrad([], { epsilon: 0 }),
    'Adagrad: option "epsilon" must be a finite number above 0, got 0',
  ],
  [
    "Sgd",
    () => new Sgd([], { learningRate: Number.NaN }),
    'Sgd: option "learningRate" must be a finite number of at least 0, got NaN',
  ],
])("%s refuses options that it cannot have", (_, make, message) => {
  expect(make).toThrow(message);
});
