import { recommenderContract } from "@kith/contract-test";
import { AutoRec, CDAE, MultDAE, MultVAE, RecVAE } from "../src/index.ts";

const skips = {
  "explains by items of the history alone, most important first":
    "its layers are not additive: a score is no sum of what items of the history add",
};
const small = { hidden: [32], latent: 8, batchSize: 5, epochs: 60, learningRate: 0.01 };

recommenderContract("MultVAE", {
  make: (options) => new MultVAE({ ...small, annealSteps: 0, beta: 0.05, ...options }),
  load: MultVAE.load,
  skips,
});

recommenderContract("MultDAE", {
  make: (options) => new MultDAE({ ...small, hidden: [], latent: 16, ...options }),
  load: MultDAE.load,
  skips,
});

for (const kind of ["item", "user"] as const)
  recommenderContract(`AutoRec of ${kind}s`, {
    make: (options) =>
      new AutoRec({
        kind,
        hidden: 16,
        regularization: 0.1,
        batchSize: 5,
        epochs: 60,
        learningRate: 0.02,
        ...options,
      }),
    load: AutoRec.load,
    rated: true,
    skips: {
      ...skips,
      "finds it for histories of users it was not trained on":
        "these histories hold items that were rated low, which a history cannot say; tested with items that were rated high",
    },
  });

for (const userVectors of [true, false])
  recommenderContract(userVectors ? "CDAE" : "CDAE without vectors of users", {
    make: (options) =>
      new CDAE({ userVectors, hidden: 16, batchSize: 5, epochs: 80, dropout: 0.3, ...options }),
    load: CDAE.load,
    skips,
  });

recommenderContract("RecVAE", {
  make: (options) =>
    new RecVAE({
      hidden: 16,
      latent: 8,
      batchSize: 5,
      epochs: 40,
      learningRate: 0.005,
      ...options,
    }),
  load: RecVAE.load,
  skips,
});
