import { Rng, SparseMatrix, scope, Tensor } from "@kith/core-tensors";
import { Interactions, split } from "@kith/data";
import { evaluate } from "@kith/recommender";
import { MultDAE, MultVAE } from "../src/index.ts";
import { MultinomialNetwork } from "../src/multinomial-network.ts";
import { divergence, drawn, MultinomialTraining } from "../src/multinomial-training.ts";

const data = Interactions.from([
  ["ann", "tea"],
  ["ann", "milk"],
  ["bob", "tea"],
  ["bob", "milk"],
  ["bob", "honey"],
  ["cat", "rum"],
  ["cat", "cola"],
]);

test("the divergence is that of the normal distributions, by hand", () => {
  scope(() => {
    const mean = Tensor.from([1, -2], [1, 2]);
    const logVariance = Tensor.from([0, Math.log(4)], [1, 2]);
    // ½ (1 + 1 − 1 − 0) + ½ (4 + 4 − 1 − ln 4)
    expect(divergence({ mean, logVariance }).item()).toBeCloseTo(0.5 + 3.5 - Math.log(2), 5);
  });
});

test("z is drawn around the mean with the standard deviation of the encoder", () => {
  scope(() => {
    const size = 20_000;
    const mean = Tensor.from(new Float32Array(size).fill(3), [size, 1]);
    const logVariance = Tensor.from(new Float32Array(size).fill(Math.log(0.25)), [size, 1]);
    const z = drawn({ mean, logVariance }, new Rng(1)).data;
    const average = z.reduce((total, x) => total + x, 0) / size;
    const variance = z.reduce((total, x) => total + (x - average) ** 2, 0) / size;
    expect(average).toBeCloseTo(3, 1);
    expect(Math.sqrt(variance)).toBeCloseTo(0.5, 1);
    expect(drawn({ mean }, new Rng(1))).toBe(mean);
  });
});

const options = {
  hidden: [3],
  latent: 2,
  dropout: 0,
  regularization: 0.5,
  batchSize: 3,
  epochs: 1,
  learningRate: 0.01,
  seed: 1,
};

test("without noise, a step's loss is that of the paper's formula, computed in plain JavaScript", () => {
  const widths = { hidden: [3], latent: 2, variational: false };
  const training = new MultinomialTraining(
    data,
    options,
    widths,
    () => 0,
    new Rng(5),
    () => {},
  );
  const p = Object.fromEntries(
    Object.entries(training.parameters).map(([name, tensor]) => [name, rowsOf(tensor)]),
  );
  const layer = (x: number[], name: string) =>
    p[`${name}.bias`][0].map(
      (b, j) => b + x.reduce((total, v, i) => total + v * p[`${name}.weight`][i][j], 0),
    );
  let expected = 0;
  for (let user = 0; user < 3; user++) {
    const own = data.itemsOf(user);
    const x = Array.from(data.items.ids(), (_, i) => (own.includes(i) ? own.length ** -0.5 : 0));
    const z = layer(layer(x, "encoder.0").map(Math.tanh), "encoder.1").map(Math.tanh);
    const h = layer(z, "decoder.0").map(Math.tanh);
    const scores = p["items.output"].map(
      (row, i) => p["items.bias"][0][i] + row.reduce((total, w, j) => total + w * h[j], 0),
    );
    const logTotal = Math.log(scores.reduce((total, score) => total + Math.exp(score), 0));
    for (const item of own) expected += (logTotal - scores[item]) / 3;
  }
  for (const weight of training.network.weights)
    for (const w of weight.data) expected += (0.5 / 2) * w * w;
  const [batch] = training.batches(1);
  const { sum, count } = training.step(batch) as { sum: number; count: number };
  expect(count).toBe(3);
  expect(sum / count).toBeCloseTo(expected, 4);
  training.dispose();
});

test("the weight of the divergence grows to β with the steps and stays there", () => {
  const betas: number[] = [];
  class Watched extends MultVAE {
    protected override beta(step: number): number {
      betas.push(super.beta(step));
      return betas[betas.length - 1];
    }
  }
  const model = new Watched({ ...options, epochs: 5, batchSize: 2, annealSteps: 10, beta: 0.65 });
  return model.fit(data).then(() => {
    expect(betas).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.65, 0.65, 0.65]);
    model.dispose();
  });
});

test("the noise changes training, and nothing is drawn when scores are asked for", async () => {
  const [noisy, quiet] = [new MultVAE({ ...options, epochs: 20 }), new MultDAE(options)];
  for (const model of [noisy, quiet]) {
    await model.fit(data);
    expect(model.scores("bob")).toEqual(model.scores("bob"));
    expect(model.scores(model.foldIn(["tea", "milk", "honey"]))).toEqual(model.scores("bob"));
    model.dispose();
  }
});

