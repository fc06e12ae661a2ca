import { jsKernels, KithError, OptionError, Rng, Tensor, useBackend } from "@kith/core-tensors";
import { type Id, Interactions, ItemPairs, Sequences } from "@kith/data";
import { ItemMatrixFactorization, type ItemMatrixFactorizationOptions } from "@kith/models-cf";
import { decodeModelFile, encodeModelFile, evaluatePairs } from "@kith/recommender";
import { PairTraining } from "../src/pair-training.ts";

afterEach(() => useBackend({ threads: 1 }));

/** Pairs of items that are near in a ring. */
function ring(size: number): ItemPairs {
  return ItemPairs.from(
    Array.from({ length: size }, (_, n) => n).flatMap((n) =>
      [1, 2, 3].map((d): [string, string] => [`i${n}`, `i${(n + d) % size}`]),
    ),
  );
}

async function fitted(data: ItemPairs | Sequences, options: ItemMatrixFactorizationOptions) {
  return new ItemMatrixFactorization({ dim: 8, epochs: 5, ...options }).fit(data);
}

function scoreOf(model: ItemMatrixFactorization, a: Id, b: Id): number {
  return model.scores(a)[model.items.indexOf(b)];
}

/** One step on a pair, as the equations have it, in float64: penalty, loss, gradients at the rows before the step. */
function referenceStep(
  p: number[][],
  q: number[][],
  beta: number[],
  gamma: number[],
  {
    a,
    items,
    rate,
    decay,
    weight,
  }: { a: number; items: number[]; rate: number; decay: number; weight: number },
): number {
  const kept = 1 - rate * decay;
  p[a] = p[a].map((x) => x * kept);
  for (const item of items) q[item] = q[item].map((x) => x * kept);
  const scores = items.map((b) =>
    p[a].reduce((sum, x, d) => sum + x * q[b][d], beta[a] + gamma[b]),
  );
  const sigma = (s: number) => 1 / (1 + Math.exp(-s));
  const steps = scores.map((s, j) => ((j === 0 ? 1 : 0) - sigma(s)) * rate * weight);
  const before = [...p[a]];
  items.forEach((b, j) => {
    p[a] = p[a].map((x, d) => x + steps[j] * q[b][d]);
  });
  // q of an item drawn twice gets both updates, each from the row before the step
  items.forEach((b, j) => {
    q[b] = q[b].map((x, d) => x + steps[j] * before[d]);
    beta[a] = (j === 0 ? beta[a] * kept : beta[a]) + steps[j];
    gamma[b] = gamma[b] * kept + steps[j];
  });
  return scores.reduce((sum, s, j) => sum - Math.log(sigma(j === 0 ? s : -s)), 0);
}

test("a step changes vectors and biases as the equations say, in float64", () => {
  const [rows, dim] = [4, 4];
  const rng = new Rng(3);
  const table = (shape: number[]) => {
    const tensor = Tensor.parameter(shape);
    for (let n = 0; n < tensor.data.length; n++) tensor.data[n] = rng.normal();
    return tensor;
  };
  const tables = {
    left: table([rows, dim]),
    right: table([rows, dim]),
    leftBias: table([rows]),
    rightBias: table([rows]),
  };
  const matrix = ({ data }: Tensor) =>
    Array.from({ length: rows }, (_, r) => [...data.subarray(r * dim, (r + 1) * dim)]);
  const [p, q] = [matrix(tables.left), matrix(tables.right)];
  const [beta, gamma] = [[...tables.leftBias.data], [...tables.rightBias.data]];
  const pairs = {
    left: Uint32Array.of(1, 3, 1, 2),
    right: Uint32Array.of(2, 1, 3, 0),
    weights: Float32Array.of(1, 0.5, 0.25, 1),
  };
  const training = new PairTraining(
    {
      source: { count: 8, frequencies: Float64Array.of(5, 0, 0, 0), epoch: () => [pairs] }, // all negatives are item 0
      tables,
      finish: () => undefined,
      dataHash: () => "",
      epochs: 2,
      learningRate: 0.3,
      schedule: "linear",
      negatives: 2,
      alpha: 0.75,
      regularization: 0.1,
      deterministic: true,
    },
    new Rng(1),
  );
  let [sum, count] = [0, 0];
  for (const batch of training.batches(2)) {
    const loss = training.step(batch) as { sum: number; count: number };
    sum += loss.sum;
    count += loss.count;
  }
  let expected = 0;
  for (let t = 0; t < 4; t++)
    expected += referenceStep(p, q, beta, gamma, {
      a: pairs.left[t],
      items: t === 3 ? [0] : [pairs.right[t], 0, 0], // one that equals the target is no negative
      rate: 0.3 * (1 - (8 + t) / 16), // the second epoch of two
      decay: 0.1,
      weight: pairs.weights[t],
    });
  expect(count).toBe(4);
  expect(sum).toBeCloseTo(expected, 4);
  for (const [tensor, wanted] of [
    [tables.left, p.flat()],
    [tables.right, q.flat()],
    [tables.leftBias, beta],
    [tables.rightBias, gamma],
  ] as const) {
    wanted.forEach((value, n) => {
      expect(tensor.data[n]).toBeCloseTo(value, 5);
    });
    tensor.dispose();
  }
  training.dispose();
});

