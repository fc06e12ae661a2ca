import * as sampling from "../src/index.ts";

test("exports this and nothing else", () => {
  expect(Object.keys(sampling).sort()).toEqual([
    "AliasTable",
    "DistinctIds",
    "NegativeSampler",
    "PairSampler",
    "TripleSampler",
    "batches",
    "splitPairs",
  ]);
});
