import { sessionRecommenderContract } from "@kith/contract-test";
import {
  GRU4Rec,
  MarkovChain,
  NARM,
  SessionItemKNN,
  SessionPopularity,
  SPop,
  STAN,
  VSKNN,
} from "../src/index.ts";

const APART =
  "on the stairs every item has a place of its own: similar-items.test.ts asks for twins";
const skips = { "finds similar items of the same colour": APART };
const small = { layers: [24], negatives: 16, batchSize: 8, dropoutHidden: 0.1, epochs: 15 };

sessionRecommenderContract("GRU4Rec", {
  make: (options) => new GRU4Rec({ ...small, learningRate: 0.1, ...options }),
  load: GRU4Rec.load,
  skips,
});

sessionRecommenderContract("GRU4Rec of two layers with every option", {
  make: (options) =>
    new GRU4Rec({
      ...small,
      layers: [20, 24],
      reset: "before",
      embedding: "separate",
      embeddingDim: 12,
      deepInput: true,
      input: "weighted",
      inputWindow: 3,
      loss: "bpr-max",
      dropoutEmbedding: 0.1,
      epochs: 25,
      learningRate: 0.1,
      ...options,
    }),
  load: GRU4Rec.load,
  skips,
});

sessionRecommenderContract("GRU4Rec with LSTM cells, one-hot input and no shared negatives", {
  make: (options) =>
    new GRU4Rec({
      ...small,
      cell: "lstm",
      embedding: "one-hot",
      negatives: 0,
      epochs: 25,
      learningRate: 0.1,
      ...options,
    }),
  load: GRU4Rec.load,
  skips,
});

sessionRecommenderContract("NARM", {
  make: (options) =>
    new NARM({ dim: 16, units: 16, batchSize: 32, epochs: 25, learningRate: 0.01, ...options }),
  load: NARM.load,
  skips,
});

const counts = { isRandom: false, makesCheckpoints: false };
const NO_NEXT = "it gives the most popular items, whatever was clicked last";
const NO_VECTORS = "it has no vectors of items: similarItems says so";
const popular = {
  "foretells the next item": NO_NEXT,
  "finds similar items of the same colour": NO_VECTORS,
};

sessionRecommenderContract("SessionPopularity", {
  make: (options) => new SessionPopularity(options as never),
  load: SessionPopularity.load,
  ...counts,
  skips: popular,
});

sessionRecommenderContract("SPop", {
  make: (options) => new SPop(options as never),
  load: SPop.load,
  ...counts,
  skips: popular,
});

sessionRecommenderContract("MarkovChain", {
  make: (options) => new MarkovChain(options),
  load: MarkovChain.load,
  ...counts,
  skips: {
    "finds similar items of the same colour": "one item follows each: the list has no five",
  },
});

sessionRecommenderContract("SessionItemKNN", {
  make: (options) => new SessionItemKNN(options),
  load: SessionItemKNN.load,
  ...counts,
  skips: {
    "foretells the next item":
      "neighbours have no direction: the item before ties with the one behind",
  },
});

const BACK =
  "neighbours have no direction: what was clicked before counts as much as what comes next";
sessionRecommenderContract("VSKNN", {
  make: (options) => new VSKNN(options),
  load: VSKNN.load,
  ...counts,
  skips: { "foretells the next item": BACK, "finds similar items of the same colour": NO_VECTORS },
});

sessionRecommenderContract("STAN", {
  make: (options) => new STAN(options),
  load: STAN.load,
  ...counts,
  skips: { "foretells the next item": BACK, "finds similar items of the same colour": NO_VECTORS },
});
