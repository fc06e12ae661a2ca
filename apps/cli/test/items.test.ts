import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { events, folder, itemPairs, type Outcome } from "./kith.ts";

const here = folder();
const text = (name: string): string => readFileSync(join(here.path, name), "utf8");
const result = (outcome: Outcome): Record<string, unknown> => {
  expect([outcome.code, outcome.stderr.includes("kith: ")]).toEqual([0, false]);
  return events(outcome).at(-1) as Record<string, unknown>;
};
const FAST = ["--dim", "8", "--seed", "7", "--deterministic"];
const WALKS = ["--walks-per-node", "20", "--walk-length", "10", "--window", "3", "--epochs", "3"];
const READY = ["--data", "train.csv", "--valid", "test.csv", "--test", "test.csv"];
const DEEPWALK = ["train", "--model", "deepwalk", ...FAST, ...WALKS, ...READY];

beforeAll(() => {
  const { train, test } = itemPairs();
  here.file("train.csv", train);
  here.file("test.csv", test);
  const brands = Array.from({ length: 12 }, (_, i) => `a${i}\tA\t1\nb${i}\tB\t${i % 2}`);
  here.file("brands.tsv", `item\tbrand\tshop\n${brands.join("\n")}\n`);
  const sessions = Array.from({ length: 300 }, (_, s) =>
    Array.from({ length: 6 }, (_, k) => `${"ab"[s % 2]}${(s * 5 + k * 7 + ((s * k) % 3)) % 12}`),
  );
  here.file(
    "sessions.tsv",
    `id\titems\n${sessions.map((s, n) => `${n}\t${s.join(" ")}`).join("\n")}\n`,
  );
  const clicks = sessions.flatMap((s, user) => s.map((item, n) => `${user},${item},${n}`));
  here.file("events.csv", `user,item,time\n${clicks.reverse().join("\n")}\n`);
});

test.each([
  ["deepwalk", WALKS],
  ["node2vec", [...WALKS, "--p", "0.5", "--q", "2"]],
  ["eges", [...WALKS, "--features", "brands.tsv", "--missing", "0"]],
  ["item-mf", ["--epochs", "30"]],
  [
    "item-mf-bias",
    ["--walks-per-node", "20", "--walk-length", "10", "--window", "3", "--epochs", "5"],
  ],
])(
  "%s learns from pairs, tells the test pairs apart and says how it scores",
  async (model, options) => {
    const args = ["train", "--model", model, ...FAST, ...options, ...READY];
    const found = result(await here.kith(...args, "--learning-rate", "0.1", "--json"));
    expect(found).toMatchObject({
      event: "result",
      model,
      metrics: { auc: expect.any(Number), "auc-seen": expect.any(Number) },
      perRelation: { bought: { auc: expect.any(Number) }, viewed: { auc: expect.any(Number) } },
      protocol: "link prediction",
      scoring: model.startsWith("item-mf") ? "dot" : "cosine",
      unknownPairs: 0,
      tieRate: expect.any(Number),
      medianScore: expect.any(Number),
      secondsPerEpoch: expect.any(Number),
      peakRssBytes: expect.any(Number),
      split: { kind: "ready-made" },
      items: 24,
      relations: 2,
    });
    const { auc, "average-precision": ap } = found.metrics as Record<string, number>;
    expect(Math.min(auc, ap)).toBeGreaterThan(0.9);
  },
);

test("an epoch of walks has its tokens, and the result words per second; those of pairs have none", async () => {
  const walked = events(await here.kith(...DEEPWALK, "--json"));
  expect(walked.slice(0, -1).map(({ tokens }) => tokens)).toEqual(Array(3).fill(24 * 20 * 10));
  expect(walked[0]).toMatchObject({ event: "epoch", wordsPerSecond: expect.any(Number) });
  expect(walked.at(-1)).toMatchObject({ wordsPerSecond: expect.any(Number) });
  const paired = events(
    await here.kith("train", "--model", "item-mf", ...FAST, "--epochs", "1", ...READY, "--json"),
  );
  expect(paired.at(-1)).not.toHaveProperty("wordsPerSecond");
});

test("item2vec learns from sequences, and from events with users and times just the same", async () => {
  const train = async (data: string, ...more: string[]) => {
    const args = ["train", "--model", "item2vec", ...FAST, "--epochs", "5", "--test", "test.csv"];
    return result(await here.kith(...args, "--data", data, "--json", "--quiet", ...more));
  };
  const found = await train("sessions.tsv");
  expect(found).toMatchObject({
    sequences: 300,
    tokens: 1800,
    items: 24,
    split: { kind: "ready-made" },
  });
  expect((found.metrics as { auc: number }).auc).toBeGreaterThan(0.9);
  expect(await train("sessions.tsv", "--items-col", "items")).toMatchObject({
    dataHash: found.dataHash,
  });
  here.file(
    "plain.txt",
    text("sessions.tsv")
      .replace(/^.*\n/, "")
      .replaceAll(/^\d+\t/gm, ""),
  );
  expect(await train("plain.txt", "--no-header")).toMatchObject({ metrics: found.metrics });
  const fromEvents = await train("events.csv");
  expect(fromEvents).toMatchObject({ sequences: 300, tokens: 1800 });
  expect((fromEvents.metrics as { auc: number }).auc).toBeGreaterThan(0.9);
});

