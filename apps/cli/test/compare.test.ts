import { readFileSync } from "node:fs";
import { join } from "node:path";
import { holmAdjusted, pairedTTest } from "@kith/metrics";
import { parseModels } from "../src/compare/entries.ts";
import { isWorse, standingsOf } from "../src/compare/standings.ts";
import { sessionSamples } from "../src/families/session-samples.ts";
import { events, folder, type Outcome, ratings } from "./kith.ts";

const here = folder();
const DATA = ["--data", "ratings.csv", "--split", "random"];
const GCN = "lightgcn:dim=8;layers=1;epochs=3;learning-rate=0.05";
const compare = (models: string, ...more: string[]): Promise<Outcome> =>
  here.kith("compare", "--models", models, ...DATA, ...more);

interface Result {
  readonly [field: string]: unknown;
  readonly label: string;
  readonly metrics: Readonly<Record<string, number>>;
  readonly intervals: Readonly<Record<string, readonly [number, number] | null>>;
  readonly pValues: Readonly<Record<string, number | null>>;
  readonly best: Readonly<Record<string, boolean>>;
}
const results = (outcome: Outcome): Result[] => events(outcome) as Result[];

beforeAll(() => {
  here.file("ratings.csv", ratings({ users: 60, items: 20 }));
});

describe("standings", () => {
  const users = ["a", "b", "c", "d"];
  const scored = (label: string, values: number[]) => ({
    label,
    metrics: { "recall@5": values.reduce((sum, each) => sum + each, 0) / values.length },
    samples: {
      noun: "user" as const,
      of: users,
      values: { "recall@5": Float64Array.from(values) },
    },
  });
  const best = scored("best", [0.9, 0.8, 0.7, 0.8]);
  const middle = scored("middle", [0.8, 0.9, 0.6, 0.7]);
  const worst = scored("worst", [0.1, 0.3, 0.2, 0.1]);

  test("intervals are the bootstrap's, p-values the paired t-test's against the best, corrected by Holm", async () => {
    const standings = await standingsOf([middle, best, worst], 42);
    const [a, b, c] = standings.map((each) => each["recall@5"]);
    const p = [middle, worst].map(
      ({ samples }) =>
        pairedTTest(best.samples.values["recall@5"], samples.values["recall@5"]).pValue,
    );
    const adjusted = holmAdjusted(p);
    expect(b).toMatchObject({ isBest: true, mean: 0.8 });
    expect(b).not.toHaveProperty("pValue");
    expect(a).toMatchObject({ isBest: false, pValue: adjusted[0], test: "paired t-test" });
    expect(c).toMatchObject({ isBest: false, pValue: adjusted[1] });
    expect([isWorse(a), isWorse(b), isWorse(c)]).toEqual([false, false, true]);
    // By hand: differences .1 −.1 .1 .1 have mean .05 and sd .1, so t = 1 with 3 degrees of freedom
    expect(p[0]).toBeCloseTo(0.391, 3);
    expect(adjusted[0]).toBe(p[0]);
    expect(adjusted[1]).toBe(2 * p[1]);
    const [lower, upper] = b.interval as readonly [number, number];
    expect([lower >= 0.7, lower < 0.8, upper > 0.8, upper <= 0.9]).toEqual(Array(4).fill(true));
    expect((await standingsOf([middle, best, worst], 42))[1]).toEqual(standings[1]);
  });

  test("the same difference everywhere has no variance, and is tested by ranks", async () => {
    const lower = scored("lower", [0.4, 0.3, 0.2, 0.3]);
    const [, other] = await standingsOf([best, lower], 42);
    // All four ranks on one side: p = 2 / 2⁴ would be exact, but the ties ask for the approximation
    expect(other["recall@5"].test).toBe("Wilcoxon signed-rank");
    expect(other["recall@5"].pValue).toBeLessThan(0.2);
  });

  test("what is no mean has neither interval nor p, and other users are not compared", async () => {
    const coverage = (value: number) => ({ label: "x", metrics: { "coverage@5": value } });
    const [one, other] = await standingsOf([coverage(0.5), coverage(0.4)], 42);
    expect(one["coverage@5"]).toEqual({ mean: 0.5, isBest: true });
    expect(other["coverage@5"]).toEqual({ mean: 0.4, isBest: false });
    expect(isWorse(other["coverage@5"])).toBeUndefined();
    const stranger = { ...middle, samples: { ...middle.samples, of: ["a", "b", "c", "e"] } };
    const [, apart] = await standingsOf([best, stranger], 42);
    expect(apart["recall@5"]).not.toHaveProperty("pValue");
    expect(apart["recall@5"]).toHaveProperty("interval");
  });

  test("one user has an interval and no p", async () => {
    const single = (value: number) => ({
      label: "x",
      metrics: { "mrr@5": value },
      samples: { noun: "user" as const, of: ["a"], values: { "mrr@5": Float64Array.of(value) } },
    });
    const [, other] = await standingsOf([single(1), single(0.5)], 42);
    expect(other["mrr@5"]).toEqual({ mean: 0.5, isBest: false, interval: [0.5, 0.5] });
  });
});

