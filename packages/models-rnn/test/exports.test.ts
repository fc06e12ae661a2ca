import * as modelsRnn from "../src/index.ts";

test("exports this and nothing else", () => {
  expect(Object.keys(modelsRnn).sort()).toEqual([
    "GRU4Rec",
    "MarkovChain",
    "NARM",
    "SPop",
    "STAN",
    "SessionItemKNN",
    "SessionPopularity",
    "VSKNN",
  ]);
});
