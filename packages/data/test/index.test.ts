test("the package exports what it says", async () => {
  expect(Object.keys(await import("@kith/data")).sort()).toMatchInlineSnapshot(`
    [
      "FeatureEncoder",
      "Features",
      "Interactions",
      "ItemPairs",
      "Sequences",
      "Vocabulary",
      "VocabularyBuilder",
      "filterSessions",
      "kCore",
      "leakCheck",
      "readFeatures",
      "readInteractions",
      "readItemPairs",
      "readItems",
      "readSequences",
      "readTable",
      "sessionsFrom",
      "split",
      "splitSessions",
    ]
  `);
});
