import { events, folder, ratings } from "./kith.ts";

const here = folder();
const TRAIN = ["train", "--data", "ratings.csv", "--split", "random", "--json"];
const QUICK = ["--epochs", "2", "--batch-size", "64"];

beforeAll(() => {
  here.file("ratings.csv", ratings({ users: 30, items: 20 }));
});

test.each([
  ["gmf", ["--dim", "4"], { dim: 4 }],
  ["mlp", ["--layers", "8,6,4"], { layers: [8, 6, 4] }],
  [
    "neumf",
    ["--dim", "4", "--layers", "8,4", "--pretrain-epochs", "3", "--optimizer", "sgd"],
    { dim: 4, layers: [8, 4], pretrainEpochs: 3, alpha: 0.5, optimizer: "sgd" },
  ],
])("%s is trained, kept and asked", async (model, flags, options) => {
  const out = `${model}.kith`;
  const trained = await here.kith(...TRAIN, "--model", model, ...QUICK, ...flags, "--out", out);
  expect([trained.code, trained.stderr.match(/kith: .*/)?.[0]]).toEqual([0, undefined]);
  const all = events(trained);
  expect(all.filter(({ event }) => event === "epoch")).toHaveLength(model === "neumf" ? 5 : 2);
  expect(all.at(-1)).toMatchObject({ model, options });
  const asked = await here.kith("recommend", "--model-file", out, "--user", "u1", "--json");
  expect(asked.code).toBe(0);
});

test("layers that cannot be are refused by name", async () => {
  const { code, stderr } = await here.kith(...TRAIN, "--model", "mlp", "--layers", "7,4");
  expect(code).not.toBe(0);
  expect(stderr).toMatch(/layers.*the first of them even/);
});
