test("the package exports what it says", async () => {
  expect(Object.keys(await import("@kith/data")).sort()).toMatchInlineSnapshot(`
    [
      "Interactions",
      "ItemFeatures",
      "ItemPairs",
      "Sequences",
      "Vocabulary",
      "VocabularyBuilder",
      "kCore",
      "leakCheck",
      "readInteractions",
      "readItemFeatures",
      "readItemPairs",
      "readItems",
      "readSequences",
      "readTable",
      "split",
    ]
  `);
});
