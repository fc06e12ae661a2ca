import { gradients } from "../src/gradients.ts";
import { heap } from "../src/heap.ts";
import {
  Adam,
  add,
  addBias,
  columns,
  concat,
  gather,
  matmul,
  mean,
  multiply,
  relu,
  softplus,
  sum,
  Tensor,
} from "../src/index.ts";
import { jsKernels } from "../src/kernels/js.ts";
import { type Kernels, type NcfRules, ncfNumbers, ncfWork } from "../src/kernels/kernels.ts";
import { permuted } from "../src/kernels/permutation.ts";
import { wasmKernels } from "../src/kernels/wasm.ts";
import { Rng } from "../src/rng.ts";
import { scope } from "../src/scope.ts";
import { Inputs } from "./support/work.ts";

const made = wasmKernels({ heap: heap(), threads: 1, relaxed: true });
afterAll(() => made.threads.close());

// Each user lacks one item, so negatives are known, however they are drawn.
const USERS = 7;
const ITEMS = 5;
const lacks = (user: number): number => (user * 2) % ITEMS;
const own = Array.from({ length: USERS }, (_, u) =>
  Array.from({ length: ITEMS }, (_, i) => i).filter((i) => i !== lacks(u)),
);
const pairs = own.flatMap((items, user) => items.map((item) => ({ user, item })));
const KEY = [3, 4] as const;
const SHAPE = { users: USERS, items: ITEMS, dim: 3, layers: [6, 5, 2] };
const WIDTH = 6;
const NEGATIVES = 2;

/** The samples of a step. */
function samplesOf(step: number, batchSize: number) {
  const all = pairs.length * (NEGATIVES + 1);
  return Array.from({ length: Math.min(batchSize, all - step * batchSize) }, (_, j) => {
    const sample = permuted(step * batchSize + j, all, ...KEY);
    const { user, item } = pairs[Math.floor(sample / (NEGATIVES + 1))];
    return sample % (NEGATIVES + 1) === 0
      ? { user, item, label: 1 }
      : { user, item: lacks(user), label: 0 };
  });
}

/** The parameters by themselves, from all numbers in one. */
function parametersOf(theta: ArrayLike<number>): Tensor[] {
  let at = 0;
  return [[USERS, WIDTH], [ITEMS, WIDTH], [6, 5], [5], [5, 2], [2], [5, 1], [2]].map((shape) => {
    const tensor = Tensor.parameter(shape);
    tensor.data.set(Array.from(theta).slice(at, at + tensor.size));
    at += tensor.size;
    return tensor;
  });
}

/** The mean loss of samples, by single operations. */
function lossOf(
  parameters: readonly Tensor[],
  samples: ReturnType<typeof samplesOf>,
  separate: boolean,
): Tensor {
  const [users, items, w1, b1, w2, b2, h, bias] = parameters;
  const p = gather(
    users,
    Uint32Array.from(samples, ({ user }) => user),
  );
  const q = gather(
    items,
    Uint32Array.from(samples, ({ item }) => item),
  );
  const column = (values: number[]) => Tensor.from(values, [values.length, 1]);
  const ones = column(samples.map(() => 1));
  const signs = column(samples.map(({ label }) => (label ? -1 : 1)));
  const product = multiply(columns(p, 0, 3), columns(q, 0, 3));
  let y = concat([columns(p, 3, 6), columns(q, 3, 6)]);
  y = relu(addBias(matmul(y, w1), b1));
  y = relu(addBias(matmul(y, w2), b2));
  const pick = (from: number, to: number) =>
    Tensor.from(
      [0, 1, 2, 3, 4].map((n) => (n >= from && n < to ? 1 : 0)),
      [5, 1],
    );
  const zeros = (width: number) => Tensor.zeros([samples.length, width]);
  const one = matmul(concat([product, zeros(2)]), multiply(h, pick(0, 3)));
  const other = matmul(concat([zeros(3), y]), multiply(h, pick(3, 5)));
  const biasAt = (n: number) =>
    matmul(ones, sumOf(multiply(bias, Tensor.from(n === 0 ? [1, 0] : [0, 1]))));
  const of = (s: Tensor) => mean(softplus(multiply(signs, s)));
  if (separate) return add(of(add(one, biasAt(0))), of(add(other, biasAt(1))));
  return of(add(add(one, other), biasAt(0)));
}