test("values of sessions have the mean of their clicks, and spread as sessions do", () => {
  // Clicks 1 1 | (an empty session) | 0 | 1 0 0: mean ½; sessions deviate by +1, −½, −½ from it, with two clicks each on average
  const { of, values, noun } = sessionSamples({
    metrics: { "recall@5": 0.5 },
    perEvent: { "recall@5": Float64Array.of(1, 1, 0, 1, 0, 0) },
    firstEvents: Uint32Array.of(0, 2, 2, 3, 6),
    events: 6,
    sessions: 3,
  });
  expect([noun, of]).toEqual(["session", [0, 2, 3]]);
  expect([...values["recall@5"]]).toEqual([1, 0.25, 0.25]);
});

test("lines of JSON hold what was measured, which is what train and evaluate measure", async () => {
  const outcome = await compare(
    `popularity,item-knn,${GCN}`,
    "--metrics",
    "recall@5,coverage@5",
    "--json",
  );
  expect([outcome.code, outcome.stderr.includes("kith: ")]).toEqual([0, false]);
  const found = results(outcome);
  expect(found.map(({ event, model, label }) => [event, model, label])).toEqual([
    ["result", "popularity", "popularity"],
    ["result", "item-knn", "item-knn"],
    ["result", "lightgcn", "lightgcn"],
  ]);
  for (const each of found) {
    expect(each).toMatchObject({
      seconds: expect.any(Number),
      evaluationSeconds: expect.any(Number),
      bytes: expect.any(Number),
      options: expect.any(Object),
      split: { kind: "random", hash: expect.stringMatching(/^[0-9a-f]{16}$/) },
      dataHash: expect.any(String),
      seed: 42,
      correction: "holm",
      protocol: "full ranking",
      versions: { kith: expect.any(String) },
      intervals: { "coverage@5": null },
      pValues: { "coverage@5": null },
    });
    const [lower, upper] = each.intervals["recall@5"] as readonly [number, number];
    expect(lower).toBeLessThanOrEqual(each.metrics["recall@5"]);
    expect(upper).toBeGreaterThanOrEqual(each.metrics["recall@5"]);
  }
  const [popularity, , lightgcn] = found;
  expect(found.filter(({ best }) => best["recall@5"])).toHaveLength(1);
  expect(popularity.pValues["recall@5"]).toBeLessThan(0.05);
  expect(lightgcn).toMatchObject({ epochs: 3, bestEpoch: expect.any(Number) });
  expect(lightgcn.curve).toHaveLength(3);

  const trained = await here.kith(
    "train",
    "--model",
    "item-knn",
    ...DATA,
    "--metrics",
    "recall@5,coverage@5",
    "--json",
    "--out",
    "knn.kith",
  );
  const single = events(trained).at(-1) as Record<string, unknown>;
  expect(found[1].metrics).toEqual(single.metrics);
  expect(found[1].split).toEqual(single.split);
  expect(found[1].bytes).toBe(readFileSync(join(here.path, "knn.kith")).length);
});

