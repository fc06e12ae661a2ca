import type { GMFOptions, MLPOptions, NeuMFOptions } from "@kith/models-cf";

/** Networks by the number of their predictive factors, the width of the last layer. */
export type NcfRecipe = { readonly name: string } & (
  | { readonly model: "GMF"; readonly options: GMFOptions }
  | { readonly model: "MLP"; readonly options: MLPOptions }
  | { readonly model: "NeuMF"; readonly options: NeuMFOptions }
);

export const ncfRecipes: readonly NcfRecipe[] = [
  { name: "gmf-8", model: "GMF", options: { dim: 8 } },
  { name: "mlp-8", model: "MLP", options: {} },
  { name: "neumf-8", model: "NeuMF", options: {} },
];
