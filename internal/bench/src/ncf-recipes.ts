import type { GMFOptions, MLPOptions, NeuMFOptions } from "@kith/models-cf";

/** Networks by the number of their predictive factors, the width of the last layer; epochs and optimiser chosen on one more held-out item (`--on validation`). */
export type NcfRecipe = { readonly name: string } & (
  | { readonly model: "GMF"; readonly options: GMFOptions }
  | { readonly model: "MLP"; readonly options: MLPOptions }
  | { readonly model: "NeuMF"; readonly options: NeuMFOptions }
);

export const ncfRecipes: readonly NcfRecipe[] = [
  { name: "gmf-8", model: "GMF", options: { dim: 8 } },
  { name: "gmf-32", model: "GMF", options: { dim: 32, epochs: 20 } },
  { name: "gmf-64", model: "GMF", options: { dim: 64, epochs: 10 } },
  { name: "mlp-8", model: "MLP", options: {} },
  { name: "mlp-16", model: "MLP", options: { layers: [64, 32, 16], epochs: 10 } },
  { name: "mlp-32", model: "MLP", options: { layers: [128, 64, 32], epochs: 20 } },
  { name: "neumf-8", model: "NeuMF", options: {} },
  {
    name: "neumf-32-16",
    model: "NeuMF",
    options: { dim: 32, layers: [64, 32, 16], pretrainEpochs: 7, epochs: 4 },
  },
  {
    name: "neumf-32",
    model: "NeuMF",
    options: { dim: 32, layers: [128, 64, 32], pretrainEpochs: 20, epochs: 3, optimizer: "sgd" },
  },
  {
    name: "neumf-64",
    model: "NeuMF",
    options: { dim: 64, layers: [256, 128, 64], pretrainEpochs: 15, epochs: 3, optimizer: "sgd" },
  },
];
