import { calledAs, shellWord } from "../src/calling.ts";
import { flagOf } from "../src/flag-names.ts";
import { camelCase, kebabCase } from "../src/letter-case.ts";
import { nearest } from "../src/suggest.ts";
import { table } from "../src/table.ts";
import { anyOf, inWords } from "../src/words.ts";

test("the nearest word is suggested when it is near enough", () => {
  const models = ["lightgcn", "item-knn", "popularity"];
  expect(
    ["lightgnc", "LightGC", "itemknn", "popularty", "svd"].map((word) => nearest(word, models)),
  ).toEqual(["lightgcn", "lightgcn", "item-knn", "popularity", undefined]);
});

test("names of options become flags and back", () => {
  expect(kebabCase("learningRate")).toBe("learning-rate");
  expect(camelCase("learning-rate")).toBe("learningRate");
  expect(camelCase("learningRate")).toBe("learningRate");
});

test("an option of a package is known by its flag", () => {
  expect(flagOf("LightGCN", "batchSize")).toBe("--batch-size");
  expect(flagOf("ItemKNN", "neighbours")).toBe("--neighbours");
  expect(flagOf("split", "test")).toBe("--test-share");
  expect(flagOf("RandomWalks", "walksPerNode")).toBe("--walks-per-node");
  expect(flagOf("Node2Vec", "walkLength")).toBe("--walk-length");
  expect(flagOf("ItemMatrixFactorization", "biases")).toBeUndefined(); // item-mf and item-mf-bias say which
  expect(flagOf("LightGCN", "resumeFrom")).toBeUndefined();
  expect(flagOf("something", "else")).toBeUndefined();
});

test("the next command is written as this one was called", () => {
  const npm = { npm_package_name: "kith", npm_lifecycle_event: "start" };
  expect(calledAs(npm, "/somewhere/dist/main.js")).toBe("npm run --silent kith --");
  expect(calledAs({}, "/usr/bin/kith")).toBe("kith");
  expect(calledAs({ npm_command: "exec" }, "/x/node_modules/.bin/kith")).toBe("npx kith");
  expect(calledAs({}, `${process.cwd()}/dist/main.js`)).toBe("node dist/main.js");
  expect(shellWord("it's a file.kith")).toBe("'it'\\''s a file.kith'");
});

test("a table aligns numbers to the right, whatever the characters", () => {
  expect(
    table([
      ["", "recall@20"],
      ["naïve 🙂", "0.5"],
    ]),
  ).toBe("         recall@20\nnaïve 🙂        0.5");
  expect([inWords(["a", "b", "c"]), anyOf(["a", "b"]), inWords([])]).toEqual([
    "a, b and c",
    "a or b",
    "",
  ]);
});
