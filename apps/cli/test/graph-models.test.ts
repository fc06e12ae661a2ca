import { events, folder } from "./kith.ts";

const here = folder();
const QUICK = ["--epochs", "3", "--dim", "8", "--batch-size", "64"];

beforeAll(() => {
  const rows = ["user,item,event"];
  for (let u = 0; u < 24; u++)
    for (let i = 0; i < 12; i++) {
      if (u % 2 === i % 2 && (u + i) % 3 > 0) rows.push(`u${u},i${i},view`);
      if (u % 2 === i % 2 && (u + i) % 3 === 1) rows.push(`u${u},i${i},purchase`);
      if ((u * 5 + i * 7) % 4 === 0) rows.push(`u${u},i${i},noise`);
    }
  here.file("shop.csv", rows.join("\n"));
  here.file(
    "items.csv",
    [
      "item,colour,price,tags,vector",
      ...Array.from(
        { length: 12 },
        (_, i) => `i${i},${i % 2 ? "red" : "blue"},${i * 1.5},a|t${i % 3},0.5 ${i} -1`,
      ),
    ].join("\n"),
  );
});

const result = async (...args: string[]) => {
  const outcome = await here.kith("train", "--data", "shop.csv", ...QUICK, "--json", ...args);
  expect([outcome.code, outcome.stderr.match(/kith: .*/)?.[0]]).toEqual([0, undefined]);
  return events(outcome).at(-1) as Record<string, never>;
};

describe.each(["lightgcn", "xsimgcl", "ngcf", "gcn", "gat", "pinsage"])("%s", (model) => {
  test("weighs types of interaction, and is measured on those it recommends", async () => {
    const types = ["--type-weights", "view=0.5,purchase=1,noise=0", "--target-types", "purchase"];
    const trained = await result("--model", model, ...types, "--out", `${model}.kith`);
    expect(trained).toMatchObject({
      model,
      options: {
        typeWeights: { view: 0.5, purchase: 1, noise: 0 },
        targetTypes: ["purchase"],
      },
    });
    const all = await result("--model", model);
    expect(trained.testRows as number).toBeLessThan(all.testRows as number);
    const measured = await here.kith(
      ...["evaluate", "--model-file", `${model}.kith`, "--test", "shop.csv", "--json"],
    );
    expect(measured.code).toBe(0);
    const asked = await here.kith(
      ...["recommend", "--model-file", `${model}.kith`, "--user", "u3", "-k", "12"],
      ...["--exclude-seen", "--json"],
    );
    expect(asked.code).toBe(0);
  });
});

test.each(["gcn", "gat", "graphsage", "pinsage"])(
  "%s reads features of items, of all kinds",
  async (model) => {
    const kinds = ["--numeric", "price", "--multi-hot", "tags", "--vector", "vector"];
    const features = ["--features", "items.csv", ...kinds];
    const trained = await result("--model", model, ...features);
    expect(trained).toMatchObject({
      features: ["colour", "price", "tags", "vector"],
      featureItems: 12,
      options: { nodeFeatures: "all" },
    });
    const some = await result("--model", model, ...features, "--node-features", "price,tags");
    expect(some).toMatchObject({ options: { nodeFeatures: ["price", "tags"] } });
    expect(some.metrics).not.toEqual(trained.metrics);
  },
);

test("inspect says what is in fields of each kind", async () => {
  const kinds = ["--numeric", "price", "--multi-hot", "tags", "--vector", "vector"];
  const outcome = await here.kith("inspect", "items.csv", "--kind", "features", ...kinds, "--json");
  expect(outcome.code).toBe(0);
  expect(events(outcome)[0]).toMatchObject({
    fields: {
      colour: "2 values, known of 100.0 %",
      price: "numbers, known of 100.0 %",
      tags: "sets of 4 values, known of 100.0 %",
      vector: "vectors of 3 numbers, known of 100.0 %",
    },
  });
});

test("options that are lists are written with commas", async () => {
  const trained = await result("--model", "graphsage", "--fan-out", "4,3,2");
  expect(trained).toMatchObject({ options: { fanOut: [4, 3, 2] } });
});

test.each([
  [["--model", "lightgcn", "--features", "items.csv"], "--features is not for lightgcn"],
  [["--model", "gcn", "--numeric", "price"], "--numeric is of --features <file>, which is missing"],
  [["--model", "gcn", "--features", "items.csv", "--numeric", "colour"], "colour"],
  [
    ["--model", "gcn", "--features", "items.csv", "--node-features", "size"],
    'there is no feature "size"; users have none, items have colour, price, tags, vector',
  ],
  [["--model", "gcn", "--features", "shop.csv"], "shop.csv"],
  [["--model", "gcn", "--target-types", "buy"], 'there is no type "buy"'],
  [["--model", "gcn", "--type-weights", "view:2"], "--type-weights must be an object of types"],
  [["--model", "gcn", "--type-weights", "view=2"], "must have a weight for each type"],
  [["--model", "graphsage", "--fan-out", "0"], "--fan-out must be a list of 1 to 8 whole numbers"],
  [["--model", "gat", "--heads", "3"], "--heads must divide dim"],
])("%j is refused in a sentence", async (args, message) => {
  const outcome = await here.kith("train", "--data", "shop.csv", ...args);
  expect(outcome.code).toBeGreaterThan(0);
  expect(outcome.stdout).toBe("");
  expect(outcome.stderr.trim().split("\n").at(-1)).toContain(message);
});
