import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { events, folder, ratings } from "./kith.ts";

const here = folder();
const bytes = (name: string): Buffer => readFileSync(join(here.path, name));
const FAST = ["--epochs", "3", "--dim", "8", "--batch-size", "64"];

beforeAll(() => {
  here.file("ratings.csv", ratings());
  const [header, ...rows] = ratings().trim().split("\n");
  const part = (keep: (i: number) => boolean): string =>
    [header, ...rows.filter((_, i) => keep(i))].join("\n");
  here.file("train.tsv.gz", gzipSync(part((i) => i % 5 > 1).replaceAll(",", "\t")));
  here.file("valid.tsv.gz", gzipSync(part((i) => i % 5 === 1).replaceAll(",", "\t")));
  here.file("test.tsv.gz", gzipSync(part((i) => i % 5 === 0).replaceAll(",", "\t")));
});

test("--json writes an event for each epoch and then the result, and nothing else, on stdout", async () => {
  const outcome = await here.kith(
    "train",
    "--data",
    "ratings.csv",
    ...FAST,
    "--seed",
    "7",
    "--out",
    "json.kith",
    "--json",
  );
  expect(outcome.code).toBe(0);
  const [first, second, third, result, ...more] = events(outcome);
  expect(more).toEqual([]);
  expect([first, second, third].map(({ event, epoch }) => [event, epoch])).toEqual([
    ["epoch", 1],
    ["epoch", 2],
    ["epoch", 3],
  ]);
  expect(first).toEqual({
    event: "epoch",
    epoch: 1,
    loss: expect.any(Number),
    seconds: expect.any(Number),
    validation: {
      "recall@20": expect.any(Number),
      "ndcg@20": expect.any(Number),
      "mrr@20": expect.any(Number),
      "coverage@20": expect.any(Number),
    },
  });
  expect(result).toMatchObject({
    event: "result",
    model: "lightgcn",
    metrics: {
      "recall@20": expect.any(Number),
      "ndcg@20": expect.any(Number),
      "mrr@20": expect.any(Number),
      "coverage@20": expect.any(Number),
    },
    seconds: expect.any(Number),
    secondsPerEpoch: expect.any(Number),
    evaluationSeconds: expect.any(Number),
    peakRssBytes: expect.any(Number),
    epochs: 3,
    seed: 7,
    options: { dim: 8, epochs: 3, batchSize: 64, loss: "bpr" },
    data: "ratings.csv",
    dataHash: expect.stringMatching(/^[0-9a-f]{16}$/),
    split: { kind: "global-temporal", seed: 42, hash: expect.stringMatching(/^[0-9a-f]{16}$/) },
    users: 20,
    items: 12,
    rows: 96,
    versions: { kith: expect.any(String), node: process.versions.node },
    backend: { kernels: expect.any(String), threads: 1 },
  });
  const { trainRows, validationRows, testRows } = result as Record<string, number>;
  expect(trainRows + validationRows + testRows).toBe(96);
});

test("without --json people get progress on stderr and a table on stdout, without control characters", async () => {
  const { code, stdout, stderr } = await here.kith(
    "train",
    "--data",
    "ratings.csv",
    ...FAST,
    "--split",
    "random",
  );
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^\d+ users +recall@20 +ndcg@20 +mrr@20 +coverage@20\nlightgcn( +\d\.\d{4}){4}\n$/,
  );
  expect(stderr).toMatch(
    /96 rows of 20 users and 12 items; split random, hash [0-9a-f]{16}: \d+ to train on/,
  );
  expect(stderr).toMatch(/epoch 3\/3 {2}loss \d\.\d{4} {2}validation recall@20 \d\.\d{4}\n/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
});

test("--quiet leaves nothing but the table", async () => {
  const { stdout, stderr } = await here.kith(
    "train",
    "--data",
    "ratings.csv",
    "--model",
    "popularity",
    "--quiet",
  );
  expect(stderr).toBe("");
  expect(stdout).toMatch(/popularity/);
});

test.each(["lightgcn", "item-knn", "popularity"])(
  "%s trains on a ready-made split",
  async (model) => {
    const options = model === "lightgcn" ? FAST : [];
    const outcome = await here.kith(
      ...[
        "train",
        "--model",
        model,
        "--data",
        "train.tsv.gz",
        "--valid",
        "valid.tsv.gz",
        "--test",
        "test.tsv.gz",
        "--json",
      ],
      ...options,
    );
    const result = events(outcome).at(-1);
    expect(result).toMatchObject({
      event: "result",
      model,
      split: { kind: "ready-made" },
      testRows: 20,
      validationRows: 19,
      trainRows: 57,
    });
    expect(outcome.code).toBe(0);
  },
);

test("of a ready-made training part a share can be taken for validation", async () => {
  const outcome = await here.kith(
    "train",
    "--data",
    "train.tsv.gz",
    "--test",
    "test.tsv.gz",
    "--validation-share",
    "0.2",
    "--split",
    "random",
    "--json",
    ...FAST,
  );
  const { trainRows, validationRows, testRows } = events(outcome).at(-1) as Record<string, number>;
  expect([trainRows + validationRows, testRows]).toEqual([57, 20]);
  expect(validationRows).toBeGreaterThan(0);
});

test.each(["global-temporal", "user-temporal", "random", "leave-one-out"])(
  "--split %s",
  async (kind) => {
    const outcome = await here.kith(
      "train",
      "--model",
      "popularity",
      "--data",
      "ratings.csv",
      "--split",
      kind,
      "--json",
    );
    expect(events(outcome).at(-1)).toMatchObject({ split: { kind } });
  },
);