test("--skip-lines passes over a header that is divided otherwise than the rows", async () => {
  here.file("blanks.txt", "src\tdst\tweight\na b 1\nb c 2\nc a 1\n");
  const train = ["train", "--model", "deepwalk", "--data", "blanks.txt", "--split", "none"];
  const refused = await here.kith(...train);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain("blanks.txt, line 2: expected 3 columns, got 1");
  const found = result(
    await here.kith(...train, "--skip-lines", "1", "--no-header", "--delimiter", " ", "--json"),
  );
  expect(found).toMatchObject({ rows: 3, items: 3 });
});

test("--relation trains and measures on one relation", async () => {
  const found = result(await here.kith(...DEEPWALK, "--relation", "bought", "--json"));
  const bought = (name: string) => text(name).match(/bought$/gm)?.length;
  expect(found).toMatchObject({ rows: bought("train.csv"), pairs: bought("test.csv") });
  expect(found).not.toHaveProperty("perRelation");
});

test("--scoring auto takes what tells the validation pairs better, names it and saves it", async () => {
  const little = ["--dim", "2", "--walks-per-node", "2", "--epochs", "1"]; // too little to be right on all pairs
  const args = [...DEEPWALK, ...little, "--scoring", "auto", "--out", "auto.kith"];
  const outcome = await here.kith(...args, "--json");
  const { scoring, scoringAucs, options, validation, metrics } = result(outcome) as {
    scoring: "cosine" | "dot";
    scoringAucs: Record<string, number>;
    options: object;
    validation: Record<string, number>;
    metrics: Record<string, number>;
  };
  const { cosine, dot } = scoringAucs;
  expect(cosine).not.toBe(dot);
  expect(scoring).toBe(dot > cosine ? "dot" : "cosine");
  expect(validation.auc).toBe(Math.max(cosine, dot));
  expect(options).toMatchObject({ scoring });
  expect(outcome.stderr).toMatch(
    /scores are by (cosine|dot): validation auc is 0\.\d{4} by cosine, /,
  );
  for (const kind of ["cosine", "dot"]) {
    const asked = ["evaluate", "--model-file", "auto.kith", "--test", "test.csv", "--json"];
    const found = result(await here.kith(...asked, "--scoring", kind));
    expect(found).toMatchObject({ scoring: kind, metrics: { auc: scoringAucs[kind] } });
  }
  const again = ["evaluate", "--model-file", "auto.kith", "--protocol", "link-prediction"];
  expect(
    result(
      await here.kith(
        ...again,
        "--test",
        "test.csv",
        "--valid",
        "test.csv",
        "--scoring",
        "auto",
        "--json",
      ),
    ),
  ).toMatchObject({ scoring, metrics });
});

test("without a test file pairs are held out, each against one that is not there", async () => {
  const args = ["train", "--model", "deepwalk", ...FAST, ...WALKS, "--data", "train.csv"];
  const found = result(await here.kith(...args, "--split-seed", "3", "--json"));
  const { rows, trainRows, validationRows, testRows } = found as Record<string, number>;
  expect(found).toMatchObject({ split: { kind: "pairs", seed: 3, hash: expect.any(String) } });
  expect([trainRows + validationRows / 2 + testRows / 2, testRows]).toEqual([
    rows,
    2 * Math.round(rows / 5),
  ]);
  const held = await here.kith(...args, "--out", "held.kith");
  expect(held.stderr).toMatch(/trained on \d+ of \d+ pairs; --split none trains on all of them/);
  expect(held.stdout).toMatch(
    /^\d+ pairs by cosine +auc +auc-seen +average-precision\ndeepwalk +\d\.\d{4}/,
  );
});

