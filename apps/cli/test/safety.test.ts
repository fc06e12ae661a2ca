import { existsSync, linkSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { folder, ratings } from "./kith.ts";

const here = folder();
const at = (name: string): string => join(here.path, name);
const FAST = ["--epochs", "1", "--dim", "4", "--split", "random"];
const TRAIN = ["train", "--data", "r.csv", ...FAST];

beforeAll(async () => {
  here.file("r.csv", ratings());
  here.file("t.csv", ratings());
  here.file("m.kith.checkpoint", ratings());
  here.file("recipe.yaml", "epochs: 1\n");
  here.file("items.csv", "item,title\ni1,The first\n");
  linkSync(at("r.csv"), at("hard.csv"));
  symlinkSync("r.csv", at("soft.csv"));
  symlinkSync("later.kith", at("dangling"));
  const { code } = await here.kith(
    "train",
    "--model",
    "item-knn",
    "--data",
    "r.csv",
    "--out",
    "knn.kith",
    "--quiet",
  );
  expect(code).toBe(0);
});

test.each<[string, string, string[]]>([
  ["--out", "--data", [...TRAIN, "--out", "r.csv"]],
  ["--out", "--data", [...TRAIN, "--out", "./hard.csv"]],
  ["--out", "--data", [...TRAIN, "--out", "soft.csv"]],
  ["--checkpoint", "--data", [...TRAIN, "--out", "new.kith", "--checkpoint", "r.csv"]],
  ["--checkpoint", "--out", [...TRAIN, "--out", "new.kith", "--checkpoint", "./new.kith"]],
  ["--checkpoint", "--out", [...TRAIN, "--out", "dangling", "--checkpoint", "later.kith"]],
  ["--out", "--test", ["train", "--data", "r.csv", "--test", "t.csv", "--out", "t.csv"]],
  [
    "--out",
    "--valid",
    ["train", "--data", "r.csv", "--valid", "t.csv", "--split", "none", "--out", "t.csv"],
  ],
  ["--out", "--config", [...TRAIN, "--config", "recipe.yaml", "--out", "recipe.yaml"]],
  ["--resume", "--data", [...TRAIN, "--out", "new.kith", "--resume", "r.csv"]],
  ["--resume", "--out", [...TRAIN, "--out", "knn.kith", "--resume", "knn.kith"]],
  [
    "--checkpoint (by default)",
    "--data",
    ["train", "--data", "m.kith.checkpoint", "--format", "csv", "--out", "m.kith"],
  ],
  [
    "--out",
    "--model-file",
    ["recommend", "--all-users", "--model-file", "knn.kith", "--out", "knn.kith"],
  ],
  [
    "--out",
    "--items",
    [
      ...["recommend", "--all-users", "--model-file", "knn.kith"],
      ...["--items", "items.csv", "--out", "items.csv"],
    ],
  ],
])("%s is refused where it is the file of %s: %j", async (output, other, args) => {
  const { code, stderr } = await here.kith(...args);
  expect(stderr).toContain(`kith: ${output} and ${other} are the same file, `);
  expect(code).toBe(2);
  expect(readFileSync(at("r.csv"), "utf8")).toBe(ratings());
  expect(existsSync(at("new.kith"))).toBe(false);
});

test("a file that is no checkpoint is neither overwritten nor deleted as one", async () => {
  here.file("notes.txt", "what I wanted to keep");
  const { code, stderr } = await here.kith(
    ...TRAIN,
    ...["--out", "notes.kith", "--checkpoint", "notes.txt"],
  );
  expect([code, stderr]).toEqual([
    1,
    "kith: notes.txt is there and is not a checkpoint: name another file with --checkpoint, or move it away\n",
  ]);
  expect(readFileSync(at("notes.txt"), "utf8")).toBe("what I wanted to keep");
});

test("a checkpoint that this training did not write or go on from stays", async () => {
  const { child, ended } = here.start([
    ...["train", "--data", "r.csv", "--dim", "4", "--split", "random", "--epochs", "100000"],
    ...["--checkpoint", "old.checkpoint"],
  ]);
  child.stderr?.on("data", (text: string) => {
    if (text.includes("epoch 2/")) child.kill("SIGINT");
  });
  await ended;
  expect(existsSync(at("old.checkpoint"))).toBe(true);
  const { code } = await here.kith(
    ...TRAIN,
    ...["--out", "other.kith", "--checkpoint", "old.checkpoint"],
  );
  expect(code).toBe(0);
  expect(existsSync(at("old.checkpoint"))).toBe(true);
});

test("without --out people are told before training that nothing will be saved", async () => {
  const { stderr } = await here.kith(...TRAIN);
  expect(stderr).toMatch(/the model will not be saved: --out <file> would save it\nepoch 1\/1/);
  expect((await here.kith(...TRAIN, "--quiet")).stderr).toBe("");
  expect((await here.kith(...TRAIN, "--out", "saved.kith")).stderr).not.toContain("not be saved");
});

test("after saving it is said how many of the rows were trained on", async () => {
  const { stderr } = await here.kith(...TRAIN, "--out", "part.kith");
  expect(stderr).toMatch(
    /saved part\.kith .*\ntrained on \d+ of 96 rows; --split none trains on all of them\n/,
  );
  const args = ["train", "--data", "r.csv", "--epochs", "1", "--split", "none"];
  expect((await here.kith(...args, "--out", "all.kith")).stderr).not.toContain("trained on");
  expect((await here.kith(...args, "--out", "p", "--validation-share", "0.1")).stderr).toMatch(
    /trained on \d+ of 96 rows; --validation-share 0 trains on all of them\n/,
  );
});

test("a part of a split with nobody whom the model knows is refused before training", async () => {
  const rows = Array.from({ length: 60 }, (_, i) =>
    Array.from({ length: 12 }, (_, j) => `u${i},i${(i + j) % 20},${1_600_000_000 + i * 1000}`),
  ).flat();
  here.file("once.csv", `user,item,time\n${rows.join("\n")}\n`);
  const { code, stderr } = await here.kith("train", "--data", "once.csv");
  expect(code).toBe(1);
  expect(stderr).not.toContain("epoch");
  expect(stderr.trimEnd().split("\n").at(-1)).toMatch(
    /^kith: once\.csv: the validation part of --split global-temporal has no user with rows in the training part; take --split user-temporal, --split random, --split none or --validation-share 0$/,
  );
  const ways = ["user-temporal", "random", "none"].map((kind) => ["--split", kind]);
  for (const way of ways)
    expect((await here.kith("train", "--data", "once.csv", "--epochs", "1", ...way)).code).toBe(0);
  const test = await here.kith("train", "--data", "once.csv", "--validation-share", "0");
  expect(test.code).toBe(1);
  expect(test.stderr).toMatch(/the test part of --split global-temporal has no user/);
});

test("a part of a split without rows names the file and the flags", async () => {
  here.file("few.csv", "user,item\na,x\nb,y\na,y\nb,x\n");
  const { code, stderr } = await here.kith("train", "--data", "few.csv");
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /kith: few\.csv: no row would be in \w+; there are too few rows, or too few for each user; take --split none or --validation-share 0\n$/,
  );
});

