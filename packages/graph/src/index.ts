export { bipartite } from "./bipartite.ts";
export { degrees, type Normalization, normalize } from "./normalize.ts";
