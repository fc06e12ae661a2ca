import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { folder } from "./kith.ts";

const here = folder();

beforeAll(async () => {
  here.file("pairs.csv", "source,target\na,b\nb,c\nc,d\nd,e\ne,a\na,c\n");
  here.file("test.csv", "source,target,label\na,b,1\nb,d,0\n");
  here.file("ones.csv", "source,target,label\na,b,1\nb,d,1\n");
  here.file("twos.csv", "source,target,label\na,b,2\n");
  here.file("zeros.csv", "source,target,label\na,b,0\n");
  here.file("strangers.csv", "source,target,label\np,q,1\nr,s,0\n");
  here.file("loops.csv", "source,target,weight\na,a,1\nb,b,1\na,b,0\n");
  here.file("negative.csv", "source,target,weight\na,b,1\nb,c,-2\n");
  here.file("nan.csv", "source,target,weight\na,b,NaN\n");
  here.file("relations.csv", "source,target,type\na,b,x\nb,c,y\n");
  here.file("columns.csv", "who,what\na,x\n");
  here.file("blank.csv", "source,target\na b,c\n");
  here.file("sessions.tsv", "items\na b c\nb c d\n");
  here.file("twice.csv", "item,brand\na,x\na,y\n");
  here.file("brands.csv", "item,brand\na,x\nb,y\n");
  const train = [
    "train",
    "--model",
    "deepwalk",
    "--data",
    "pairs.csv",
    "--split",
    "none",
    "--quiet",
  ];
  const made = [
    await here.kith(...train, "--dim", "8", "--out", "ok.kith"),
    await here.kith(
      "export",
      "--model-file",
      "ok.kith",
      "--format",
      "word2vec-binary",
      "--out",
      "v.bin",
    ),
    await here.kith("export", "--model-file", "ok.kith", "--format", "word2vec", "--out", "v.txt"),
  ];
  expect(made.map(({ code }) => code)).toEqual([0, 0, 0]);
  const read = (name: string) => readFileSync(join(here.path, name));
  here.file("cut.bin", read("v.bin").subarray(0, 60));
  here.file("cut.txt", read("v.txt").subarray(0, 60));
  here.file("wide.txt", read("v.txt").toString().replace("\na ", "\na 1 "));
});

const PAIRS = ["train", "--model", "deepwalk", "--quiet"];
const TRAIN = [...PAIRS, "--data", "pairs.csv"];
const SEQUENCES = ["train", "--model", "item2vec", "--quiet", "--data", "sessions.tsv"];
const EGES = ["train", "--model", "eges", "--quiet", "--data", "pairs.csv"];
const MEASURE = ["evaluate", "--model-file", "ok.kith"];
const WALKS = ["walks", "--data", "pairs.csv", "--out", "walks.txt"];
const EXPORT = ["export", "--model-file", "ok.kith"];

