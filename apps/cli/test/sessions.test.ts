import { readFileSync } from "node:fs";
import { join } from "node:path";
import { events, folder, type Outcome } from "./kith.ts";

const here = folder();
const result = (outcome: Outcome): Record<string, unknown> => {
  expect([outcome.code, outcome.stderr.includes("kith: ")]).toEqual([0, false]);
  return events(outcome).at(-1) as Record<string, unknown>;
};
const SMALL = [
  "--layers",
  "16",
  "--negatives",
  "20",
  "--batch-size",
  "8",
  "--learning-rate",
  "0.1",
];
const READY = ["--data", "train.tsv", "--test", "test.tsv"];
const GRU = ["train", "--model", "gru4rec", ...SMALL, "--epochs", "3", ...READY];
const DAY = 86_400;

/** Sessions over 12 items, each followed by the next one most of the time. */
const sessionsOf = (count: number, begin: number): string[][] =>
  Array.from({ length: count }, (_, s) =>
    Array.from({ length: 2 + ((s + begin) % 4) }, (_, n) => `i${(begin + s * 7 + n) % 12}`),
  );

beforeAll(() => {
  const file = (name: string, sessions: string[][]) =>
    here.file(
      name,
      `session\titems\n${sessions.map((items, s) => `${s}\t${items.join(" ")}`).join("\n")}\n`,
    );
  file("train.tsv", sessionsOf(240, 0));
  file("test.tsv", [...sessionsOf(40, 5), ["i1", "stranger", "i2"], ["stranger", "i3"]]);
  const log = sessionsOf(240, 0).flatMap((items, s) =>
    items.map((item, n) => `v${s % 40},${item},${Math.floor(s / 40) * DAY + (s % 40) * 10 + n}`),
  );
  here.file("log.csv", `visitor,item,time\n${log.join("\n")}\n`);
});

test.each([
  ["gru4rec", [...SMALL, "--epochs", "8"], 0.5],
  [
    "narm",
    [
      "--dim",
      "8",
      "--units",
      "8",
      "--batch-size",
      "64",
      "--learning-rate",
      "0.02",
      "--epochs",
      "8",
    ],
    0.5,
  ],
  ["markov", [], 0.9],
  ["vsknn", [], 0.2],
  ["stan", [], 0.2],
  ["session-knn", [], 0.2],
  ["s-pop", [], 0],
  ["session-popularity", [], 0],
])("%s learns from sessions and is measured on the next items", async (model, options, least) => {
  const args = ["train", "--model", model, ...options, ...READY];
  const found = result(await here.kith(...args, "--metrics", "recall@5,mrr@20", "--json"));
  expect(found).toMatchObject({
    event: "result",
    model,
    metrics: { "recall@5": expect.any(Number), "mrr@20": expect.any(Number) },
    protocol: "next item, full ranking",
    ties: "pessimistic",
    eventsPerSecond: expect.any(Number),
    events: 101,
    sessions: 240,
    unknownItems: 2,
    sessionsLeftOut: 1,
    items: 12,
    testSessions: 42,
    split: { kind: "ready-made" },
    peakRssBytes: expect.any(Number),
  });
  expect(found.eventsPerSecond).toBeGreaterThan(0);
  expect(found).not.toHaveProperty("wordsPerSecond");
  expect((found.metrics as Record<string, number>)["recall@5"]).toBeGreaterThanOrEqual(least);
});

test("a saved model is measured, asked and explained by session", async () => {
  const saved = await here.kith(...GRU, "--out", "gru.kith");
  expect(saved.stderr).toMatch(/saved gru\.kith \(.* of training, [\d,]+ events\/s\)/);
  const trained = result(await here.kith(...GRU, "--json"));
  const evaluate = [
    "evaluate",
    "--protocol",
    "next-item",
    "--model-file",
    "gru.kith",
    "--test",
    "test.tsv",
  ];
  const measured = result(await here.kith(...evaluate, "--json"));
  expect(measured.metrics).toEqual(trained.metrics);
  const byTies = result(await here.kith(...evaluate, "--ties", "optimistic", "--json"));
  expect(byTies.ties).toBe("optimistic");

  const ask = ["recommend", "--model-file", "gru.kith", "--session", "i3,nothing,i4", "-k", "2"];
  const asked = result(await here.kith(...ask, "--json"));
  expect(asked).toMatchObject({ session: ["i3", "nothing", "i4"], unknown: ["nothing"] });
  expect(asked.items).toHaveLength(2);
  const told = await here.kith(...ask);
  expect(told.stdout).toContain("The model does not know nothing: passed over.");
  expect(told.stdout).toContain("After i3, nothing, i4:");
  const similar = result(
    await here.kith("similar", "--model-file", "gru.kith", "--item", "i3", "--json"),
  );
  expect(similar.items).toHaveLength(10);

  const narm = [
    "train",
    "--model",
    "narm",
    "--dim",
    "8",
    "--units",
    "8",
    "--epochs",
    "1",
    ...READY,
  ];
  await here.kith(...narm, "--out", "narm.kith", "--quiet");
  const explained = result(
    await here.kith(
      "recommend",
      "--model-file",
      "narm.kith",
      "--session",
      "i3,i4,i5",
      "--explain",
      "-k",
      "1",
      "--json",
    ),
  );
  const [reasons] = explained.reasons as { item: string; weight: number }[][];
  expect(reasons.map(({ item }) => item).sort()).toEqual(["i3", "i4", "i5"]);
});

