import { createReadStream, existsSync } from "node:fs";
import { join } from "node:path";
import { useBackend } from "@kith/core-tensors";
import { type Interactions, readInteractions, split } from "@kith/data";
import { mae, rmse } from "@kith/metrics";
import { AutoRec } from "@kith/models-ae";
import { MatrixFactorization } from "@kith/models-cf";
import { evaluateRatings } from "@kith/recommender";
import type { Bench } from "../bench.ts";

const FILE = "ml-latest-small/ratings.tsv.gz";

/** Options were chosen on a ninth of the training data; the epoch is chosen there, too, by the least RMSE. */
const contenders: Readonly<Record<string, () => AutoRec | MatrixFactorization>> = {
  "MatrixFactorization, ratings": () =>
    new MatrixFactorization({
      loss: "ratings",
      dim: 16,
      epochs: 60,
      learningRate: 0.01,
      regularization: 0.05,
    }),
  "AutoRec of items": () => new AutoRec({ epochs: 60 }),
  "AutoRec of users": () => new AutoRec({ kind: "user", epochs: 30, regularization: 20 }),
};

/** Prediction of ratings. */
export const ratingsBench: Bench = {
  name: "ratings",
  about: "RMSE and MAE of predicted ratings on ml-latest-small, a tenth held out at random",
  async run({ data: folder, log }) {
    if (!folder || !existsSync(join(folder, FILE)))
      return { metrics: {}, skipped: `KITH_DATA has no ${FILE}` };
    await useBackend({ threads: 2 });
    const { data } = await readInteractions(createReadStream(join(folder, FILE)), { name: FILE });
    const { train: all, test } = split(data, { by: "random", test: 0.1, seed: 42 });
    const { train, test: validation } = split(all, { by: "random", test: 1 / 9, seed: 43 });
    const found: Record<string, object> = {
      mean: ofMeans(train, test, 0),
      "user and item means": ofMeans(train, test, 10),
    };
    for (const [name, make] of Object.entries(contenders)) {
      const model = make();
      const started = performance.now();
      await model.fit(train, {
        validation: { data: validation, metrics: ["rmse"], metric: "rmse", every: 2 },
      });
      const seconds = (performance.now() - started) / 1000;
      const { metrics, ratings } = await evaluateRatings(model, test);
      found[name] = { ...metrics, ratings, seconds, options: model.options };
      log(`${name}: ${JSON.stringify(found[name])}`);
      model.dispose();
    }
    const rows = Object.entries(found) as [
      string,
      { rmse: number; mae: number; seconds?: number },
    ][];
    return {
      metrics: {
        train: train.length,
        validation: validation.length,
        test: test.length,
        models: found,
      },
      rows: rows.map(([model, { rmse: r, mae: m, seconds = 0 }]) => ({
        model,
        RMSE: r.toFixed(4),
        MAE: m.toFixed(4),
        seconds: seconds.toFixed(1),
      })),
    };
  },
};

/** Predicts μ + bᵤ + bᵢ, deviations from the mean that are shrunk (Koren, Bell & Volinsky): what a model has to beat. After 0 passes μ alone. */
function ofMeans(
  train: Interactions,
  test: Interactions,
  passes: number,
): { rmse: number; mae: number; ratings: number } {
  const values = train.value as Float32Array;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const [users, items] = [new Float64Array(train.users.size), new Float64Array(train.items.size)];
  const shrunk = (to: Float64Array, of: Uint32Array, rest: (row: number) => number, by: number) => {
    const counts = new Float64Array(to.length).fill(by);
    to.fill(0);
    for (let row = 0; row < train.length; row++) {
      to[of[row]] += rest(row);
      counts[of[row]]++;
    }
    for (let n = 0; n < to.length; n++) to[n] /= counts[n];
  };
  for (let pass = 0; pass < passes; pass++) {
    shrunk(items, train.item, (row) => values[row] - mean - users[train.user[row]], 3);
    shrunk(users, train.user, (row) => values[row] - mean - items[train.item[row]], 5);
  }
  const given: number[] = [];
  const predicted: number[] = [];
  for (let row = 0; row < test.length; row++) {
    const user = train.users.indexOf(test.users.id(test.user[row]));
    const item = train.items.indexOf(test.items.id(test.item[row]));
    if (user < 0 || item < 0) continue;
    given.push((test.value as Float32Array)[row]);
    predicted.push(Math.min(5, Math.max(0.5, mean + users[user] + items[item])));
  }
  return { rmse: rmse(given, predicted), mae: mae(given, predicted), ratings: given.length };
}
