import { Rng } from "@kith/core-tensors";
import { Interactions } from "@kith/data";
import { CDAETraining } from "../src/cdae-training.ts";
import { withDrawn } from "../src/drawn-items.ts";
import { CDAE, type CDAEOptions } from "../src/index.ts";

const data = Interactions.from([
  ["ann", "tea"],
  ["ann", "milk"],
  ["bob", "tea"],
  ["bob", "milk"],
  ["bob", "honey"],
  ["cat", "rum"],
  ["cat", "cola"],
]);
const options = {
  hidden: 3,
  dropout: 0,
  negatives: 2,
  batchSize: 3,
  regularization: 0.25,
  seed: 1,
};

function training(more: CDAEOptions): CDAETraining {
  const resolved = new CDAE({ ...options, ...more }).options;
  return new CDAETraining(data, resolved, new Rng(5), () => {});
}

test("draws items that the history has not, so many for each that it has, and none where it has all", () => {
  const histories = [Uint32Array.of(1, 4), Uint32Array.of(0, 1, 2, 3, 4, 5)];
  const seen = new Set<number>();
  for (let n = 0; n < 50; n++) {
    const { offsets, indices, values } = withDrawn(histories, 6, 3, new Rng(n));
    expect([...offsets]).toEqual([0, 8, 14]);
    expect([...indices.subarray(0, 2), ...indices.subarray(8)]).toEqual([1, 4, 0, 1, 2, 3, 4, 5]);
    expect([...values]).toEqual([1, 1, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]);
    for (const item of indices.subarray(2, 8)) seen.add(item);
  }
  expect([...seen].sort()).toEqual([0, 2, 3, 5]);
});

test.each([
  ["logistic", "sigmoid", true],
  ["squared", "identity", true],
  ["logistic", "sigmoid", false],
] as const)(
  "a step's loss is the %s one of a hidden layer with %s, vectors of users: %s, computed in plain JavaScript",
  (loss, activation, userVectors) => {
    const made = training({ loss, activation, userVectors });
    const p = Object.fromEntries(
      Object.entries(made.parameters).map(([name, { data: numbers, columns }]) => [
        name,
        (row: number) => Array.from(numbers.subarray(row * columns, (row + 1) * columns)),
      ]),
    );
    const bias = Array.from(made.parameters["encoder.bias"].data);
    const [batch] = made.batches(1);
    const drawn = withDrawn(batch.histories, data.items.size, 2, batch.rng.fork("negatives"));
    let expected = 0;
    batch.users.forEach((user, row) => {
      const rows = Array.from(batch.histories[row], p["encoder.weight"]);
      if (userVectors) rows.push(p["users.embedding"](user));
      const sums = bias.map((b, j) => rows.reduce((total, numbers) => total + numbers[j], b));
      const h = activation === "sigmoid" ? sums.map((x) => 1 / (1 + Math.exp(-x))) : sums;
      for (let k = drawn.offsets[row]; k < drawn.offsets[row + 1]; k++) {
        const item = drawn.indices[k];
        const [own] = p["items.bias"](item);
        const score = p["items.output"](item).reduce((total, w, j) => total + w * h[j], own);
        const label = drawn.values[k];
        expected +=
          loss === "squared"
            ? (score - label) ** 2
            : -Math.log(1 / (1 + Math.exp(label === 1 ? -score : score)));
      }
    });
    const { sum, count } = made.step(batch) as { sum: number; count: number };
    expect(count).toBe(3 * data.length);
    expect(sum).toBeCloseTo(expected, 3);
    made.dispose();
  },
);

test("learns one batch by heart", async () => {
  const model = new CDAE({ hidden: 8, dropout: 0, batchSize: 3, epochs: 300 });
  const losses: number[] = [];
  for await (const { loss } of model.train(data)) losses.push(loss);
  expect(losses[0]).toBeGreaterThan(0.5);
  expect(losses[losses.length - 1]).toBeLessThan(0.02);
  model.dispose();
});

test("a user's vector tells users of the same history apart; a newcomer has none, and without vectors nobody has", async () => {
  const twins = Interactions.from([
    ...data.rows(),
    { user: "dan", item: "rum" },
    { user: "dan", item: "cola" },
  ]);
  for (const userVectors of [true, false]) {
    const model = await new CDAE({ hidden: 4, epochs: 5, userVectors }).fit(twins);
    const [cat, dan, newcomer] = ["cat", "dan", model.foldIn(["rum", "cola"])].map((query) =>
      Array.from(model.latent(query)).join(),
    );
    expect([cat === dan, cat === newcomer]).toEqual([!userVectors, !userVectors]);
    model.dispose();
  }
});