test("--split items leaves items unseen, which the curve and auc show", async () => {
  const args = ["train", "--model", "deepwalk", ...FAST, ...WALKS, "--data", "train.csv"];
  const options = ["--split", "items", "--test-share", "0.4", "--validation-share", "0"];
  const outcome = await here.kith(...args, ...options, "--curve", "cliff.svg", "--learning-curve");
  expect(outcome.code).toBe(0);
  expect(outcome.stderr).toMatch(
    /\d+ pairs of \d+ have an item that the model does not know, and the median score/,
  );
  expect(outcome.stdout).toMatch(
    /\* all pairs: average precision 0\.\d{4}\no seen pairs: average precision/,
  );
  expect(outcome.stdout).toMatch(/training of deepwalk\n\* loss\n/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  expect(outcome.stdout + outcome.stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
  for (const line of outcome.stdout.split("\n")) expect([...line].length).toBeLessThanOrEqual(80);
  expect(text("cliff.svg")).toMatch(/^<svg [\s\S]*seen pairs[\s\S]*<\/svg>\n$/);
  const counted = result(await here.kith(...args, ...options, "--json")) as Record<string, number>;
  expect(counted.unknownPairs).toBeGreaterThan(0.3 * counted.pairs);
  expect(counted.split).toMatchObject({ kind: "items", heldOutItems: expect.any(Number) });
});

test("a cold item has a vector of its brand alone, and is told apart", async () => {
  const cold = text("train.csv")
    .split("\n")
    .filter((line) => !/\b[ab]0,/.test(line));
  here.file("cold.csv", cold.join("\n"));
  const tests = text("test.csv").split("\n");
  here.file(
    "cold-test.csv",
    tests.filter((line, n) => n === 0 || /\b[ab]0,/.test(line)).join("\n"),
  );
  const data = ["--data", "cold.csv", "--test", "cold-test.csv", "--json"];
  const eges = ["train", "--model", "eges", ...FAST, ...WALKS, "--features", "brands.tsv", ...data];
  const found = result(await here.kith(...eges, "--learning-rate", "0.1"));
  expect(found).toMatchObject({
    unknownPairs: 0,
    coverage: { brand: 1, shop: 1 },
    featureItems: 24,
  });
  expect((found.metrics as { auc: number }).auc).toBeGreaterThan(0.9);
  const deepwalk = await here.kith("train", "--model", "deepwalk", ...FAST, ...WALKS, ...data);
  expect([deepwalk.code, deepwalk.stderr]).toEqual([
    1,
    "kith: --test cold-test.csv has no pair whose items are both in the training data\n",
  ]);
});

test("pairs that are to be predicted and are trained on are counted", async () => {
  here.file("leak.csv", `${text("train.csv")}a0,a5,1,bought\na5,a0,1,viewed\n`);
  here.file("ask.csv", "source,target,label\na5,a0,1\na5,b0,0\na10,a0,1\n");
  const args = [...DEEPWALK, "--data", "leak.csv", "--valid", "ask.csv", "--test", "ask.csv"];
  const { stderr } = await here.kith(...args);
  expect(stderr).toContain(
    "--test ask.csv: 1 of the 2 pairs of label 1 are in the training data, too",
  );
});

test("loops, weights of 0 and pairs of label 0 are no edges, and are told", async () => {
  const { train } = itemPairs();
  const rows = train
    .trim()
    .split("\n")
    .map((row, n) => `${row},${n === 0 ? "label" : 1}`);
  here.file(
    "odd.csv",
    `${rows.join("\n")}\na1,a1,1,bought,1\na1,b1,0,bought,1\na1,b2,1,bought,0\n`,
  );
  const { code, stderr } = await here.kith(...DEEPWALK, "--data", "odd.csv");
  expect(code).toBe(0);
  expect(stderr).toContain("odd.csv: 1 pair of an item with itself: no edge\n");
  expect(stderr).toContain("odd.csv: 1 pair of weight 0: no edge\n");
  expect(stderr).toContain("odd.csv: 1 pair of label 0 left out\n");
});

test("training goes on from a checkpoint, and with one thread to the same file", async () => {
  const train = (out: string) => [
    ...DEEPWALK,
    ...["--walks-per-node", "2000", "--epochs", "12", "--out", out],
  ];
  expect((await here.kith(...train("whole.kith"), "--quiet")).code).toBe(0);
  const { child, ended } = here.start(train("part.kith"));
  child.stderr?.on("data", (said: string) => {
    if (said.includes("epoch 2/12")) child.kill("SIGINT");
  });
  expect((await ended).stderr).toContain("the checkpoint is in part.kith.checkpoint");
  const resumed = await here.kith(...train("part.kith"), "--resume");
  expect([resumed.code, resumed.stderr.includes("epoch 1/12")]).toEqual([0, false]);
  const bytes = (name: string) => readFileSync(join(here.path, name));
  expect(bytes("part.kith").equals(bytes("whole.kith"))).toBe(true);
  expect(existsSync(join(here.path, "part.kith.checkpoint"))).toBe(false);
});

test("the embedded data are pairs and sequences, too", async () => {
  const args = ["--data", "demo", "--dim", "4", "--epochs", "1", "--quiet", "--json"];
  const walks = ["--walks-per-node", "1", "--walk-length", "5", "--validation-share", "0"];
  const paired = result(await here.kith("train", "--model", "deepwalk", ...walks, ...args));
  expect(paired).toMatchObject({ items: expect.any(Number), split: { kind: "pairs" } });
  const sequenced = result(await here.kith("train", "--model", "item2vec", ...args));
  expect(sequenced).toMatchObject({ metrics: {}, sequences: 9285, split: { kind: "none" } });
});