test("one batch is overfitted: what somebody has gets nearly all probability", async () => {
  for (const Model of [MultVAE, MultDAE]) {
    const model = await new Model({
      latent: 8,
      dropout: 0,
      regularization: 0,
      epochs: 300,
      learningRate: 0.01,
      ...(Model === MultVAE && { beta: 0 }),
    }).fit(data);
    const probabilities = model.probabilities("bob");
    const sum = (items: Iterable<number>) =>
      Array.from(items).reduce((total, i) => total + probabilities[i], 0);
    expect(sum(data.items.ids().keys())).toBeCloseTo(1, 5);
    expect(sum(data.itemsOf(data.users.indexOf("bob")))).toBeGreaterThan(0.99);
    model.dispose();
  }
});

test("users and items are compared by their latent representations", async () => {
  const model = await new MultVAE({
    ...options,
    latent: 4,
    regularization: 0,
    beta: 0,
    epochs: 200,
    learningRate: 0.02,
  }).fit(data);
  expect(model.similarUsers("ann", 5).users).toEqual(["bob", "cat"]);
  const cosine = (a: Float32Array, b: Float32Array) => {
    const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, v, i) => sum + v * y[i], 0);
    return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  };
  const { users, scores } = model.similarUsers(model.foldIn(["cola"]), 1);
  expect(users).toEqual(["cat"]);
  const folded = model.latent(model.foldIn(["cola"]));
  expect(scores[0]).toBeCloseTo(cosine(folded, model.latent("cat")), 5);
  expect(folded).toEqual(model.latentItem("cola"));
  const alike = model.similarItems("rum", 1);
  expect(alike.items).toEqual(["cola"]);
  expect(alike.scores[0]).toBeCloseTo(cosine(model.latentItem("rum"), model.latentItem("cola")), 5);
  for (const k of [0, 1.5, Number.NaN])
    expect(() => model.similarUsers("ann", k)).toThrow(/option "k"/);
  expect(() => model.similarUsers("nobody")).toThrow(/user "nobody" is unknown/);
  model.dispose();
});

test("a catalogue that does not fit is refused beforehand", async () => {
  const model = new MultVAE({ hidden: [8192, 8192] });
  const many = Interactions.from(Array.from({ length: 20_000 }, (_, n) => ["u", `i${n}`]));
  await expect(model.fit(many)).rejects.toThrow(/MultVAE: two matrices of 20,000 items × 8192/);
  for (const hidden of [[0], [1.5], "600", [1, 2, 3, 4, 5, 6, 7, 8, 9]])
    expect(() => new MultVAE({ hidden: hidden as number[] })).toThrow(/option "hidden"/);
});

test("a history without items gives what the biases give", () => {
  const network = new MultinomialNetwork({ hidden: [3], latent: 2, variational: false }, 4);
  network.initialize(new Rng(1));
  scope(() => {
    const none = new SparseMatrix(
      {
        rows: 1,
        columns: 4,
        offsets: new Uint32Array(2),
        indices: new Uint32Array(0),
        values: new Float32Array(0),
      },
      { scoped: true },
    );
    expect(network.encode(none).data.every(Number.isFinite)).toBe(true);
  });
  network.dispose();
});

function rowsOf({ data: numbers, rows, columns, shape }: Tensor): number[][] {
  if (shape.length === 1) return [[...numbers]];
  return Array.from({ length: rows }, (_, r) => [
    ...numbers.subarray(r * columns, (r + 1) * columns),
  ]);
}

test("held-out users are measured by folding in what is known of them", async () => {
  const tastes = Interactions.from(
    Array.from({ length: 60 }, (_, u) =>
      Array.from({ length: 8 }, (_, n): [string, string] => [
        `u${u}`,
        `i${2 * ((u + n) % 12) + (u % 2)}`,
      ]),
    ).flat(),
  );
  const { train, test, foldIn } = split(tastes, { by: "held-out-users", test: 0.2 });
  const model = await new MultDAE({
    latent: 8,
    epochs: 100,
    batchSize: 16,
    learningRate: 0.01,
  }).fit(train);
  const options = { metrics: ["recall-min@12"], foldIn: foldIn?.test };
  const found = await evaluate(model, test, options);
  expect(found.users).toHaveLength(12);
  expect(found.metrics["recall-min@12"]).toBeGreaterThan(0.9); // by chance about a half
  model.dispose();
});
