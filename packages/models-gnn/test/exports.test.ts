import * as modelsGnn from "../src/index.ts";

test("exports this and nothing else", () => {
  expect(Object.keys(modelsGnn).sort()).toEqual([
    "GAT",
    "GCN",
    "GraphSAGE",
    "LightGCN",
    "NGCF",
    "NodeClassifier",
    "PinSage",
    "XSimGCL",
  ]);
});
