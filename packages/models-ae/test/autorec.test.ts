import { Interactions } from "@kith/data";
import { evaluateRatings } from "@kith/recommender";
import { AutoRec, MultDAE } from "../src/index.ts";

const SMALL = { hidden: 8, regularization: 0.5, batchSize: 10, learningRate: 0.02 } as const;
const USERS = 40;
const ITEMS = 30;

/** Users and items of two kinds: alike 5 or 4, unlike 1 or 2. */
function rating(u: number, i: number): number {
  const generous = u % 3 === 0 ? 0 : 1;
  return u % 2 === i % 2 ? 5 - generous : 2 - generous;
}

function ratings(keep: (u: number, i: number) => boolean): Interactions {
  const rows = [];
  for (let u = 0; u < USERS; u++)
    for (let i = 0; i < ITEMS; i++)
      if (keep(u, i)) rows.push({ user: `u${u}`, item: `i${i}`, value: rating(u, i) });
  return Interactions.from(rows);
}

const isHeld = (u: number, i: number) => (7 * u + 3 * i) % 10 < 4;

describe.each(["item", "user"] as const)("AutoRec of %ss", (kind) => {
  test("foretells ratings that were held back far better than the mean does", async () => {
    const model = new AutoRec({ ...SMALL, kind, epochs: 150 });
    await model.fit(ratings((u, i) => !isHeld(u, i)));
    const { metrics, ratings: count } = await evaluateRatings(model, ratings(isHeld));
    expect(count).toBe(USERS * ITEMS * 0.4);
    expect(metrics.rmse).toBeLessThan(0.4); // of the mean, 1.6
    model.dispose();
  });

  test("learns one batch by heart", async () => {
    const few = ratings((u, i) => u < 6 && i < 6);
    const model = new AutoRec({ ...SMALL, kind, regularization: 0, epochs: 500 });
    const losses: number[] = [];
    for await (const { loss } of model.train(few)) losses.push(loss);
    expect(losses[0]).toBeGreaterThan(1);
    expect(losses[losses.length - 1]).toBeLessThan(1e-3);
    model.dispose();
  });

  test("ranks for newcomers what is like the items that they rated high", async () => {
    const model = new AutoRec({ ...SMALL, kind, epochs: 150 });
    await model.fit(ratings((u, i) => !isHeld(u, i)));
    for (const [history, parity] of [
      [["i0", "i2", "i4"], 0],
      [["i1", "i3", "i5"], 1],
    ] as const) {
      const { items } = model.recommend(model.foldIn(history), { k: 10, excludeSeen: true });
      expect(items.map((item) => Number(String(item).slice(1)) % 2)).toEqual(
        new Array(10).fill(parity),
      );
    }
    model.dispose();
  });

  test("predictions are within the range of the ratings; a user without ratings gets the mean where nothing else is known", async () => {
    const train = ratings((u, i) => u !== 5 && !isHeld(u, i));
    const everybody = ratings(() => true);
    const data = everybody.select((row) => {
      const [u, i] = [everybody.user[row], everybody.item[row]];
      return u !== 5 && !isHeld(u, i);
    });
    const model = new AutoRec({ ...SMALL, kind, epochs: 20 });
    await model.fit(data);
    const predicted = model.predict("u0", model.items.ids());
    expect(predicted.every((value) => value >= 1 && value <= 5)).toBe(true);
    const values = train.value as Float32Array;
    const mean = values.reduce((sum, one) => sum + one, 0) / values.length;
    if (kind === "item")
      for (const one of model.predict("u5", ["i1", "i2"])) expect(one).toBeCloseTo(mean, 4);
    else expect(model.predict("u5", ["i1", "i2"]).every(Number.isFinite)).toBe(true);
    model.dispose();
  });

  test("a penalty keeps the matrices small", async () => {
    const spread = async (regularization: number) => {
      const model = new AutoRec({ ...SMALL, kind, epochs: 100, regularization });
      await model.fit(ratings((u, i) => !isHeld(u, i)));
      const predicted = model.predict("u0", model.items.ids());
      model.dispose();
      return Math.max(...predicted) - Math.min(...predicted);
    };
    expect(await spread(1e4)).toBeLessThan((await spread(0.5)) / 2);
  });
});

test("validates by the error of ratings, of which less is better, beside a ranking", async () => {
  const model = new AutoRec({ ...SMALL, hidden: 16, regularization: 0, epochs: 40 });
  const errors: number[] = [];
  const data = ratings((u, i) => !isHeld(u, i));
  const test = ratings(isHeld);
  const validation = { data: test, metrics: ["rmse", "recall@5", "mae"], metric: "rmse" };
  for await (const epoch of model.train(data, { validation })) {
    expect(Object.keys(epoch.validation ?? {})).toEqual(["rmse", "recall@5", "mae"]);
    errors.push(epoch.validation?.rmse ?? Number.NaN);
  }
  expect(model.metrics.rmse).toBe(Math.min(...errors));
  expect((await evaluateRatings(model, test)).metrics.rmse).toBeCloseTo(Math.min(...errors), 5);
  expect(model.defaultMetrics).toEqual(["rmse", "mae"]);
  model.dispose();
});

test("refuses to validate by errors where there are no ratings, before it trains", async () => {
  const pairs = Interactions.from([["u0", "i0"]]);
  await expect(
    new AutoRec(SMALL).fit(
      ratings(() => true),
      { validation: { data: pairs } },
    ),
  ).rejects.toThrow(/test data without values; rmse and mae need ratings/);
  await expect(
    new MultDAE().fit(
      ratings(() => true),
      {
        validation: { data: ratings(isHeld), metrics: ["mae"] },
      },
    ),
  ).rejects.toThrow(/MultDAE: its scores rank items and are no ratings/);
});

test("refuses interactions without ratings", async () => {
  const pairs = Interactions.from([
    ["u", "i"],
    ["v", "j"],
  ]);
  await expect(new AutoRec().fit(pairs)).rejects.toThrow(
    'AutoRec: option "data" must have values, the ratings; these have none',
  );
});

test("does not pretend to know why", async () => {
  const model = await new AutoRec({ ...SMALL, epochs: 1 }).fit(ratings(() => true));
  expect(() => model.explain("u0", "i0")).toThrow(/hidden layer is not additive/);
  model.dispose();
});
