import * as modelsGnn from "../src/index.ts";

test("exports this and nothing else", () => {
  expect(Object.keys(modelsGnn).sort()).toEqual([
    "GAT",
    "GCN",
    "LightGCN",
    "NGCF",
    "NodeClassifier",
    "XSimGCL",
  ]);
});
