test("the package exports this and nothing else", async () => {
  expect(Object.keys(await import("@kith/embeddings-w2v")).sort()).toEqual([
    "DeepWalk",
    "Eges",
    "EventEmbeddings",
    "Events",
    "Item2Vec",
    "KeyedVectors",
    "ListingSessions",
    "Node2Vec",
    "SkipGramRecommender",
    "StarSpace",
    "readIds",
    "readNpy",
    "readSafeTensors",
    "readWord2Vec",
    "writeIds",
    "writeNpy",
    "writeSafeTensors",
    "writeWord2Vec",
  ]);
});