test.each<[what: string, code: number, message: string | RegExp, args: readonly string[]]>([
  // pairs
  ["no data", 2, /^--data is missing: a file of pairs of items/, PAIRS],
  [
    "test pairs without labels",
    1,
    /^--test pairs\.csv has no column named label, with 1 for pairs that are there and 0 for those that are not; name it with --label-col/,
    [...TRAIN, "--test", "pairs.csv"],
  ],
  [
    "test pairs of one label",
    1,
    "--test ones.csv: all 2 pairs have label 1; pairs of both labels are needed",
    [...TRAIN, "--test", "ones.csv"],
  ],
  [
    "a label that is neither 0 nor 1",
    1,
    /^twos\.csv, line 2, column "label": expected 0 or 1, got "2"/,
    [...TRAIN, "--test", "twos.csv"],
  ],
  [
    "training pairs that are none",
    1,
    "zeros.csv: all 1 pairs have label 0; there is none to learn from",
    [...PAIRS, "--data", "zeros.csv"],
  ],
  [
    "test pairs of strangers",
    1,
    "--test strangers.csv has no pair whose items are both in the training data",
    [...TRAIN, "--test", "strangers.csv"],
  ],
  [
    "loops and zeros only",
    1,
    "loops.csv: no pair is an edge: of 3 pairs, 2 are of an item with itself and 1 weigh 0",
    [...PAIRS, "--data", "loops.csv"],
  ],
  [
    "a negative weight",
    1,
    /^negative\.csv, line 3, column "weight": expected a finite number of at least 0, got "-2"/,
    [...PAIRS, "--data", "negative.csv"],
  ],
  [
    "a NaN weight",
    1,
    /^nan\.csv, line 2, column "weight": .*got "NaN"/,
    [...PAIRS, "--data", "nan.csv"],
  ],
  [
    "wrong columns",
    1,
    /^columns\.csv: no column looks like the sources; .* Pass --source-col and --target-col, or --no-header/,
    [...PAIRS, "--data", "columns.csv"],
  ],
  [
    "an unknown relation",
    1,
    'relations.csv: there is no relation "z"; there are x, y',
    [...PAIRS, "--data", "relations.csv", "--relation", "z"],
  ],
  [
    "a relation where there are none",
    1,
    /^pairs\.csv: --relation x needs a column that is named relation, rel or type; name another with --relation-col$/,
    [...TRAIN, "--relation", "x"],
  ],
  [
    "a split that would leave nothing to test on",
    1,
    /^relations\.csv: no pair would be in \w+; there are too few pairs; take another --test-share, or --split none$/,
    [...PAIRS, "--data", "relations.csv"],
  ],
  [
    "items too popular to be held out",
    1,
    /^pairs\.csv: no item has as few as 0 of the 6 pairs, .*; take --split pairs, /,
    [...TRAIN, "--split", "items"],
  ],
  // options
  [
    "a walk of one item",
    2,
    /^--walk-length must be a whole number from 2 to/,
    [...TRAIN, "--walk-length", "1"],
  ],
  [
    "an option of another walker",
    2,
    /^--p is not an option of deepwalk, which takes --dim, /,
    [...TRAIN, "--p", "2"],
  ],
  [
    "a flag of another family",
    2,
    "--user-col is not for deepwalk, which learns from pairs of items",
    [...TRAIN, "--user-col", "x"],
  ],
  [
    "a flag that takes a column away of another family",
    2,
    "--no-time-col is not for deepwalk, which learns from pairs of items",
    [...TRAIN, "--no-time-col"],
  ],
  [
    "pairs for a model of users",
    2,
    "--source-col is not for lightgcn, which learns from users and items",
    ["train", "--data", "pairs.csv", "--source-col", "source"],
  ],
  [
    "a split of another family",
    2,
    "--split random is not for deepwalk, which learns from pairs of items; it takes pairs, items or none",
    [...TRAIN, "--split", "random"],
  ],
  [
    "a metric of another family",
    2,
    /^--metrics: recall@20 is not measured on deepwalk, which learns from pairs of items/,
    [...TRAIN, "--metrics", "recall@20"],
  ],
  [
    "auc of a model of users",
    2,
    /^--metric: auc is not measured on lightgcn, which learns from users and items/,
    ["train", "--data", "pairs.csv", "--metric", "auc"],
  ],
  [
    "scoring by validation without validation",
    2,
    /^--scoring auto needs validation data/,
    [...TRAIN, "--scoring", "auto", "--test", "test.csv"],
  ],
  [
    "scoring where there is one kind",
    2,
    /^--scoring is not an option of item-mf, which takes/,
    ["train", "--model", "item-mf", "--data", "pairs.csv", "--scoring", "auto"],
  ],
  [
    "a learning rate that is too high",
    1,
    /^DeepWalk: .*training diverged; lower --learning-rate/,
    [...TRAIN, "--split", "none", "--learning-rate", "1e9"],
  ],
  // sequences and side information
  [
    "a vocabulary that --min-count empties",
    1,
    "Item2Vec: no item is left to train: the most frequent of 4 occurs 2 times, and --min-count is 9; lower it",
    [...SEQUENCES, "--min-count", "9"],
  ],
  [
    "pairs for a model of sequences",
    1,
    /^pairs\.csv: no column looks like the sequences; .* Pass --items-col/,
    ["train", "--model", "item2vec", "--data", "pairs.csv"],
  ],
  ["no side information", 2, /^--features is missing: a file of items/, EGES],
  [
    "an item with side information twice",
    1,
    'twice.csv, line 3, column "item": item "a" is there twice',
    [...EGES, "--features", "twice.csv"],
  ],
  [
    "a field that is not there",
    1,
    'brands.csv: there is no column "colour"; the columns are "item", "brand"',
    [...EGES, "--features", "brands.csv", "--fields", "colour"],
  ],
  // drawings
  [
    "a drawing over the data",
    2,
    /^--curve and --data are the same file/,
    [...TRAIN, "--curve", "pairs.csv"],
  ],
  [
    "a drawing over the model",
    2,
    /^--learning-curve and --out are the same file/,
    [...TRAIN, "--learning-curve", "x", "--out", "x"],
  ],
  [
    "a drawing that nobody would see",
    2,
    /^--curve needs the name of a file beside --json/,
    [...TRAIN, "--json", "--curve"],
  ],
  [
    "a drawing in no folder",
    1,
    "cannot write gone/x.svg: there is no folder gone",
    [...TRAIN, "--learning-curve", "gone/x.svg"],
  ],
  [
    "a drawing of nothing",
    2,
    "--curve needs test data: --test",
    [...TRAIN, "--split", "none", "--curve"],
  ],
  [
    "precision and recall of a model of users",
    2,
    "--curve is for models of items; lightgcn learns from users and items",
    ["train", "--data", "pairs.csv", "--curve"],
  ],
  // measuring
  [
    "nothing to measure",
    2,
    /^what is to be measured\? Give --model-file/,
    ["evaluate", "--test", "test.csv"],
  ],
  [
    "the wrong protocol",
    2,
    "--protocol full-ranking is not for deepwalk, which learns from pairs of items: it takes link-prediction",
    [...MEASURE, "--test", "test.csv", "--protocol", "full-ranking"],
  ],
  [
    "measuring on strangers",
    1,
    "the test data must have a pair of items that the model knows, got 2 with an item that it does not",
    [...MEASURE, "--test", "strangers.csv"],
  ],
  [
    "scoring by validation without pairs",
    2,
    /^--scoring auto needs --valid/,
    [...MEASURE, "--test", "test.csv", "--scoring", "auto"],
  ],
  [
    "seen items of a model of items",
    2,
    "--include-seen is for models of users and items; this one is deepwalk",
    [...MEASURE, "--test", "test.csv", "--include-seen"],
  ],
  // asking
  [
    "an unknown item",
    1,
    'DeepWalk: item "zzz" is unknown; the model knows 5 items',
    ["similar", "--model-file", "ok.kith", "--item", "zzz"],
  ],
  [
    "an unknown item in vectors",
    1,
    'KeyedVectors: item "zzz" is unknown; there are 5 items',
    ["similar", "--vectors", "v.bin", "--item", "zzz"],
  ],
  [
    "a user of a model of items",
    2,
    /^--user is not for deepwalk, which learns from pairs of items; take --item, --history or --all-items$/,
    ["recommend", "--model-file", "ok.kith", "--user", "a"],
  ],
  [
    "two places to look in",
    2,
    /^--model-file and --vectors are two/,
    ["similar", "--vectors", "v.bin", "--model-file", "ok.kith", "--item", "a"],
  ],
  // vectors
  [
    "binary vectors cut short",
    1,
    /^cut\.bin, vector \d of 5: .*the file is cut short$/,
    ["similar", "--vectors", "cut.bin", "--item", "a"],
  ],
  [
    "text vectors cut short",
    1,
    /^cut\.txt, line 2: /,
    ["similar", "--vectors", "cut.txt", "--item", "a"],
  ],
  [
    "a vector of another length",
    1,
    'wide.txt, line 2: expected 8 numbers after id "a", got 9; an id cannot hold blanks',
    ["similar", "--vectors", "wide.txt", "--item", "a"],
  ],
  [
    "a table for vectors",
    1,
    /^pairs\.csv, line 1: expected the number of vectors/,
    ["similar", "--vectors", "pairs.csv", "--item", "a"],
  ],
  // walks
  ["walks of one item", 2, /^--walk-length must be at least 2/, [...WALKS, "--walk-length", "1"]],
  [
    "a p of 0",
    2,
    /^--p must be a number from 0\.000001 to 1000000, got 0$/,
    [...WALKS, "--p", "0"],
  ],
  ["a q that is no number", 2, '--q must be a number, got "x"', [...WALKS, "--q", "x"]],
  [
    "walks over the data",
    2,
    /^--out and --data are the same file/,
    [...WALKS, "--out", "pairs.csv"],
  ],
  [
    "ids beside lines",
    2,
    /^--ids comes with an --out that ends in \.npy/,
    [...WALKS, "--ids", "ids.txt"],
  ],
  [
    "an item with a blank",
    1,
    /^item "a b" has a blank, which stands between items in a line/,
    ["walks", "--data", "blank.csv", "--out", "walks.txt"],
  ],
  ["no place for walks", 2, /^--out is missing/, ["walks", "--data", "pairs.csv"]],
  // exporting
  ["no format", 2, /^--format is missing: one of word2vec, /, [...EXPORT, "--out", "x"]],
  [
    "an unknown format",
    2,
    /^--format must be one of word2vec, /,
    [...EXPORT, "--format", "npz", "--out", "x"],
  ],
  ["no place for vectors", 2, /^--out is missing/, [...EXPORT, "--format", "npy"]],
  [
    "ids where they are in the file",
    2,
    "--ids comes with --format npy: word2vec has the ids in the file itself",
    [...EXPORT, "--format", "word2vec", "--out", "x", "--ids", "y"],
  ],
  [
    "vectors over the model",
    2,
    /^--out and --model-file are the same file/,
    [...EXPORT, "--format", "npy", "--out", "ok.kith"],
  ],
  // inspecting
  [
    "an unknown kind",
    2,
    /^--kind must be one of interactions, pairs, /,
    ["inspect", "pairs.csv", "--kind", "odd"],
  ],
])("%s ends with code %i and one clear sentence", async (_, code, message, args) => {
  const outcome = await here.kith(...args);
  const last = outcome.stderr.trimEnd().split("\n").at(-1) ?? "";
  if (typeof message === "string") expect(last).toBe(`kith: ${message}`);
  else expect(last.replace("kith: ", "")).toMatch(message);
  expect([outcome.code, outcome.stdout]).toEqual([code, ""]);
  expect(outcome.stderr).not.toMatch(/^\s+at /m);
  for (const name of ["x", "x.svg", "walks.txt"])
    expect(existsSync(join(here.path, name))).toBe(false);
});

test("a model without vectors has none to export", async () => {
  here.file("users.csv", "user,item\na,x\na,y\nb,x\nb,z\nc,y\n");
  const train = ["train", "--model", "popularity", "--data", "users.csv", "--split", "none"];
  await here.kith(...train, "--out", "pop.kith", "--quiet");
  const args = ["export", "--model-file", "pop.kith", "--format", "npy", "--out", "x"];
  const { code, stderr } = await here.kith(...args);
  expect([code, stderr]).toEqual([
    1,
    "kith: pop.kith holds a model of popularity, which has no vectors of items\n",
  ]);
});