test("an untrained loss is log 2 for the pair and for each negative", async () => {
  const losses: number[] = [];
  await new ItemMatrixFactorization({
    dim: 8,
    epochs: 1,
    negatives: 7,
    initialScale: 1e-3,
    learningRate: 1e-6,
  }).fit(ring(500), { onEpoch: ({ loss }) => void losses.push(loss) });
  expect(losses[0] / Math.LN2).toBeCloseTo(1 + 7 * (1 - 1 / 500), 1);
});

test("biases learn how many pairs an item has, and similarity leaves them out", async () => {
  // item h has a pair with each item n > h of its parity: 0 and 1 have most
  const rows: [string, string][] = [];
  for (let a = 0; a < 24; a++)
    for (let b = a + 2; b < 24; b += 2)
      if (b % (a + 1) === b % 2 || a < 4) rows.push([`i${a}`, `i${b}`]);
  const pairs = ItemPairs.from(rows);
  const degree = new Map<Id, number>();
  for (const { source, target } of pairs.rows())
    for (const id of [source, target]) degree.set(id, (degree.get(id) ?? 0) + 1);
  const model = await fitted(pairs, {
    dim: 1,
    biases: true,
    epochs: 100,
    regularization: 0,
    initialScale: 0.01,
    alpha: 0,
  });
  const { data, shape } = decodeModelFile(model.save()).tensors["items.embedding"];
  expect(shape).toEqual([24, 3]); // [q, 1, γ]
  const ids = model.items.ids();
  const byBias = [...ids].sort(
    (a, b) => data[3 * ids.indexOf(b) + 2] - data[3 * ids.indexOf(a) + 2],
  );
  const most = [...ids].sort((a, b) => (degree.get(b) ?? 0) - (degree.get(a) ?? 0));
  expect(new Set(byBias.slice(0, 4))).toEqual(new Set(most.slice(0, 4)));
  expect(model.vector(ids[0])).toEqual(Float32Array.of(data[0]));
  expect(model.vectors().shape).toEqual([24, 1]);
  expect([...model.vectors().data]).toEqual(ids.map((_, n) => data[3 * n]));
  for (const score of model.similarItems("i3", 23).scores)
    expect(Math.abs(score)).toBeCloseTo(1, 5); // of one number each
});

test("scores are symmetric with one table, with biases and without, and not with two", async () => {
  const asymmetry = async (options: ItemMatrixFactorizationOptions) => {
    const model = await fitted(ring(30), options);
    const ids = model.items.ids();
    return Math.max(
      ...ids.flatMap((a) => ids.map((b) => Math.abs(scoreOf(model, a, b) - scoreOf(model, b, a)))),
    );
  };
  expect(await asymmetry({ sharedTable: true })).toBeLessThan(1e-5);
  expect(await asymmetry({ sharedTable: true, biases: true })).toBeLessThan(1e-5);
  expect(await asymmetry({})).toBeGreaterThan(0.01);
});

test("the rate falls over all epochs, or within each and jumps back", async () => {
  const rates = async (schedule: "linear" | "restarts") => {
    const seen: number[] = [];
    await useBackend({
      ...jsKernels,
      factorize(...call) {
        const [losses, , , , { rate, fall, least }] = call;
        const last = losses.length - 1;
        seen.push(rate, Math.max(least, rate - fall * last));
        jsKernels.factorize(...call);
      },
    });
    await fitted(ring(50), { epochs: 3, learningRate: 0.06, schedule, negatives: 1 });
    return seen;
  };
  const pairs = 300; // 150, in both directions
  const linear = await rates("linear");
  expect(linear).toHaveLength(6);
  [0, 299, 300, 599, 600, 899].forEach((passed, n) => {
    expect(linear[n]).toBeCloseTo(0.06 * (1 - passed / (3 * pairs)), 10);
  });
  const restarts = await rates("restarts");
  restarts.forEach((rate, n) => {
    expect(rate).toBeCloseTo(n % 2 === 0 ? 0.06 : 0.06 / pairs, 10);
  });
});

