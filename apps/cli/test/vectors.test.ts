import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { events, folder, itemPairs, ratings } from "./kith.ts";

const here = folder();
const bytes = (name: string): Buffer => readFileSync(join(here.path, name));
const parsed = async (...args: string[]) => {
  const outcome = await here.kith(...args);
  expect([outcome.code, outcome.stderr]).toEqual([0, expect.not.stringContaining("kith: ")]);
  return events(outcome)[0];
};

beforeAll(async () => {
  const { train, test } = itemPairs();
  here.file("pairs.csv", train.replaceAll(/\ba3\b/g, "日本語"));
  here.file("test.csv", test.replaceAll(/\ba3\b/g, "日本語"));
  here.file("ratings.csv", ratings());
  here.file("titles.csv", "item,title\na1,The first\na5,The fifth\n");
  const quick = ["--dim", "8", "--epochs", "3", "--deterministic", "--quiet"];
  const walks = ["--walks-per-node", "20", "--walk-length", "10", "--window", "3"];
  const outcomes = await Promise.all([
    here.kith(
      "train",
      "--model",
      "deepwalk",
      "--data",
      "pairs.csv",
      "--split",
      "none",
      ...quick,
      ...walks,
      "--out",
      "items.kith",
    ),
    here.kith(
      "train",
      "--model",
      "item-mf-bias",
      "--data",
      "pairs.csv",
      "--split",
      "none",
      ...quick,
      "--out",
      "mf.kith",
    ),
    here.kith(
      "train",
      "--data",
      "ratings.csv",
      "--dim",
      "4",
      "--epochs",
      "2",
      "--quiet",
      "--out",
      "gcn.kith",
    ),
    here.kith(
      "train",
      "--model",
      "popularity",
      "--data",
      "ratings.csv",
      "--quiet",
      "--out",
      "pop.kith",
    ),
  ]);
  expect(outcomes.map(({ code, stderr }) => [code, stderr])).toEqual(Array(4).fill([0, ""]));
});

test("walks are lines of items that are pairs, the same for the same seed", async () => {
  const walk = (out: string, ...more: string[]) =>
    parsed(
      "walks",
      "--data",
      "pairs.csv",
      "--out",
      out,
      "--walks-per-node",
      "3",
      "--walk-length",
      "7",
      "--json",
      ...more,
    );
  expect(await walk("walks.txt")).toMatchObject({
    event: "result",
    items: 24,
    walks: 72,
    tokens: 72 * 7,
    seconds: expect.any(Number),
    walksPerSecond: expect.any(Number),
    pairs: { selfLoops: 0, duplicates: 0 },
  });
  const lines = bytes("walks.txt")
    .toString()
    .trim()
    .split("\n")
    .map((line) => line.split(" "));
  expect(lines.map(({ length }) => length)).toEqual(Array(72).fill(7));
  const edges = new Set(
    bytes("pairs.csv")
      .toString()
      .split("\n")
      .map((row) => row.split(",").slice(0, 2).sort().join()),
  );
  for (const line of lines)
    for (let n = 1; n < line.length; n++)
      expect(edges).toContain([line[n - 1], line[n]].sort().join());
  await walk("again.txt");
  await walk("other.txt", "--seed", "2");
  await walk("leaning.txt", "--p", "0.1", "--q", "4");
  expect(bytes("again.txt").equals(bytes("walks.txt"))).toBe(true);
  for (const name of ["other.txt", "leaning.txt"])
    expect(bytes(name).equals(bytes("walks.txt"))).toBe(false);
});

test("directed walks end early, which a matrix says with -1", async () => {
  here.file("path.csv", "a,b\nx,y\ny,z\n");
  const path = [
    "walks",
    "--data",
    "path.csv",
    "--directed",
    "--walks-per-node",
    "1",
    "--walk-length",
    "4",
  ];
  await parsed(...path, "--out", "path.txt", "--json");
  expect(bytes("path.txt").toString().trim().split("\n").sort()).toEqual(["x y z", "y z"]);
  await parsed(...path, "--out", "path.npy", "--ids", "ids.txt", "--json");
  expect(bytes("ids.txt").toString()).toBe("x\ny\nz\n");
  const file = bytes("path.npy");
  expect(file.subarray(0, 8)).toEqual(Buffer.from("\x93NUMPY\x01\x00", "latin1"));
  expect(file.subarray(8, 128).toString("latin1")).toMatch(/'<i4'.*\(2, 4\)/);
  const rows = [0, 1].map((row) =>
    [0, 1, 2, 3].map((k) => file.readInt32LE(128 + 16 * row + 4 * k)),
  );
  expect(rows.sort(([a], [b]) => a - b)).toEqual([
    [0, 1, 2, -1],
    [1, 2, -1, -1],
  ]);
});

test("people get a sentence, and the walks can be trained on", async () => {
  const { code, stdout } = await here.kith("walks", "--data", "pairs.csv", "--out", "corpus.txt");
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^240 walks of 9,600 items over 114 pairs of 24 items are in corpus\.txt: [\d.]+ s, of which [\d.]+ s to draw them, [\d,]+ walks\/s\n$/,
  );
  const train = [
    "train",
    "--model",
    "item2vec",
    "--data",
    "corpus.txt",
    "--no-header",
    "--dim",
    "8",
  ];
  const { metrics } = events(
    await here.kith(...train, "--deterministic", "--test", "test.csv", "--json"),
  ).at(-1) as { metrics: { auc: number } };
  expect(metrics.auc).toBeGreaterThan(0.9);
});

