import { events, folder, ratings } from "./kith.ts";

const here = folder();
const DATA = ["--data", "ratings.csv", "--split", "random", "--json"];
const QUICK = ["--epochs", "3", "--hidden", "8", "--batch-size", "10"];

beforeAll(() => {
  here.file("ratings.csv", ratings({ users: 30, items: 20 }));
});

test("autorec is trained on ratings, measured by their errors and by ranking, and asked", async () => {
  const flags = ["--kind", "user", ...QUICK, "--out", "ratings.kith"];
  const trained = await here.kith("train", "--model", "autorec", ...DATA, ...flags);
  expect([trained.code, trained.stderr.match(/kith: .*/)?.[0]]).toEqual([0, undefined]);
  const result = events(trained).at(-1) ?? {};
  expect(Object.keys(result.metrics as object)).toEqual(["rmse", "mae", "recall@20", "ndcg@20"]);
  const { rmse, mae } = result.metrics as { rmse: number; mae: number };
  expect(mae).toBeLessThanOrEqual(rmse);
  expect(rmse).toBeLessThan(4);
  expect(result.measuredRatings).toBeGreaterThan(0);

  const test = ["--test", "ratings.csv", "--metrics", "mae", "--json"];
  const again = await here.kith("evaluate", "--model-file", "ratings.kith", ...test);
  expect(events(again).at(-1)).toMatchObject({ protocol: "ratings", unknownRatings: 0 });
  const asked = await here.kith("recommend", "--model-file", "ratings.kith", "--user", "u1");
  expect(asked.code).toBe(0);
});

test("mf with ratings keeps its best epoch by the least error", async () => {
  const flags = ["--loss", "ratings", "--epochs", "6", "--dim", "4", "--metric", "rmse"];
  const trained = await here.kith(
    "train",
    "--model",
    "mf",
    ...DATA,
    ...flags,
    "--metrics",
    "rmse,mae",
  );
  expect([trained.code, trained.stderr.match(/kith: .*/)?.[0]]).toEqual([0, undefined]);
  const all = events(trained);
  const errors = all
    .filter(({ event }) => event === "epoch")
    .map(({ validation }) => (validation as { rmse: number }).rmse);
  expect(errors).toHaveLength(6);
  expect(all.at(-1)).toMatchObject({ validation: { rmse: Math.min(...errors) } });
});

test.each([
  [
    "a model that ranks",
    ["train", "--model", "ease", ...DATA, "--metrics", "rmse"],
    /EASE: its scores rank items/,
  ],
  [
    "a comparison",
    ["compare", "--models", "mf,ease", ...DATA, "--metrics", "rmse"],
    /rmse is not compared/,
  ],
  [
    "data without ratings",
    ["train", "--model", "autorec", ...DATA, "--no-value-col"],
    /AutoRec: option "data" must have values/,
  ],
])("errors of ratings are refused of %s", async (_, args, message) => {
  const { code, stderr } = await here.kith(...args);
  expect(code).not.toBe(0);
  expect(stderr).toMatch(message);
});
