import { readFileSync } from "node:fs";
import { join } from "node:path";
import { folder, type Outcome, ratings } from "./kith.ts";

const here = folder();

beforeAll(async () => {
  here.file("ok.csv", ratings());
  here.file("empty.csv", "");
  here.file("header.csv", "user,item\n");
  here.file(
    "binary.csv",
    new Uint8Array(500).map((_, i) => (i * 37) % 256),
  );
  here.file("columns.csv", "who,what\na,x\n");
  here.file("one-user.csv", "user,item\na,x\na,y\n");
  here.file("one-item.csv", "user,item\na,x\nb,x\n");
  here.file("nan.csv", "user,item,rating\na,x,1\nb,y,NaN\n");
  here.file("text.kith", "this is no model at all");
  here.file("empty.kith", "");
  here.file("unknown.yaml", "epocs: 3\n");
  here.file("list.yaml", "- 1\n- 2\n");
  here.file("broken.yaml", "a: [1\n");
  here.file("no-titles.csv", "item,price\ni1,3\n");
  const { code } = await here.kith(
    "train",
    "--model",
    "popularity",
    "--data",
    "ok.csv",
    "--out",
    "ok.kith",
    "--quiet",
  );
  expect(code).toBe(0);
  const whole = readFileSync(join(here.path, "ok.kith"));
  here.file("cut.kith", whole.subarray(0, whole.length - 100));
  here.file("header-cut.kith", whole.subarray(0, 60));
  const flipped = Buffer.from(whole);
  flipped.write("Fopularity", flipped.indexOf("Popularity"));
  here.file("other.kith", flipped);
});

const TRAIN = ["train", "--data", "ok.csv"];
const ASK = ["recommend", "--model-file", "ok.kith"];

