import { Interactions } from "@kith/data";
import { decodeModelFile, evaluateRatings } from "@kith/recommender";
import { ItemKNN, MatrixFactorization } from "../src/index.ts";

const RATINGS = { loss: "ratings", deterministic: true, dim: 4, learningRate: 0.05 } as const;

/** 1 … 5 of a table of rank 1 with biases, two thirds of it known. */
function ratings(keep: (u: number, i: number) => boolean): Interactions {
  const rows: [string, string, number][] = [];
  for (let u = 0; u < 20; u++)
    for (let i = 0; i < 15; i++)
      if (keep(u, i)) {
        const taste = ((u % 2) - 0.5) * ((i % 3) - 1);
        rows.push([`u${u}`, `i${i}`, 3 + (u % 5) / 4 - (i % 4) / 4 + taste]);
      }
  return Interactions.from(rows);
}
const isHeld = (u: number, i: number) => (u * 7 + i * 3) % 6 === 0;

test("learns ratings, and foretells those that were held back far better than the mean does", async () => {
  const train = ratings((u, i) => !isHeld(u, i));
  const test = ratings(isHeld);
  const model = await new MatrixFactorization({
    ...RATINGS,
    epochs: 300,
    regularization: 0.005,
  }).fit(train);
  const { metrics, ratings: count, squaredErrors } = await evaluateRatings(model, test);
  expect(count).toBe(test.length);
  expect(metrics.rmse).toBeLessThan(0.2);
  expect(metrics.mae).toBeLessThanOrEqual(metrics.rmse);
  expect(metrics.rmse ** 2).toBeCloseTo(
    squaredErrors.reduce((sum, error) => sum + error, 0) / count,
    6,
  );
  const given = test.value as Float32Array;
  const mean = given.reduce((sum, one) => sum + one, 0) / count;
  const spread = Math.sqrt(given.reduce((sum, one) => sum + (one - mean) ** 2, 0) / count);
  expect(spread).toBeGreaterThan(0.5);
  model.dispose();
});

test("the score is the mean, both biases and the product of the vectors, by hand after one step", async () => {
  // One pair: the error is 0, as the mean is the rating itself; with a second rating it is not.
  const data = Interactions.from([
    ["u", "i", 2],
    ["v", "j", 4],
  ]);
  const model = await new MatrixFactorization({
    ...RATINGS,
    epochs: 1,
    learningRate: 0.1,
    regularization: 0,
    initialScale: 1e-9,
  }).fit(data);
  // Each rating has users and items of its own: b ← 0.1 · (±1) on both sides, of a mean of 3.
  const at = (user: string) => model.scores(user);
  expect([...at("u")].map((x) => Number(x.toFixed(4)))).toEqual([3 - 0.2, 3]);
  expect([...at("v")].map((x) => Number(x.toFixed(4)))).toEqual([3, 3 + 0.2]);
  model.dispose();
});

test("predictions are clipped to the range of the ratings that training saw; scores are not", async () => {
  const train = ratings(() => true);
  const model = await new MatrixFactorization({ ...RATINGS, epochs: 100 }).fit(train);
  const low = Math.min(...(train.value as Float32Array));
  const high = Math.max(...(train.value as Float32Array));
  for (const user of train.users.ids()) {
    const all = model.predict(user, train.items.ids());
    expect(all.every((rating) => rating >= low && rating <= high)).toBe(true);
    const clipped = Array.from(model.scores(user), (s) => Math.min(high, Math.max(low, s)));
    expect([...all]).toEqual(clipped.map(Math.fround));
  }
  expect(() => model.predict("u1", ["nothing"])).toThrow(/item "nothing" is unknown/);
  const again = MatrixFactorization.load(model.save());
  expect(again.predict("u1", ["i1"])).toEqual(model.predict("u1", ["i1"]));
  for (const one of [model, again]) one.dispose();
});

