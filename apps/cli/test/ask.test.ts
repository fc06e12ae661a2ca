import { readFileSync } from "node:fs";
import { join } from "node:path";
import { events, folder, ratings } from "./kith.ts";

const here = folder();
const USER = "Zoë 🙂";

beforeAll(async () => {
  here.file("ratings.csv", ratings().replaceAll("u1,", `${USER},`).replaceAll(",i3,", ",日本語,"));
  here.file("items.csv", "item,title\n日本語,The third\ni1,The first\ni5,The fifth\n");
  const train = (model: string, ...options: string[]) =>
    here.kith(
      "train",
      "--model",
      model,
      "--data",
      "ratings.csv",
      "--split",
      "random",
      "--out",
      `${model}.kith`,
      "--quiet",
      ...options,
    );
  const outcomes = await Promise.all([
    train(
      "lightgcn",
      "--epochs",
      "30",
      "--dim",
      "8",
      "--loss",
      "softmax",
      "--learning-rate",
      "0.05",
    ),
    train("item-knn"),
    train("popularity"),
  ]);
  expect(outcomes.map(({ code }) => code)).toEqual([0, 0, 0]);
});

test.each(["lightgcn", "item-knn", "popularity"])(
  "%s recommends to a user it knows",
  async (model) => {
    const outcome = await here.kith(
      "recommend",
      "--model-file",
      `${model}.kith`,
      "--user",
      USER,
      "-k",
      "3",
      "--json",
    );
    const [{ user, items, scores }] = events(outcome) as {
      user: string;
      items: string[];
      scores: number[];
    }[];
    expect(user).toBe(USER);
    expect(items).toHaveLength(3);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
  },
);

test("a model trained on two groups recommends within the user's own", async () => {
  const outcome = await here.kith(
    "recommend",
    "--model-file",
    "lightgcn.kith",
    "--user",
    "u4",
    "-k",
    "4",
    "--json",
  );
  const [{ items }] = events(outcome) as { items: string[] }[];
  expect(items.every((item) => ["i0", "i2", "i4", "i6", "i8", "i10"].includes(item))).toBe(true);
});

test("people get places, scores, titles and reasons", async () => {
  const { code, stdout } = await here.kith(
    "recommend",
    "--model-file",
    "item-knn.kith",
    "--user",
    USER,
    "-k",
    "6",
    "--items",
    "items.csv",
    "--explain",
  );
  expect(code).toBe(0);
  expect(stdout).toMatch(new RegExp(`^For ${USER}:\n {3}1 {2}`));
  expect(stdout).toContain("The third");
  expect(stdout).toMatch(/ {6}because of \S+ and \S+\n/);
});

test("somebody new is described by a history, which may hold any id", async () => {
  const outcome = await here.kith(
    "recommend",
    "--model-file",
    "lightgcn.kith",
    "--history",
    '["日本語","i5"]',
    "--exclude-seen",
    "-k",
    "4",
    "--json",
  );
  const [{ history, items }] = events(outcome) as { history: string[]; items: string[] }[];
  expect(history).toEqual(["日本語", "i5"]);
  expect(items).toHaveLength(4);
  expect(items).not.toContain("日本語");
});

test("k beyond the catalogue gives all there is", async () => {
  const outcome = await here.kith(
    "recommend",
    "--model-file",
    "lightgcn.kith",
    "--user",
    "u2",
    "-k",
    "100000",
    "--json",
  );
  expect((events(outcome)[0] as { items: string[] }).items).toHaveLength(12);
});

