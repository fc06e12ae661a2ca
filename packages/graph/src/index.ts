export { bipartite } from "./bipartite.ts";
export { type ItemGraphOptions, itemGraph, itemGraphSteps } from "./item-graph.ts";
export { degrees, type Normalization, normalize } from "./normalize.ts";