test("refuses to take ranking scores for ratings, and ratings that are not there", async () => {
  const pairs = Interactions.from([
    ["u", "i"],
    ["u", "j"],
    ["v", "j"],
  ]);
  await expect(new MatrixFactorization({ loss: "ratings" }).fit(pairs)).rejects.toThrow(
    /option "loss" must be another than "ratings" for interactions without values/,
  );
  const rated = ratings(() => true);
  for (const model of [new MatrixFactorization({ epochs: 1 }), new ItemKNN()]) {
    await model.fit(rated);
    await expect(evaluateRatings(model, rated)).rejects.toThrow(
      /scores rank items and are no ratings/,
    );
    model.dispose();
  }
  const model = await new MatrixFactorization({ ...RATINGS, epochs: 1 }).fit(rated);
  await expect(evaluateRatings(model, pairs)).rejects.toThrow(/must have values/);
  const strangers = Interactions.from([["nobody", "i1", 3]]);
  await expect(evaluateRatings(model, strangers)).rejects.toThrow(/users and items that the model/);
  const mixed = Interactions.from([
    ["nobody", "i1", 3],
    ["u1", "no item", 3],
    ["u1", "i2", 3],
  ]);
  const found = await evaluateRatings(model, mixed);
  expect([found.unknownUsers, found.unknownItems, found.ratings]).toEqual([1, 1, 1]);
  model.dispose();
});

test("BPR ranks what users have above the rest, and overfits", async () => {
  const data = Interactions.from(
    Array.from({ length: 60 }, (_, n): [string, string] => [`u${n % 12}`, `i${(n * 5) % 17}`]),
  );
  const model = await new MatrixFactorization({
    dim: 16,
    epochs: 400,
    learningRate: 0.1,
    regularization: 0,
    deterministic: true,
  }).fit(data);
  for (let u = 0; u < data.users.size; u++) {
    const own = data.itemsOf(u);
    const best = model.recommend(data.users.id(u), { k: own.length }).items;
    expect(best.map((id) => data.items.indexOf(id)).sort((a, b) => a - b)).toEqual([...own]);
  }
  model.dispose();
});

test("a newcomer with a user's history gets nearly that user's list", async () => {
  const data = Interactions.from(
    Array.from({ length: 400 }, (_, n): [string, string] => [
      `u${n % 40}`,
      `i${((n * 13) % 20) * 2 + (n % 2)}`,
    ]),
  );
  const options = { dim: 8, epochs: 100, learningRate: 0.1, deterministic: true } as const;
  for (const loss of ["bpr", "bce", "squared"] as const) {
    const model = await new MatrixFactorization({ ...options, loss }).fit(data);
    let shared = 0;
    for (const user of data.users.ids()) {
      const history = Array.from(data.itemsOf(data.users.indexOf(user)), (i) => data.items.id(i));
      const own = model.recommend(user, { k: 10 }).items;
      const folded = model.recommend(model.foldIn(history), { k: 10 }).items;
      shared += folded.filter((item) => own.includes(item)).length;
    }
    expect(shared / (data.users.size * 10)).toBeGreaterThan(0.8);
    model.dispose();
  }
});

test("threads that change the same vectors reach about the same loss", async () => {
  const data = ratings(() => true);
  const losses: number[] = [];
  for (const deterministic of [true, false]) {
    const model = new MatrixFactorization({ deterministic, epochs: 20, dim: 8 });
    let last = 0;
    for await (const { loss } of model.train(data)) last = loss;
    losses.push(last);
    model.dispose();
  }
  expect(losses[1]).toBeCloseTo(losses[0], 1);
});

test("a step that would turn vectors round is refused", () => {
  expect(() => new MatrixFactorization({ learningRate: 1, regularization: 1 })).toThrow(
    /must be below 1 \/ learningRate/,
  );
});

test("users and items are compared by their vectors, whatever their biases", async () => {
  const data = ratings(() => true);
  const model = await new MatrixFactorization({ ...RATINGS, epochs: 50 }).fit(data);
  const { tensors } = decodeModelFile(model.save());
  const cosine = (name: string, a: number, b: number): number => {
    const { shape, data: all } = tensors[name];
    const [x, y] = [a, b].map((r) => Array.from(all.slice(r * shape[1], r * shape[1] + 4), Number));
    const dot = (p: number[], q: number[]) => p.reduce((sum, v, d) => sum + v * q[d], 0);
    return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
  };
  const { items, scores } = model.similarItems("i3", 14);
  items.forEach((item, n) => {
    const expected = cosine("items.embedding", 3, data.items.indexOf(item));
    expect(scores[n]).toBeCloseTo(expected, 4);
  });
  const alike = model.similarUsers("u2", 19);
  expect(alike.users).toHaveLength(19);
  alike.users.forEach((user, n) => {
    const expected = cosine("users.embedding", 2, data.users.indexOf(user));
    expect(alike.scores[n]).toBeCloseTo(expected, 4);
  });
  model.dispose();
});