test("logs of events become sessions by gap, are filtered, and divided by days", async () => {
  const args = [
    "train",
    "--model",
    "markov",
    "--data",
    "log.csv",
    "--user-col",
    "visitor",
    "--json",
  ];
  const whole = result(await here.kith(...args, "--split", "none"));
  expect(whole).toMatchObject({ sessions: 40, split: { kind: "none" }, metrics: {} });
  const cut = result(await here.kith(...args, "--gap", "3600", "--split", "none"));
  expect(cut).toMatchObject({ sessions: 240 });
  const divided = result(
    await here.kith(
      ...args,
      "--gap",
      "3600",
      "--test-days",
      "1",
      "--validation-days",
      "1",
      "--min-user",
      "3",
    ),
  );
  expect(divided).toMatchObject({
    sessions: 120,
    validationSessions: 30,
    testSessions: 30,
    split: { kind: "days", hash: expect.stringMatching(/^[0-9a-f]{16}$/) },
  });
});

test("sessions without times are divided by share", async () => {
  const args = ["train", "--model", "s-pop", "--data", "train.tsv", "--json"];
  const found = result(
    await here.kith(...args, "--test-share", "0.25", "--validation-share", "0.25"),
  );
  expect(found).toMatchObject({
    sessions: 120,
    validationSessions: 60,
    testSessions: 60,
    split: { kind: "share" },
  });
});

test("the embedded sessions are synthetic, and split the same for train and evaluate", async () => {
  const saved = await here.kith(
    "train",
    "--model",
    "markov",
    "--data",
    "demo",
    "--out",
    "demo.kith",
    "--json",
  );
  const trained = result(saved);
  const measured = result(
    await here.kith("evaluate", "--model-file", "demo.kith", "--test", "demo", "--json"),
  );
  expect(measured.metrics).toEqual(trained.metrics);
  expect(measured.events).toBe(8017);
});

test("training goes on from a checkpoint to the same model", async () => {
  const { child, ended } = here.start([...GRU, "--epochs", "4000", "--out", "long.kith"]);
  await new Promise((resolve) => setTimeout(resolve, 3000));
  child.kill("SIGINT");
  const { stderr } = await ended;
  expect(stderr).toMatch(/the checkpoint is in long\.kith\.checkpoint/);
  const epochs = Number(/after (\d+) whole epoch/.exec(stderr)?.[1]);
  const more = ["--epochs", String(epochs + 2)];
  await here.kith(...GRU, ...more, "--out", "long.kith", "--resume");
  await here.kith(...GRU, ...more, "--out", "whole.kith");
  const bytes = (name: string) => readFileSync(join(here.path, name));
  expect(bytes("long.kith").equals(bytes("whole.kith"))).toBe(true);
});

test.each([
  [
    ["recommend", "--model-file", "gru.kith", "--user", "u"],
    /--user is not for gru4rec, which learns from sessions; take --session/,
  ],
  [
    ["recommend", "--model-file", "gru.kith", "--session", "nobody,nothing"],
    /item "nobody" is unknown/,
  ],
  [
    ["recommend", "--model-file", "gru.kith", "--session", "i1", "--user", "u"],
    /--session is all that a model of sessions is asked by/,
  ],
  [
    ["recommend", "--model-file", "gru.kith", "--session", "i1", "--explain"],
    /--explain: GRU4Rec: it cannot say which clicks/,
  ],
  [
    ["evaluate", "--model-file", "gru.kith", "--test", "test.tsv", "--protocol", "full-ranking"],
    /--protocol full-ranking is not for gru4rec.*it takes next-item/,
  ],
  [
    ["evaluate", "--model-file", "gru.kith", "--test", "test.tsv", "--include-seen"],
    /--include-seen is for models of users and items/,
  ],
  [
    ["evaluate", "--model-file", "gru.kith", "--test", "test.tsv", "--metrics", "coverage@5"],
    /coverage@5 is not measured on gru4rec/,
  ],
  [
    ["train", "--model", "gru4rec", "--data", "train.tsv", "--split", "random"],
    /--split random is not for gru4rec.*days, share or none/,
  ],
  [
    ["train", "--model", "gru4rec", "--data", "train.tsv", "--split", "days"],
    /--split days needs times/,
  ],
  [
    ["train", "--model", "gru4rec", "--data", "train.tsv", "--test-days", "2"],
    /--test-days is not for a split by share/,
  ],
  [
    ["train", "--model", "gru4rec", "--data", "log.csv", "--user-col", "visitor", "--gap", "-5"],
    /--gap must be a finite number above 0/,
  ],
  [
    ["train", "--model", "gru4rec", "--data", "train.tsv", "--layers", "100,x"],
    /--layers must be a list of 1 to 8 whole numbers/,
  ],
  [
    ["train", "--model", "lightgcn", "--data", "log.csv", "--gap", "5"],
    /--gap is not for lightgcn/,
  ],
  [["train", "--model", "narm"], /--data is missing: a file of sessions or of events/],
  [["train", "--model", "narm", "--data", "train.tsv", "--test", "none.tsv"], /none\.tsv/],
])("%j is refused", async (args, message) => {
  const { code, stderr } = await here.kith(...args);
  expect(code).not.toBe(0);
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/\n\s+at /);
});
