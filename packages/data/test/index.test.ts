test("the package exports what it says", async () => {
  expect(Object.keys(await import("@kith/data")).sort()).toMatchInlineSnapshot(`
    [
      "Interactions",
      "Features",
      "ItemPairs",
      "Sequences",
      "Vocabulary",
      "VocabularyBuilder",
      "kCore",
      "leakCheck",
      "readInteractions",
      "readFeatures",
      "readItemPairs",
      "readItems",
      "readSequences",
      "readTable",
      "split",
    ]
  `);
});