test.each(["items.kith", "mf.kith", "gcn.kith"])(
  "the vectors of %s go out in four formats, and come back the same",
  async (model) => {
    const similar = async (...source: string[]) => {
      const item = model === "gcn.kith" ? "i4" : "日本語";
      return parsed("similar", ...source, "--item", item, "-k", "4", "--json");
    };
    const { items, scores } = (await similar("--model-file", model)) as {
      items: string[];
      scores: number[];
    };
    const to = async (format: string, out: string, ...more: string[]) =>
      parsed("export", "--model-file", model, "--format", format, "--out", out, "--json", ...more);
    await to("word2vec", "v.txt");
    await to("word2vec-binary", "v.bin");
    expect(await to("safetensors", "v.safetensors")).toMatchObject({
      event: "result",
      format: "safetensors",
    });
    for (const file of ["v.txt", "v.bin", "v.safetensors"]) {
      const found = (await similar("--vectors", file)) as { items: string[]; scores: number[] };
      expect(found.items).toEqual(items);
      found.scores.forEach((score, n) => {
        expect(score).toBeCloseTo(scores[n], 5);
      });
    }
    const { items: count, dim } = (await to("npy", "v.npy", "--ids", "v-ids.txt")) as {
      items: number;
      dim: number;
    };
    expect(bytes("v-ids.txt").toString().trim().split("\n")).toHaveLength(count);
    expect(bytes("v.npy")).toHaveLength(128 + 4 * count * dim);
    expect(bytes("v.txt").toString().split("\n")[0]).toBe(`${count} ${dim}`);
    expect(readdirSync(here.path).filter((name) => name.endsWith(".tmp"))).toEqual([]);
  },
);

test("vectors are measured like the model they come from", async () => {
  await here.kith(
    "export",
    "--model-file",
    "items.kith",
    "--format",
    "word2vec",
    "--out",
    "m.txt",
    "--quiet",
  );
  const measure = async (...args: string[]) =>
    parsed("evaluate", ...args, "--test", "test.csv", "--json");
  const { metrics, scoring } = await measure("--model-file", "items.kith");
  const found = await measure("--vectors", "m.txt");
  expect(found).toMatchObject({ model: "vectors", vectors: "m.txt", scoring, metrics });
  const dot = await measure("--vectors", "m.txt", "--scoring", "dot");
  expect(dot).toMatchObject({ scoring: "dot" });
  expect(dot.medianScore).not.toBe(found.medianScore);
});

test("a model of items recommends beside an item, for several, and for all", async () => {
  const ask = ["recommend", "--model-file", "items.kith", "-k", "3"];
  const beside = (await parsed(...ask, "--item", "a1", "--exclude-seen", "--json")) as {
    item: string;
    items: string[];
  };
  expect(beside.item).toBe("a1");
  expect(beside.items.every((item) => /^a\d|日本語/.test(item) && item !== "a1")).toBe(true);
  const several = (await parsed(...ask, "--history", "b1,b2", "--exclude-seen", "--json")) as {
    items: string[];
  };
  expect(several.items.every((item) => item.startsWith("b"))).toBe(true);
  const { stdout } = await here.kith(
    ...ask,
    "--history",
    "a1,b2",
    "--items",
    "titles.csv",
    "--explain",
  );
  expect(stdout).toMatch(/^For somebody with a1, b2:\n {3}1 {2}[\s\S]*because of /);
  expect((await here.kith(...ask, "--item", "a1")).stdout).toMatch(/^With a1:\n {3}1 {2}a1 /);
  const { code, stderr } = await here.kith(...ask, "--all-items", "--out", "all.jsonl");
  expect([code, stderr]).toEqual([0, "saved the recommendations for 24 items in all.jsonl\n"]);
  const lines = bytes("all.jsonl")
    .toString()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines).toHaveLength(24);
  expect(lines[0]).toEqual({
    item: expect.any(String),
    items: expect.any(Array),
    scores: expect.any(Array),
  });
});

test("inspect tells pairs, sequences, features and vectors by their columns, flags or first line", async () => {
  expect(await parsed("inspect", "pairs.csv", "--json")).toMatchObject({
    kind: "pairs",
    columns: { source: "source", target: "target", weight: "weight", relation: "relation" },
    pairs: 114,
    items: 24,
    weightRange: [1, 3],
    edges: 114,
    components: 2,
    largestComponent: 12,
  });
  expect(await parsed("inspect", "test.csv", "--json")).toMatchObject({
    kind: "pairs",
    label1: 18,
    label0: 18,
  });
  here.file("users.csv", "user,item\nx,y\nz,y\n");
  expect(
    await parsed("inspect", "users.csv", "--source-col", "user", "--target-col", "item", "--json"),
  ).toMatchObject({ kind: "pairs", pairs: 2 });
  here.file("sessions.tsv", "items\na b\nc\n");
  expect(await parsed("inspect", "sessions.tsv", "--json")).toMatchObject({
    kind: "sequences",
    sequences: 2,
    tokens: 3,
    minLength: 1,
    maxLength: 2,
  });
  here.file("brands.csv", "item,brand\na,0\nb,K\n");
  expect(await parsed("inspect", "brands.csv", "--missing", "0", "--json")).toMatchObject({
    kind: "features",
    fields: { brand: "1 values, known of 50.0 %" },
  });
  here.file("two.txt", "2 3\na 1 2 3\nb 4 5 6\n");
  expect(await parsed("inspect", "two.txt", "--json")).toEqual({
    kind: "vectors",
    file: "two.txt",
    items: 2,
    dim: 3,
  });
  expect(await parsed("inspect", "items.kith", "--json")).toMatchObject({
    kind: "model",
    model: "DeepWalk",
    items: 24,
  });
});