/** A vector's sum as a matrix of one element. */
function sumOf(x: Tensor): Tensor {
  const total = sum(x);
  const y = Tensor.empty([1, 1], {
    parents: [total],
    backward: (dy, give) => give.dense(total, Tensor.from(dy.data, [])),
  });
  y.data[0] = total.item();
  return y;
}

function train(
  kernels: Kernels,
  rules: Omit<NcfRules, "negatives" | "before" | "beta1" | "beta2" | "epsilon">,
  epochs: number,
) {
  const on = new Inputs(1);
  const rng = new Rng(8);
  const numbers = ncfNumbers(SHAPE);
  const theta = on.numbers(Float32Array.from({ length: numbers }, () => rng.next() - 0.4));
  const before = Array.from(theta);
  const state = {
    theta,
    m: on.numbers(new Float32Array(numbers)),
    v: on.numbers(new Float32Array(numbers)),
    last: on.numbers(new Float32Array(USERS + ITEMS)),
    gradient: on.numbers(new Float32Array(numbers)),
    work: on.output(ncfWork(SHAPE, rules.batchSize)),
  };
  const lists = {
    pairUsers: on.copy(pairs.map(({ user }) => user)),
    pairItems: on.copy(pairs.map(({ item }) => item)),
    offsets: on.copy(Array.from({ length: USERS + 1 }, (_, u) => u * (ITEMS - 1))),
    items: on.copy(own.flat()),
  };
  const steps = Math.ceil((pairs.length * (NEGATIVES + 1)) / rules.batchSize);
  const losses = on.doubles(steps);
  const network = { ...SHAPE, layers: on.copy(SHAPE.layers) };
  for (let epoch = 0; epoch < epochs; epoch++)
    kernels.ncf(
      losses,
      network,
      state,
      lists,
      {
        ...rules,
        ...{ negatives: NEGATIVES, before: epoch * steps, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
      },
      KEY,
      0,
    );
  const result = { before, after: Array.from(theta), losses: Array.from(losses), steps };
  on.free();
  return result;
}

describe.each([
  ["js", jsKernels],
  ["wasm", made.kernels],
] as const)("%s", (_, kernels) => {
  test.each([false, true])(
    "one step is the gradient that single operations give, separate: %s",
    (separate) => {
      const rules = { batchSize: 1000, separate, adam: false, learningRate: 0.5 };
      const { before, after, losses } = train(kernels, rules, 1);
      const parameters = parametersOf(before);
      const samples = samplesOf(0, 1000);
      expect(samples.filter(({ label }) => label)).toHaveLength(pairs.length);
      const expected = scope(() => {
        const loss = lossOf(parameters, samples, separate);
        expect(losses[0] / samples.length).toBeCloseTo(loss.item(), 5);
        return gradients(loss, parameters).flatMap((gradient, n) => {
          if (gradient.kind === "dense") return Array.from(gradient.values.data);
          const full = new Float32Array(parameters[n].size);
          gradient.ids.forEach((id, r) => {
            full.set(gradient.values.data.subarray(r * WIDTH, (r + 1) * WIDTH), id * WIDTH);
          });
          return Array.from(full);
        });
      });
      expect(expected.filter((value) => value !== 0).length).toBeGreaterThan(100);
      after.forEach((value, n) => {
        expect((before[n] - value) / 0.5).toBeCloseTo(expected[n], 5);
      });
      for (const parameter of parameters) parameter.dispose();
    },
  );

  test("rows that come late are where dense Adam has them at the end of an epoch, but for the growing rate", () => {
    const rules = { batchSize: 4, separate: false, adam: true, learningRate: 0.001 };
    const { before, after, steps } = train(kernels, rules, 3);
    const parameters = parametersOf(before);
    const adam = new Adam(parameters, { learningRate: 0.001 });
    for (let epoch = 0; epoch < 3; epoch++)
      for (let step = 0; step < steps; step++)
        adam.minimize(() => lossOf(parameters, samplesOf(step, 4), false));
    const dense = parameters.flatMap(({ data }) => Array.from(data));
    const moved = Math.sqrt(before.reduce((sum, value, n) => sum + (dense[n] - value) ** 2, 0));
    const apart = Math.sqrt(after.reduce((sum, value, n) => sum + (dense[n] - value) ** 2, 0));
    expect(moved).toBeGreaterThan(0.1);
    expect(apart / moved).toBeLessThan(0.02);
    for (const owner of [adam, ...parameters]) owner.dispose();
  });
});