const CASES: readonly [
  what: string,
  code: number,
  message: string | RegExp,
  args: readonly string[],
][] = [
  // data
  [
    "a missing file",
    1,
    "cannot read nothing.csv: there is no such file",
    ["train", "--data", "nothing.csv"],
  ],
  ["a folder", 1, ". is a folder, not a file", ["train", "--data", "."]],
  ["an empty file", 1, "empty.csv is empty", ["train", "--data", "empty.csv"]],
  ["a header alone", 1, "header.csv has a header and no rows", ["train", "--data", "header.csv"]],
  ["a binary file", 1, /^binary\.csv is not UTF-8 text/, ["train", "--data", "binary.csv"]],
  [
    "wrong columns",
    1,
    /^columns\.csv: no column looks like the users; the columns are "who", "what"\. Pass --user-col and --item-col/,
    ["train", "--data", "columns.csv"],
  ],
  [
    "a column that is not there",
    1,
    /^ok\.csv: there is no column "who"; the columns are "user", "item"/,
    [...TRAIN, "--user-col", "who"],
  ],
  ["one user", 1, /^one-user\.csv has only one user/, ["train", "--data", "one-user.csv"]],
  ["one item", 1, /^one-item\.csv has only one item/, ["train", "--data", "one-item.csv"]],
  [
    "a NaN rating",
    1,
    /^nan\.csv, line 3, column "rating": .*got "NaN"/,
    ["train", "--data", "nan.csv"],
  ],
  [
    "a filter that leaves nothing",
    1,
    /^--min-user and --min-item: nothing is left of 96 rows/,
    [...TRAIN, "--min-user", "99"],
  ],
  [
    "times that are not there",
    1,
    /^--split user-temporal needs times, and the demo data has none/,
    ["train", "--data", "demo", "--split", "user-temporal"],
  ],
  ["no data", 2, /^--data is missing/, ["train"]],
  // options
  ["an unknown command", 2, /^unknown command 'trane' \(did you mean train\?\)/, ["trane"]],
  [
    "an unknown option",
    2,
    "unknown option '--epocs' (did you mean --epochs?)",
    [...TRAIN, "--epocs", "3"],
  ],
  [
    "an unknown model",
    2,
    /^there is no model "lightgnc" \(did you mean lightgcn\?\); the models are/,
    [...TRAIN, "--model", "lightgnc"],
  ],
  [
    "an option of another model",
    2,
    /^--dim is not an option of item-knn, which takes --neighbours, --shrinkage/,
    [...TRAIN, "--model", "item-knn", "--dim", "4"],
  ],
  ["a dim of 0", 2, /^--dim must be a whole number from 1 to \d+, got 0/, [...TRAIN, "--dim", "0"]],
  [
    "a dim of 1e9",
    2,
    /^--dim must be a whole number from 1 to \d+, got 1000000000/,
    [...TRAIN, "--dim", "1e9"],
  ],
  [
    "a dim that is no number",
    2,
    /^--dim must be a whole number from 1 to \d+, got "many"/,
    [...TRAIN, "--dim", "many"],
  ],
  ["a value that is missing", 2, "option '--dim <value>' argument missing", [...TRAIN, "--dim"]],
  [
    "a learning rate below 0",
    2,
    "--learning-rate must be a finite number above 0, got -1",
    [...TRAIN, "--learning-rate", "-1"],
  ],
  [
    "a diverging learning rate",
    1,
    /^LightGCN: the loss became [\d.e+]+ in epoch 1: training diverged; lower --learning-rate/,
    [...TRAIN, "--learning-rate", "1e12", "--epochs", "50", "--batch-size", "8", "--quiet"],
  ],
  ["an unknown split", 2, /^--split must be one of/, [...TRAIN, "--split", "odd"]],
  [
    "shares that leave nothing",
    2,
    "--test-share and --validation-share must leave something to train on",
    [...TRAIN, "--test-share", "0.6", "--validation-share", "0.5"],
  ],
  [
    "an unknown metric",
    2,
    /^--metrics: there is no metric "hits@20"/,
    [...TRAIN, "--metrics", "hits@20"],
  ],
  [
    "patience without validation",
    2,
    /^--patience needs validation data/,
    [...TRAIN, "--patience", "2", "--validation-share", "0", "--quiet"],
  ],
  [
    "too many threads",
    2,
    /^--threads .*must be a whole number from 1 to/,
    [...TRAIN, "--threads", "9999"],
  ],
  ["an argument too many", 2, /^too many arguments/, [...TRAIN, "more"]],
  [
    "resuming what has no epochs",
    2,
    /^--resume is not for popularity/,
    [...TRAIN, "--model", "popularity", "--resume"],
  ],
  // config
  [
    "an unknown key in a config file",
    2,
    'unknown.yaml: there is no option "epocs" (did you mean epochs?)',
    [...TRAIN, "--config", "unknown.yaml"],
  ],
  [
    "a config file that is a list",
    1,
    /^list\.yaml: expected options with their values/,
    [...TRAIN, "--config", "list.yaml"],
  ],
  [
    "a config file that is broken",
    1,
    /^broken\.yaml is neither YAML nor JSON/,
    [...TRAIN, "--config", "broken.yaml"],
  ],
  // places to write
  ["an out path that is a folder", 1, "cannot write .: it is a folder", [...TRAIN, "--out", "."]],
  [
    "an out path in no folder",
    1,
    "cannot write gone/m.kith: there is no folder gone",
    [...TRAIN, "--out", "gone/m.kith"],
  ],
  [
    "an out path below a file",
    1,
    "cannot write ok.csv/m.kith: ok.csv is not a folder",
    [...TRAIN, "--out", "ok.csv/m.kith"],
  ],
  [
    "an out path that takes no files",
    1,
    "cannot write /proc/m.kith: no file can be made there",
    [...TRAIN, "--out", "/proc/m.kith"],
  ],
  // asking
  ["nobody to recommend to", 2, /^whom for\?/, ASK],
  ["no model", 2, /^--model-file is missing/, ["recommend", "--user", "u1"]],
  [
    "an unknown user",
    1,
    /^Popularity: user "nobody" is unknown; .*--history/,
    [...ASK, "--user", "nobody"],
  ],
  [
    "an unknown item in a history",
    1,
    /^Popularity: item "nothing" is unknown/,
    [...ASK, "--history", "nothing"],
  ],
  [
    "k of 0",
    2,
    '-k must be a whole number of at least 1, got "0"',
    [...ASK, "--user", "u1", "-k", "0"],
  ],
  [
    "k of -1",
    2,
    '-k must be a whole number of at least 1, got "-1"',
    [...ASK, "--user", "u1", "-k", "-1"],
  ],
  [
    "k of abc",
    2,
    '-k must be a whole number of at least 1, got "abc"',
    [...ASK, "--user", "u1", "-k", "abc"],
  ],
  [
    "reasons where there are none",
    1,
    /^--explain: Popularity: everybody gets the same scores/,
    [...ASK, "--user", "u1", "--explain"],
  ],
  [
    "likeness where there is none",
    1,
    /^Popularity: .*use ItemKNN/,
    ["similar", "--model-file", "ok.kith", "--item", "i1"],
  ],
  [
    "items without titles",
    1,
    /^no-titles\.csv: no column holds titles/,
    [...ASK, "--user", "u1", "--items", "no-titles.csv"],
  ],
  [
    "test data of strangers",
    1,
    /^the test data must have .* got 1 /,
    ["evaluate", "--model-file", "ok.kith", "--test", "one-user.csv"],
  ],
  // model files
  [
    "a model file that is text",
    1,
    /^text\.kith is not a model file: /,
    ["recommend", "--model-file", "text.kith", "--user", "u1"],
  ],
  [
    "a model file that is data",
    1,
    /^ok\.csv is not a model file: /,
    ["recommend", "--model-file", "ok.csv", "--user", "u1"],
  ],
  [
    "a model file that is empty",
    1,
    "empty.kith is empty; expected a model file",
    ["recommend", "--model-file", "empty.kith", "--user", "u1"],
  ],
  [
    "a model file cut short",
    1,
    /^cut\.kith: .*truncated/,
    ["recommend", "--model-file", "cut.kith", "--user", "u1"],
  ],
  [
    "a model file cut within its header",
    1,
    /^header-cut\.kith: not a safetensors file/,
    ["inspect", "header-cut.kith"],
  ],
  [
    "a model of another kind",
    1,
    'other.kith holds a model named "Fopularity", which this version of kith does not have',
    ["recommend", "--model-file", "other.kith", "--user", "u1"],
  ],
  ["nothing to inspect", 2, "missing required argument 'file'", ["inspect"]],
];