test("the table is best first, and says what its marks mean", async () => {
  const { code, stdout } = await compare("popularity,item-knn", "--metrics", "recall@5");
  expect(code).toBe(0);
  const [head, first, second] = stdout.split("\n");
  expect(head).toMatch(/^\d+ users +recall@5 +95 % interval +p +training +measuring +size$/);
  expect(first).toMatch(/^item-knn +[01]\.\d{4} \* +[01]\.\d{4} … [01]\.\d{4} +best .*(kB|MB)$/);
  expect(second).toMatch(/^popularity +0\.\d{4} +0\.\d{4} … 0\.\d{4} +<0\.001 /);
  expect(stdout).toContain("corrected for 1 comparison (Holm)");
});

test("one model alone is measured, with nothing to be tested against", async () => {
  const { code, stdout } = await compare("popularity", "--metrics", "recall@5");
  expect(code).toBe(0);
  expect(stdout).toMatch(/\npopularity +0\.\d{4} \* .* best /);
  expect(stdout).not.toContain("Holm");
});

test("a model is there with several options, each called by its own", async () => {
  const models = `popularity,${GCN},lightgcn:dim=4;layers=0;epochs=2`;
  const found = results(await compare(models, "--json", "--seed", "7"));
  expect(found.map(({ label }) => label)).toEqual([
    "popularity",
    GCN,
    "lightgcn:dim=4;layers=0;epochs=2",
  ]);
  expect(found[2]).toMatchObject({
    options: { dim: 4, layers: 0, epochs: 2, seed: 7 },
    epochs: 2,
    seed: 7,
  });
});

test("a config file lists models with options and labels; --epochs is for those without their own", async () => {
  here.file(
    "comparison.yaml",
    "models:\n  - popularity\n  - { model: lightgcn, dim: 4, label: small & quick }\n  - { model: lightgcn, dim: 4, epochs: 1 }\nepochs: 2\n",
  );
  const outcome = await here.kith("compare", ...DATA, "--config", "comparison.yaml", "--json");
  const found = results(outcome);
  expect(found.map(({ label, epochs }) => [label, epochs])).toEqual([
    ["popularity", 1],
    ["small & quick", 2],
    ["lightgcn:dim=4;epochs=1", 1],
  ]);
});

test("a budget of time ends with the epoch that passes it, and the best epoch is kept", async () => {
  const [found] = results(
    await compare("lightgcn:dim=8;epochs=1000000", "--seconds", "0.5", "--json"),
  );
  const curve = found.curve as { epoch: number; seconds: number; validation: object }[];
  expect(found.epochs).toBe(curve.length);
  expect(curve.length).toBeLessThan(1_000_000);
  expect(curve.slice(0, -1).every(({ seconds }) => seconds <= 0.6)).toBe(true);
  expect(curve.at(-1)).toHaveProperty("validation");
  expect(found.bestEpoch).toBeGreaterThanOrEqual(1);
});

test("a model that fails leaves its reason, the others go on, and the exit code is 1", async () => {
  const models = "popularity,lightgcn:dim=8;learning-rate=1e30;epochs=3,item-knn";
  const outcome = await compare(models, "--json", "--html", "failed.html");
  expect(outcome.code).toBe(1);
  expect(outcome.stderr).toMatch(/kith: lightgcn failed; the reason is above\n$/);
  const found = results(outcome);
  expect(found.map(({ label, failed }) => [label, failed !== undefined])).toEqual([
    ["popularity", false],
    ["lightgcn", true],
    ["item-knn", false],
  ]);
  expect(found[1].failed).toMatch(/LightGCN: .*training diverged; lower learning-rate/);
  expect(readFileSync(join(here.path, "failed.html"), "utf8")).toMatch(
    /failed: LightGCN: .*diverged/,
  );
  const told = await compare(models);
  expect(told.code).toBe(1);
  expect(told.stdout).toMatch(/\nlightgcn failed: LightGCN: /);
});

