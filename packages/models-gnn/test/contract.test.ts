import { recommenderContract } from "@kith/contract-test";
import { LightGCN } from "../src/index.ts";

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
