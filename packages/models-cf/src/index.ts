export { ItemKNN, type ItemKNNOptions } from "./item-knn.ts";
export {
  ItemMatrixFactorization,
  type ItemMatrixFactorizationOptions,
} from "./item-matrix-factorization.ts";
export { MatrixFactorization, type MatrixFactorizationOptions } from "./matrix-factorization.ts";
export { Popularity, type PopularityOptions } from "./popularity.ts";
