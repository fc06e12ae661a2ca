export { GMF, type GMFOptions } from "./gmf.ts";
export { ItemKNN, type ItemKNNOptions } from "./item-knn.ts";
export {
  MatrixFactorization,
  type MatrixFactorizationOptions,
} from "./matrix-factorization.ts";
export { MLP, type MLPOptions } from "./mlp.ts";
export { NeuMF, type NeuMFOptions } from "./neumf.ts";
export { Popularity, type PopularityOptions } from "./popularity.ts";
