export { EASE, type EASEOptions } from "./ease.ts";
export { GMF, type GMFOptions } from "./gmf.ts";
export { IALS, type IALSOptions } from "./ials.ts";
export { ItemKNN, type ItemKNNOptions } from "./item-knn.ts";
export {
  ItemMatrixFactorization,
  type ItemMatrixFactorizationOptions,
} from "./item-matrix-factorization.ts";
export { MatrixFactorization, type MatrixFactorizationOptions } from "./matrix-factorization.ts";
export { MLP, type MLPOptions } from "./mlp.ts";
export { NeuMF, type NeuMFOptions } from "./neumf.ts";
export { Popularity, type PopularityOptions } from "./popularity.ts";
export { RP3beta, type RP3betaOptions } from "./rp3-beta.ts";