test("control characters in ids and titles are shown escaped, and are themselves in JSON", async () => {
  const id = "i1\u001b[31m\u009b";
  here.file("odd.csv", ratings().replaceAll(",i1,", `,${id},`));
  here.file("odd-items.csv", `item,title\n${id},Bell \u0007 and \u007f\n`);
  const trained = await here.kith(
    ...["train", "--model", "item-knn", "--data", "odd.csv", "--split", "none"],
    ...["--out", "odd.kith"],
  );
  expect(trained.code).toBe(0);
  const ask = ["similar", "--model-file", "odd.kith", "--items", "odd-items.csv", "--item"];
  const outputs = await Promise.all([
    here.kith(...ask, id),
    here.kith(...ask, "i3"),
    here.kith(
      ...["recommend", "--model-file", "odd.kith", "--items", "odd-items.csv"],
      ...["--history", "i3", "--explain"],
    ),
    here.kith(
      ...["recommend", "--model-file", "odd.kith", "--history", JSON.stringify([id]), "--explain"],
    ),
    here.kith(...ask, "\u001b]0;x\u0007\u009b"),
  ]);
  for (const { stdout, stderr } of outputs)
    expect((stdout + stderr).replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
  expect(outputs[0].stdout).toContain("Most like i1\\x1b[31m\\x9b (Bell \\x07 and \\x7f):");
  expect(outputs[1].stdout).toContain("i1\\x1b[31m\\x9b");
  const json = await here.kith(...ask, id, "--json");
  expect(JSON.parse(json.stdout).item).toBe(id);
});

test("where npm took the flags it is said how to write them", async () => {
  const hint = "npm took the flags; write npm run --silent kith -- train …\n";
  const npm = { npm_lifecycle_event: "kith" };
  const left = await here.start(["train", "r.csv"], npm).ended;
  expect(left.code).toBe(2);
  expect(left.stderr).toMatch(/^kith: too many arguments/);
  expect(left.stderr.endsWith(`; ${hint}`)).toBe(true);
  const none = await here.start(["train"], npm).ended;
  expect(none.stderr.endsWith(`; ${hint}`)).toBe(true);
  const own = await here.start([...TRAIN, "more"], npm).ended;
  expect(own.stderr).not.toContain("npm");
  expect((await here.kith("train", "r.csv")).stderr).not.toContain("npm");
});