test("--all-users writes a line for each user, all or nothing", async () => {
  const { code, stdout, stderr } = await here.kith(
    "recommend",
    "--model-file",
    "lightgcn.kith",
    "--all-users",
    "-k",
    "2",
    "--out",
    "recs.jsonl",
  );
  expect([code, stdout]).toEqual([0, ""]);
  expect(stderr).toContain("saved the recommendations for 20 users in recs.jsonl");
  const lines = readFileSync(join(here.path, "recs.jsonl"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines).toHaveLength(20);
  expect(lines[0]).toEqual({
    user: "u0",
    items: [expect.any(String), expect.any(String)],
    scores: [expect.any(Number), expect.any(Number)],
  });
  const [alone] = events(
    await here.kith(
      "recommend",
      "--model-file",
      "lightgcn.kith",
      "--user",
      "u0",
      "-k",
      "2",
      "--json",
    ),
  );
  expect(lines[0].items).toEqual((alone as { items: string[] }).items);
});

test("similar items are of the same group", async () => {
  const outcome = await here.kith(
    "similar",
    "--model-file",
    "item-knn.kith",
    "--item",
    "日本語",
    "-k",
    "3",
    "--json",
    "--items",
    "items.csv",
  );
  const [{ item, items, titles }] = events(outcome) as {
    item: string;
    items: string[];
    titles: (string | null)[];
  }[];
  expect(item).toBe("日本語");
  expect(items.every((each) => Number(each.slice(1)) % 2 === 1)).toBe(true);
  expect(titles).toHaveLength(3);
  const { stdout } = await here.kith(
    "similar",
    "--model-file",
    "lightgcn.kith",
    "--item",
    "i5",
    "-k",
    "2",
    "--items",
    "items.csv",
  );
  expect(stdout).toMatch(/^Most like i5 \(The fifth\):\n {3}1 {2}/);
});

test("a saved model is measured anew", async () => {
  const outcome = await here.kith(
    "evaluate",
    "--model-file",
    "item-knn.kith",
    "--test",
    "ratings.csv",
    "--metrics",
    "recall@5,coverage@5",
    "--include-seen",
    "--json",
  );
  expect(events(outcome)).toEqual([
    expect.objectContaining({
      event: "result",
      model: "item-knn",
      metrics: { "recall@5": expect.any(Number), "coverage@5": expect.any(Number) },
      evaluatedUsers: 20,
      unknownUsers: 0,
      evaluationSeconds: expect.any(Number),
    }),
  ]);
  const { stdout } = await here.kith(
    "evaluate",
    "--model-file",
    "item-knn.kith",
    "--test",
    "ratings.csv",
    "--include-seen",
  );
  expect(stdout).toMatch(/^20 users +recall@20/);
});

test("inspect tells what a model file holds", async () => {
  const outcome = await here.kith("inspect", "lightgcn.kith", "--json");
  expect(events(outcome)).toEqual([
    expect.objectContaining({
      kind: "model",
      model: "LightGCN",
      users: 20,
      items: 12,
      options: expect.objectContaining({ dim: 8, loss: "softmax" }),
      validation: expect.objectContaining({ "recall@20": expect.any(Number) }),
      tensors: expect.objectContaining({ "users.embedding": "float32 20 × 8" }),
    }),
  ]);
  expect((await here.kith("inspect", "lightgcn.kith")).stdout).toMatch(
    /users\.embedding +float32 20 × 8/,
  );
});

test("inspect tells what a file of interactions holds, bad rows and duplicates included", async () => {
  here.file(
    "odd.csv",
    "who,what,stars,timestamp\na,x,1,2024-01-01\na,x,2,2024-01-02\nb,y,oops,2024-01-03\nb,x,3,2024-01-04\n",
  );
  const outcome = await here.kith(
    "inspect",
    "odd.csv",
    "--user-col",
    "who",
    "--item-col",
    "what",
    "--json",
  );
  expect(events(outcome)).toEqual([
    expect.objectContaining({
      kind: "data",
      format: "csv",
      columns: { user: "who", item: "what", value: "stars", time: "timestamp" },
      rows: 3,
      users: 2,
      items: 1,
      duplicates: 1,
      badRowCount: 1,
      dates: ["2024-01-01", "2024-01-04"],
    }),
  ]);
  const { stdout } = await here.kith(
    "inspect",
    "odd.csv",
    "--user-col",
    "who",
    "--item-col",
    "what",
  );
  expect(stdout).toMatch(/line 4 +column "stars"/);
});
