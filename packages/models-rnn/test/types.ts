// Compiled by tsc, never run: each @ts-expect-error is a mistake that the types must catch.
import { GRU4Rec, type Gru4RecOptions, NARM } from "../src/index.ts";

// Right uses.
const options: Gru4RecOptions = { layers: [100, 50], loss: "bpr-max", negatives: 100 };
const model = new GRU4Rec(options);
model.options.layers satisfies readonly number[];
GRU4Rec.load(model.save()) satisfies GRU4Rec;
GRU4Rec.rules.momentum.default satisfies number;
model.recommend(["a", 7]).items satisfies (string | number)[];
model.session().next("a") satisfies boolean;

// @ts-expect-error misspelt option
new GRU4Rec({ hiddenUnits: 64 });
// @ts-expect-error an unknown loss
new GRU4Rec({ loss: "softmax" });
// @ts-expect-error a list, not a number
new GRU4Rec({ layers: 100 });
// @ts-expect-error a list of items, not one
model.recommend("a");
// @ts-expect-error undefined is no number of units
new NARM({ units: undefined });
// @ts-expect-error options are read once
model.options.epochs = 3;
