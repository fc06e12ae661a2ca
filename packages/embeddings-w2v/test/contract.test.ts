import { itemRecommenderContract, pairsAsSequences } from "@kith/contract-test";
import { Features, type ItemPairs } from "@kith/data";
import { DeepWalk, Eges, Item2Vec, Node2Vec } from "../src/index.ts";

const walks = {
  dim: 16,
  walksPerNode: 20,
  walkLength: 10,
  window: 3,
  epochs: 6,
  learningRate: 0.1,
};

itemRecommenderContract("DeepWalk", {
  make: (options) => new DeepWalk({ ...walks, ...options }),
  load: DeepWalk.load,
  data: (pairs) => pairs,
});

itemRecommenderContract("Node2Vec", {
  make: (options) => new Node2Vec({ ...walks, p: 0.5, q: 2, ...options }),
  load: Node2Vec.load,
  data: (pairs) => pairs,
});

itemRecommenderContract("Item2Vec", {
  make: (options) => new Item2Vec({ dim: 16, epochs: 100, learningRate: 0.2, ...options }),
  load: Item2Vec.load,
  data: pairsAsSequences,
});

itemRecommenderContract<ReturnType<typeof withShelves>>("Eges", {
  make: (options) => new Eges({ ...walks, ...options }),
  load: Eges.load,
  data: withShelves,
});

/** Pairs, and a field that says nothing about them. */
function withShelves(graph: ItemPairs) {
  const { items } = graph;
  const features = Features.from(items.ids().map((item, n) => ({ item, shelf: `s${n % 3}` })));
  return { graph, features, items, hash: () => `${graph.hash()}-${features.hash()}` };
}