test("--split none trains on everything and measures nothing", async () => {
  const outcome = await here.kith(
    "train",
    "--model",
    "item-knn",
    "--data",
    "ratings.csv",
    "--split",
    "none",
    "--json",
    "--out",
    "all.kith",
  );
  expect(events(outcome).at(-1)).toMatchObject({
    metrics: {},
    split: { kind: "none" },
    trainRows: 96,
    testRows: 0,
  });
  expect(existsSync(join(here.path, "all.kith"))).toBe(true);
});

test("the same seed gives the same file, another seed another", async () => {
  const train = (out: string, seed: string) =>
    here.kith("train", "--data", "ratings.csv", ...FAST, "--seed", seed, "--out", out, "--quiet");
  await Promise.all([train("a.kith", "1"), train("b.kith", "1"), train("c.kith", "2")]);
  expect(bytes("a.kith").equals(bytes("b.kith"))).toBe(true);
  expect(bytes("a.kith").equals(bytes("c.kith"))).toBe(false);
});

test("a config file holds flags in both spellings, and the command line wins", async () => {
  here.file(
    "recipe.yaml",
    "model: lightgcn\ndata: ratings.csv\nepochs: 2\nbatchSize: 32\nlearning-rate: 1e-2\nmetrics: [recall@5, ndcg@5]\ntimeCol: false\njson: true\nseed: 3\n",
  );
  const outcome = await here.kith("train", "--config", "recipe.yaml", "--seed", "9", "--dim", "4");
  expect(events(outcome).at(-1)).toMatchObject({
    metrics: { "recall@5": expect.any(Number), "ndcg@5": expect.any(Number) },
    options: { epochs: 2, batchSize: 32, learningRate: 0.01, seed: 9, dim: 4 },
    split: { kind: "random" },
  });
  here.file(
    "recipe.json",
    JSON.stringify({ data: "ratings.csv", model: "popularity", json: true }),
  );
  expect(events(await here.kith("train", "--config", "recipe.json")).at(-1)).toMatchObject({
    model: "popularity",
  });
});

test("duplicate pairs are counted and said, and kept unless asked", async () => {
  here.file("twice.csv", `${ratings()}u1,i3,1,1\nu1,i3,2,2\n`);
  const kept = await here.kith("train", "--model", "popularity", "--data", "twice.csv", "--json");
  expect(kept.stderr).toContain(
    "twice.csv: 2 rows with a user and item that an earlier row has already",
  );
  expect(events(kept).at(-1)).toMatchObject({ rows: 98 });
  const once = await here.kith(
    "train",
    "--model",
    "popularity",
    "--data",
    "twice.csv",
    "--duplicates",
    "last",
    "--json",
  );
  expect(events(once).at(-1)).toMatchObject({ rows: 96 });
});

test("bad rows are left out on request, counted and said", async () => {
  here.file("bad-rows.csv", `${ratings()}u1,i3,NaN,1\nu2,i4\n`);
  const outcome = await here.kith(
    "train",
    "--model",
    "popularity",
    "--data",
    "bad-rows.csv",
    "--skip-bad-rows",
    "--json",
  );
  expect(outcome.stderr).toMatch(
    /bad-rows\.csv: 2 bad rows left out; the first is line 98, column "rating"/,
  );
  expect(events(outcome).at(-1)).toMatchObject({ rows: 96 });
});

test("k-core filters say what is left", async () => {
  here.file("rare.csv", `${ratings()}lonely,i1,1,1600000500\n`);
  const outcome = await here.kith(
    "train",
    "--model",
    "popularity",
    "--data",
    "rare.csv",
    "--min-user",
    "2",
    "--min-item",
    "2",
    "--json",
  );
  expect(outcome.stderr).toContain(
    "of 97 rows, 21 users and 12 items, 96, 20 and 12 are left after the filter",
  );
});

test("early stopping keeps the best epoch", async () => {
  const outcome = await here.kith(
    "train",
    "--data",
    "ratings.csv",
    "--split",
    "random",
    "--epochs",
    "200",
    "--dim",
    "8",
    "--patience",
    "2",
    "--metric",
    "ndcg@5",
    "--json",
  );
  const all = events(outcome);
  const epochs = all.slice(0, -1) as { validation: Record<string, number> }[];
  expect(epochs.length).toBeLessThan(200);
  expect(outcome.stderr).toMatch(/epoch \d+ was the best and is kept/);
  const best = Math.max(...epochs.map(({ validation }) => validation["ndcg@5"]));
  expect((all.at(-1) as { validation: Record<string, number> }).validation["ndcg@5"]).toBe(best);
});

test("users and items that training never saw are not known to the model, and the test data says how many there are", async () => {
  const late = "late,i1,5,1700000000\nlate,i2,5,1700000001\nu1,new,5,1700000002\n";
  here.file("late.csv", ratings() + late);
  const outcome = await here.kith(
    ...["train", "--model", "item-knn", "--data", "late.csv", "--out", "late.kith", "--json"],
  );
  expect(outcome.stderr).toContain(
    "1 user of the test data is not known to the model and left out",
  );
  expect(events(outcome).at(-1)).toMatchObject({ users: 21, items: 13, unknownUsers: 1 });
  const asked = await here.kith("recommend", "--model-file", "late.kith", "--user", "late");
  expect(asked.stderr).toContain('user "late" is unknown');
});