function check({ code, stdout, stderr }: Outcome, wanted: number, message: string | RegExp): void {
  const last = stderr.trimEnd().split("\n").at(-1) ?? "";
  expect(last).toMatch(/^kith: /);
  if (typeof message === "string") expect(last).toBe(`kith: ${message}`);
  else expect(last.slice("kith: ".length)).toMatch(message);
  expect(code).toBe(wanted);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stdout).toBe("");
}

test.each(CASES)("%s ends with code %i and one clear sentence", async (_, code, message, args) => {
  check(await here.kith(...args), code, message);
});

test("--verbose adds where the error arose", async () => {
  const { code, stderr } = await here.kith("train", "--data", "nothing.csv", "--verbose");
  expect(code).toBe(1);
  expect(stderr).toMatch(/^\s+at /m);
});

test("what does not fit into memory is refused beforehand", async () => {
  const rows = Array.from({ length: 300_000 }, (_, i) => `u${i},i${(i * 7919) % 300_000}`);
  here.file("wide.csv", `user,item\n${rows.join("\n")}\n`);
  const outcome = await here.kith(
    "train",
    "--data",
    "wide.csv",
    "--dim",
    "4096",
    "--split",
    "none",
    "--quiet",
  );
  check(
    outcome,
    1,
    /^LightGCN: embeddings of 600,000 users and items × 4096.* needs about [\d,]+ MiB/,
  );
});
