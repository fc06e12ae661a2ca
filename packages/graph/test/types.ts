// Compiled by tsc, never run: each @ts-expect-error is a mistake that the types must catch.
import type { Csr } from "@kith/core-tensors";
import { type Interactions, type ItemPairs, type Sequences, Vocabulary } from "@kith/data";
import {
  bipartite,
  components,
  degreeStatistics,
  fromEdges,
  itemGraph,
  itemGraphSteps,
  normalize,
  pairGraph,
  readEdges,
  sessionGraph,
  writeEdges,
} from "@kith/graph";

declare const data: Interactions;
declare const pairs: ItemPairs;
declare const sequences: Sequences;
const ends = { source: new Uint32Array(2), target: new Uint32Array(2) };

// Right uses.
const graph: Csr = normalize(bipartite(data), "symmetric");
itemGraph(data, { weight: "jaccard", shrinkage: 2, neighbours: 10 }) satisfies Csr;
itemGraphSteps(data) satisfies Generator<number, Csr, void>;
pairGraph(pairs, { directed: true, selfLoops: "keep" }).report.isolated satisfies number;
sessionGraph(sequences, { window: 2 }).graph satisfies Csr;
fromEdges(ends, { nodes: 3 });
fromEdges({ ...ends, weight: new Float32Array(2) }, { nodes: 3, duplicates: "max" });
degreeStatistics(graph).histogram satisfies Uint32Array;
components(graph).labels satisfies Uint32Array;
writeEdges(graph, Vocabulary.from(["a"])) satisfies Iterable<Uint8Array>;

export async function asynchronous(stream: ReadableStream<Uint8Array>): Promise<Vocabulary> {
  // @ts-expect-error the package opens no files
  await readEdges("edges.tsv");
  // @ts-expect-error users and items are for interactions
  await readEdges(stream, { userColumn: "a" });
  const { nodes } = await readEdges(stream, { weightColumn: false, directed: true });
  return nodes;
}

// @ts-expect-error the kind must be said
normalize(graph);
// @ts-expect-error there is no such kind
normalize(graph, "column");
// @ts-expect-error there is no such weight
itemGraph(data, { weight: "dice" });
// @ts-expect-error the option is called neighbours
itemGraph(data, { k: 10 });
// @ts-expect-error the pairs know their items
pairGraph(pairs, { nodes: 3 });
// @ts-expect-error sequences are not pairs
pairGraph(sequences);
// @ts-expect-error how many nodes there are must be said
fromEdges(ends, {});
// @ts-expect-error plain arrays are not columns
fromEdges({ source: [0], target: [1] }, { nodes: 2 });
// @ts-expect-error there is no such rule
fromEdges(ends, { nodes: 3, duplicates: "mean" });
// @ts-expect-error nodes have names
writeEdges(graph);
// @ts-expect-error results cannot be changed
degreeStatistics(graph).max = 1;
