export { bipartite } from "./bipartite.ts";
export { type Components, components } from "./components.ts";
export { type EdgeColumns, type FromEdgesOptions, fromEdges } from "./from-edges.ts";
export { type ItemGraphOptions, itemGraph, itemGraphSteps } from "./item-graph.ts";
export { degrees, type Normalization, normalize } from "./normalize.ts";
export { type EdgeList, type ReadEdgesOptions, readEdges } from "./read-edges.ts";
export { type DegreeStatistics, degreeStatistics } from "./statistics.ts";
export { type WriteEdgesOptions, writeEdges } from "./write-edges.ts";
