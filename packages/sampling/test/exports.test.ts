import * as sampling from "../src/index.ts";

test("exports this and nothing else", () => {
  expect(Object.keys(sampling).sort()).toEqual([
    "AliasTable",
    "DistinctIds",
    "NegativeSampler",
    "NeighbourSampler",
    "PairSampler",
    "RANDOM_WALKS_RULES",
    "RandomWalks",
    "SessionBatches",
    "TripleSampler",
    "batches",
    "countWindowPairs",
    "mostVisited",
    "splitPairs",
    "windowPairs",
  ]);
});