test("the report is one page with a row for each model, curves and nothing from elsewhere", async () => {
  here.file("old.html", "an earlier report");
  const { code, stderr } = await compare(
    `popularity,item-knn,${GCN}`,
    ...["--metrics", "recall@5,ndcg@5", "--html", "old.html"],
  );
  expect([code, stderr.includes("wrote old.html")]).toEqual([0, true]);
  const page = readFileSync(join(here.path, "old.html"), "utf8");
  expect(page).toMatch(/^<!doctype html>/);
  expect(page.match(/<th scope="row">[^<]*/g)).toEqual([
    expect.stringMatching(/item-knn|lightgcn/),
    expect.stringMatching(/item-knn|lightgcn/),
    '<th scope="row">popularity',
  ]);
  expect(page.match(/<svg /g)).toHaveLength(2);
  expect(page).not.toMatch(/<script|<link|<img|@import|url\(|\s(src|href)=/i);
  expect(page.replaceAll('xmlns="http://www.w3.org/2000/svg"', "")).not.toMatch(/https?:/);
  expect(page).toMatch(/<dt>split hash<\/dt><dd>[0-9a-f]{16}<\/dd>/);
  expect(page).toContain("<dt>recall@5</dt><dd>Σ_{i≤5} hit(i) / n</dd>");
  expect(page).toContain("<dt>learning-rate</dt><dd>0.05</dd>");
  expect(page).toContain("Holm's method");
  expect(page).not.toMatch(/undefined|NaN|\[object/);
});

test("what comes from users cannot become markup", async () => {
  const models = JSON.stringify([{ model: "popularity", label: '<b onclick="x">&' }]);
  await compare(models, "--html", "odd.html");
  const page = readFileSync(join(here.path, "odd.html"), "utf8");
  expect(page).not.toContain("<b onclick");
  expect(page).toContain('<th scope="row">&lt;b onclick=&quot;x&quot;>&amp;</th>');
});

test("models of sessions are compared over sessions", async () => {
  const lines = Array.from({ length: 120 }, (_, s) =>
    Array.from({ length: 2 + (s % 4) }, (_, n) => `i${(s * 7 + n) % 12}`).join(" "),
  );
  here.file(
    "sessions.tsv",
    `session\titems\n${lines.map((each, s) => `${s}\t${each}`).join("\n")}\n`,
  );
  const models = '[{"model":"gru4rec","layers":[8,8],"epochs":2},"markov","s-pop"]';
  const more = [
    "--data",
    "sessions.tsv",
    "--test-share",
    "0.2",
    "--validation-share",
    "0.1",
    "--html",
    "s.html",
  ];
  const found = results(await here.kith("compare", "--models", models, ...more, "--json"));
  expect(found.map(({ label, sampled }) => [label, sampled])).toEqual([
    ["gru4rec", "sessions"],
    ["markov", "sessions"],
    ["s-pop", "sessions"],
  ]);
  expect(found[0]).toMatchObject({ options: { layers: [8, 8] }, samples: found[0].testSessions });
  expect(found[1].best).toEqual({ "recall@20": expect.any(Boolean), "mrr@20": true });
  expect(found[2].pValues["mrr@20"]).toBeLessThan(0.001);
});

test("Ctrl-C reports what is finished, and ends with code 1", async () => {
  const models = "popularity,lightgcn:dim=8;epochs=1000000";
  const args = ["compare", "--models", models, ...DATA, "--json", "--html", "part.html"];
  const { child, ended } = here.start(args);
  child.stderr?.on("data", (text: string) => {
    if (text.includes("epoch 2/")) child.kill("SIGINT");
  });
  const outcome = await ended;
  expect(outcome.code).toBe(1);
  expect(outcome.stderr).toMatch(
    /kith: stopped by SIGINT while lightgcn was at work; 1 of 2 models finished\n$/,
  );
  expect(results(outcome).map(({ label }) => label)).toEqual(["popularity"]);
  expect(readFileSync(join(here.path, "part.html"), "utf8")).toContain("lightgcn did not finish");
});

test("models are read as names with options, or as a JSON list", () => {
  expect(parseModels(" popularity , lightgcn:loss=softmax; learning-rate=0.1 ,")).toEqual([
    { model: "popularity", options: {} },
    { model: "lightgcn", options: { loss: "softmax", learningRate: "0.1" } },
  ]);
  expect(parseModels('["a:b=1",{"model":"c","typeWeights":{"x":1,"y":2},"layers":[1,2]}]')).toEqual(
    [
      { model: "a", options: { b: "1" } },
      { model: "c", options: { typeWeights: "x=1,y=2", layers: "1,2" } },
    ],
  );
});

test.each([
  [["--models", "popularity,popularity"], /popularity is the same model as popularity/],
  [["--models", "lightgcn,lightgcn:dim=64"], /lightgcn:dim=64 is the same model as lightgcn/],
  [["--models", "popularity,lightgnc"], /there is no model "lightgnc" \(did you mean lightgcn\?\)/],
  [["--models", "gru4rec:layers=10,20"], /there is no model "20".*a JSON list/],
  [["--models", ""], /--models must name at least one model/],
  [["--models", " , "], /--models must name at least one model/],
  [["--models", "[]"], /--models must name at least one model/],
  [["--models", "[1]"], /a list holds names and records with "model".*got 1/],
  [["--models", "[popularity]"], /must be a JSON list/],
  [[], /--models is missing/],
  [["--models", "lightgcn:dims=8"], /lightgcn has no option dims \(did you mean dim\?\); it takes/],
  [["--models", "lightgcn:dim"], /written as model:option=value/],
  [["--models", "lightgcn:dim=8;dim=9"], /option dim is there twice/],
  [["--models", "lightgcn:dim=-8"], /--models: lightgcn: dim must be/],
  [["--models", "popularity:dim=8"], /popularity has no option dim; it takes none/],
  [
    ["--models", "lightgcn,gru4rec"],
    /lightgcn learns from users and items and gru4rec from sessions/,
  ],
  [["--models", "popularity,deepwalk"], /deepwalk learns from pairs of items; models of users/],
  [
    ["--models", '["popularity",{"model":"item-knn","label":"popularity"}]'],
    /two models are called/,
  ],
  [["--models", "popularity", "--metrics", "recal@5"], /there is no metric "recal@5"/],
  [["--models", "popularity", "--metrics", "auc"], /auc is not measured on popularity/],
  [["--models", "popularity", "--seconds", "0"], /--seconds must be a number above 0/],
  [["--models", "popularity", "--split", "none"], /--split none leaves nothing to compare on/],
  [["--models", "popularity", "--split", "days"], /--split days is not for popularity/],
  [["--models", "popularity", "--gap", "5"], /--gap is not for popularity/],
  [["--models", "popularity", "--html", "nowhere/x.html"], /there is no folder nowhere/],
  [["--models", "popularity", "--html", "ratings.csv"], /--html and --data are the same file/],
  [
    ["--models", "popularity", "--patience", "2", "--validation-share", "0"],
    /--patience needs validation data/,
  ],
])("%j is refused before training", async (args, message) => {
  const { code, stdout, stderr } = await here.kith("compare", ...DATA, ...args);
  expect(code).not.toBe(0);
  expect(stdout).toBe("");
  expect(stderr).toMatch(message);
  expect(stderr).not.toMatch(/\n\s+at | loss \d|after 0/);
});
