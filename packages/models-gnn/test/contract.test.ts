import { recommenderContract } from "@kith/contract-test";
import { GAT, GCN, GraphSAGE, LightGCN, NGCF, PinSage, XSimGCL } from "../src/index.ts";

/** Why models with activations cannot say what each item of a history adds. */
const NO_SUM = "its layers are not additive: a score is no sum of what items of the history add";

recommenderContract("LightGCN with the paper's loss", {
  make: (options) =>
    new LightGCN({ dim: 16, epochs: 60, learningRate: 0.02, batchSize: 64, ...options }),
  load: LightGCN.load,
});

recommenderContract("LightGCN with softmax", {
  make: (options) =>
    new LightGCN({
      loss: "softmax",
      dim: 16,
      epochs: 20,
      learningRate: 0.02,
      layers: 2,
      ...options,
    }),
  load: LightGCN.load,
});

recommenderContract("LightGCN with sampled softmax", {
  make: (options) =>
    new LightGCN({
      loss: "softmax",
      negatives: 10,
      dim: 16,
      epochs: 40,
      learningRate: 0.02,
      ...options,
    }),
  load: LightGCN.load,
});

recommenderContract("LightGCN with learned weights of its layers", {
  make: (options) =>
    new LightGCN({
      learnLayerWeights: true,
      dim: 16,
      epochs: 60,
      learningRate: 0.02,
      batchSize: 64,
      ...options,
    }),
  load: LightGCN.load,
});

recommenderContract("XSimGCL", {
  make: (options) =>
    new XSimGCL({
      contrast: 0.02,
      noise: 0.05,
      dim: 16,
      epochs: 60,
      learningRate: 0.02,
      batchSize: 64,
      ...options,
    }),
  load: XSimGCL.load,
});

const layered = { "explains by items of the history alone, most important first": NO_SUM };

recommenderContract("NGCF", {
  make: (options) =>
    new NGCF({ dim: 16, layers: 2, epochs: 40, learningRate: 0.01, batchSize: 64, ...options }),
  load: NGCF.load,
  skips: layered,
});

recommenderContract("NGCF as in its paper", {
  make: (options) =>
    new NGCF({
      variant: "paper",
      nodeDropout: 0.1,
      dim: 16,
      layers: 2,
      epochs: 40,
      learningRate: 0.01,
      batchSize: 64,
      ...options,
    }),
  load: NGCF.load,
  skips: layered,
});

recommenderContract("GCN", {
  make: (options) =>
    new GCN({ dim: 16, epochs: 40, learningRate: 0.01, batchSize: 64, dropout: 0.1, ...options }),
  load: GCN.load,
  skips: layered,
});

recommenderContract("GAT", {
  make: (options) =>
    new GAT({ dim: 16, epochs: 40, learningRate: 0.01, batchSize: 64, dropout: 0.1, ...options }),
  load: GAT.load,
  skips: layered,
});

for (const aggregator of ["mean", "gcn", "pool", "lstm"] as const)
  recommenderContract(`GraphSAGE with ${aggregator}`, {
    make: (options) =>
      new GraphSAGE({
        aggregator,
        dim: 16,
        epochs: aggregator === "lstm" ? 40 : 20,
        learningRate: 0.01,
        batchSize: 64,
        fanOut: [10, 5],
        ...options,
      }),
    load: GraphSAGE.load,
    skips: layered,
  });

recommenderContract("GraphSAGE with the paper's loss", {
  make: (options) =>
    new GraphSAGE({
      loss: "walks",
      negatives: 5,
      walksPerNode: 20,
      dim: 16,
      epochs: 30,
      learningRate: 0.01,
      batchSize: 64,
      ...options,
    }),
  load: GraphSAGE.load,
  skips: layered,
});

recommenderContract("PinSage", {
  make: (options) =>
    new PinSage({
      dim: 16,
      neighbours: 8,
      walks: 50,
      hardRanks: [8, 12],
      hardNegatives: 2,
      negatives: 20,
      epochs: 30,
      learningRate: 0.01,
      batchSize: 64,
      ...options,
    }),
  load: PinSage.load,
  mayAlsoRefuse: ["two pairs"], // nobody has two items
});
