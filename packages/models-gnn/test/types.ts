// Compiled by tsc, never run: each @ts-expect-error is a mistake that the types must catch.
import { LightGCN, type LightGCNOptions } from "../src/index.ts";

// Right uses.
const options: LightGCNOptions = { dim: 32, loss: "softmax", negatives: 100 };
const model = new LightGCN(options);
model.options.dim satisfies number;
LightGCN.load(model.save()) satisfies LightGCN;
LightGCN.rules.layers.default satisfies number;

// @ts-expect-error misspelt option
new LightGCN({ embeddingDim: 64 });
// @ts-expect-error an unknown loss
new LightGCN({ loss: "bce" });
// @ts-expect-error a number, not a text
new LightGCN({ epochs: "5" });
// @ts-expect-error undefined is no number of layers
new LightGCN({ layers: undefined });
// @ts-expect-error options are read once
model.options.dim = 3;
