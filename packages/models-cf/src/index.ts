export { ItemKNN, type ItemKNNOptions } from "./item-knn.ts";
export { Popularity, type PopularityOptions } from "./popularity.ts";