test("learns of pairs, walks over their graph and sequences which items are near, on two threads too", async () => {
  const train = ring(120);
  const test = ItemPairs.from(
    Array.from({ length: 120 }, (_, n) => n).flatMap((n) => [
      { source: `i${n}`, target: `i${(n + 4) % 120}`, label: 1 }, // near, but no pair of training
      { source: `i${n}`, target: `i${(n + 60) % 120}`, label: 0 },
    ]),
  );
  const lists = Array.from({ length: 120 }, (_, n) =>
    Array.from({ length: 8 }, (_, d) => `i${(n + d) % 120}`),
  );
  await useBackend({ threads: 2 });
  for (const [data, options] of [
    [train, { epochs: 100 }],
    [train, { walksPerNode: 10, walkLength: 10 }],
    [Sequences.from(lists), { epochs: 20 }],
  ] as const) {
    const model = await fitted(data, { dim: 32, ...options });
    expect((await evaluatePairs(model, test)).metrics.auc).toBeGreaterThan(0.98);
    model.dispose();
  }
});

test("deterministic training is the same to the bit on any number of threads", async () => {
  const files: string[] = [];
  for (const threads of [1, 2]) {
    await useBackend({ threads });
    const model = await fitted(ring(400), { dim: 64, deterministic: true, epochs: 3 });
    files.push(model.vectors().data.join());
  }
  expect(files[1] === files[0]).toBe(true);
});

test("pairs of label 0 are no pairs, and items without a pair are unknown", async () => {
  const model = await fitted(
    ItemPairs.from([
      { source: "a", target: "b", label: 1 },
      { source: "b", target: "c", label: 1 },
      { source: "c", target: "x", label: 0 },
      { source: "y", target: "y", label: 1 },
    ]),
    {},
  );
  expect(model.items.ids()).toEqual(["a", "b", "c"]);
  const alone = await fitted(Sequences.from([["a", "b"], ["lone"], [], ["b", "c"]]), {});
  expect(alone.items.ids()).toEqual(["a", "b", "c"]);
});

test("the answers are of the items that are left, when others are left out", async () => {
  const near = ["a", "b", "c", "d"];
  const far = ["e", "f", "g", "h"];
  const rows: [string, string][] = [];
  for (const group of [near, far])
    for (const a of group) for (const b of group) rows.push([a, b], [`alone ${a}`, `alone ${a}`]);
  const model = await fitted(ItemPairs.from(rows), { epochs: 200, biases: true });
  expect(model.items.ids()).toEqual([...near, ...far]);
  for (const group of [near, far])
    for (const item of group)
      expect(model.recommend(item, { k: 3, excludeSeen: true }).items.sort()).toEqual(
        group.filter((other) => other !== item),
      );
});

test.each<[ItemMatrixFactorizationOptions, unknown, RegExp]>([
  [
    {},
    ItemPairs.from([["a", "a"]]),
    /expected pairs of different items to learn from, got none among 1 items/,
  ],
  [{}, Sequences.from([["a"], ["b"]]), /got none among 2 items/],
  [{ walksPerNode: 5 }, ItemPairs.from([["a", "b", 0]]), /got none among 2 items/],
  [
    { walksPerNode: 5 },
    Sequences.from([["a", "b"]]),
    /"walksPerNode" must be 0 for sequences.*got 5/,
  ],
  [{}, Interactions.from([["u", "i"]]), /"data" must be ItemPairs or Sequences/],
  [{}, undefined, /"data" must be ItemPairs or Sequences/],
])("with %j refuses what it cannot learn from", async (options, data, message) => {
  const training = new ItemMatrixFactorization(options).fit(data as ItemPairs);
  await expect(training).rejects.toThrow(message);
  await expect(training).rejects.toThrow(KithError);
});

test.each([
  [{ dim: 0 }, "dim"],
  [{ negatives: 0 }, "negatives"],
  [{ schedule: "cosine" }, "schedule"],
  [{ initialScale: 0 }, "initialScale"],
  [{ regularization: 10 }, '"regularization" must be below 1 / learningRate'],
  [{ factors: 8 }, '"factors" is unknown'],
])("refuses the options %j", (options, message) => {
  const make = () => new ItemMatrixFactorization(options as ItemMatrixFactorizationOptions);
  expect(make).toThrow(OptionError);
  expect(make).toThrow(message);
});

test("refuses a file whose rows are not as wide as its options say", async () => {
  const model = await fitted(ring(9), { biases: true });
  const file = decodeModelFile(model.save());
  const changed = encodeModelFile({ ...file, options: { ...file.options, biases: false } });
  expect(() => ItemMatrixFactorization.load(changed)).toThrow(
    "ItemMatrixFactorization.load: rows have 10 numbers, expected 8 as the options say",
  );
});
