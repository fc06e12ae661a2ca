test("the package exports this and nothing else", async () => {
  expect(Object.keys(await import("@kith/embeddings-w2v")).sort()).toEqual([
    "DeepWalk",
    "Eges",
    "Item2Vec",
    "KeyedVectors",
    "Node2Vec",
    "SkipGramRecommender",
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
