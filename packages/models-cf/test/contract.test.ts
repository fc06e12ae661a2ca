import {
  itemRecommenderContract,
  pairsAsSequences,
  recommenderContract,
} from "@kith/contract-test";
import type { ItemPairs } from "@kith/data";
import {
  EASE,
  GMF,
  IALS,
  ItemKNN,
  ItemMatrixFactorization,
  MatrixFactorization,
  MLP,
  NeuMF,
  Popularity,
  RP3beta,
} from "@kith/models-cf";

recommenderContract("ItemKNN", {
  make: (options) => new ItemKNN({ ...options }),
  load: ItemKNN.load,
  isRandom: false,
});

recommenderContract("ItemKNN with few neighbours and shrinkage", {
  make: (options) => new ItemKNN({ neighbours: 9, shrinkage: 5, ...options }),
  load: ItemKNN.load,
  isRandom: false,
});

const alike = "it scores everybody alike";
recommenderContract("Popularity", {
  make: (options) => new Popularity({ ...options }),
  load: Popularity.load,
  isRandom: false,
  skips: {
    "finds the withheld item of every user": alike,
    "finds it for histories of users it was not trained on": alike,
    "finds the withheld items in whatever order the rows come": alike,
    "keeps nothing of an earlier training when it refuses data": alike,
    "refuses an empty history": "it is the model that answers for newcomers without one",
    "finds similar items of the same colour": "it knows nothing of similar items, and says so",
    "explains by items of the history alone, most important first":
      "no item of a history speaks for another, and it says so",
  },
});

recommenderContract("IALS", {
  make: (options) => new IALS({ dim: 16, regularization: 1, ...options }),
  load: IALS.load,
});

recommenderContract("IALS solved exactly, of a width of no whole vectors", {
  make: (options) =>
    new IALS({ dim: 13, regularization: 1, solver: "cholesky", epochs: 5, ...options }),
  load: IALS.load,
});

recommenderContract("EASE", {
  make: (options) => new EASE({ regularization: 10, ...options }),
  load: EASE.load,
  isRandom: false,
});

recommenderContract("RP3beta", {
  make: (options) => new RP3beta({ ...options }),
  load: RP3beta.load,
  isRandom: false,
});

const skips = {
  "explains by items of the history alone, most important first":
    "the items of a history do not add up to a score, and it says so",
};
const ncf = { epochs: 60, learningRate: 0.02, batchSize: 64 };
recommenderContract("GMF", {
  make: (options) => new GMF({ dim: 13, ...ncf, ...options }),
  load: GMF.load,
  skips,
});

recommenderContract("MLP", {
  make: (options) => new MLP({ layers: [18, 16, 7], ...ncf, ...options }),
  load: MLP.load,
  skips,
});

recommenderContract("NeuMF", {
  make: (options) =>
    new NeuMF({ layers: [32, 16], ...ncf, epochs: 30, learningRate: 0.01, ...options }),
  load: NeuMF.load,
  skips,
});

recommenderContract("NeuMF with pre-training", {
  make: (options) =>
    new NeuMF({
      layers: [16, 12, 8],
      ...ncf,
      pretrainEpochs: 20,
      epochs: 10,
      learningRate: 0.01,
      ...options,
    }),
  load: NeuMF.load,
  skips,
});

const small = { dim: 16, epochs: 60, learningRate: 0.1 };
const asTheyAre = (pairs: ItemPairs): ItemPairs => pairs;
itemRecommenderContract("ItemMatrixFactorization", {
  make: (options) => new ItemMatrixFactorization({ ...small, ...options }),
  load: ItemMatrixFactorization.load,
  data: asTheyAre,
});

itemRecommenderContract(
  "ItemMatrixFactorization with biases, of one table and a width of no whole vectors",
  {
    make: (options) =>
      new ItemMatrixFactorization({
        ...small,
        dim: 13,
        biases: true,
        sharedTable: true,
        ...options,
      }),
    load: ItemMatrixFactorization.load,
    data: asTheyAre,
  },
);

itemRecommenderContract("ItemMatrixFactorization of walks", {
  make: (options) =>
    new ItemMatrixFactorization({
      ...small,
      walksPerNode: 5,
      walkLength: 10,
      epochs: 10,
      ...options,
    }),
  load: ItemMatrixFactorization.load,
  data: asTheyAre,
});

itemRecommenderContract("ItemMatrixFactorization of sequences", {
  make: (options) => new ItemMatrixFactorization({ ...small, ...options }),
  load: ItemMatrixFactorization.load,
  data: pairsAsSequences,
});

const noSum = {
  "explains by items of the history alone, most important first":
    "a user's vector is learned, not a sum over the history",
};
const factors = { dim: 16, epochs: 200, learningRate: 0.1, deterministic: true };

recommenderContract("MatrixFactorization by BPR", {
  make: (options) => new MatrixFactorization({ ...factors, ...options }),
  load: MatrixFactorization.load,
  skips: noSum,
});

recommenderContract("MatrixFactorization by cross-entropy, of a width of no whole vectors", {
  make: (options) =>
    new MatrixFactorization({ ...factors, loss: "bce", negatives: 3, dim: 13, ...options }),
  load: MatrixFactorization.load,
  skips: noSum,
});

recommenderContract("MatrixFactorization by squared error, without biases", {
  make: (options) =>
    new MatrixFactorization({
      ...factors,
      loss: "squared",
      biases: false,
      epochs: 60,
      regularization: 0.1,
      ...options,
    }),
  load: MatrixFactorization.load,
  skips: noSum,
});
