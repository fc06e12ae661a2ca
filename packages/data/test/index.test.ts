test("the package exports what it says", async () => {
  expect(Object.keys(await import("@kith/data")).sort()).toMatchInlineSnapshot(`
    [
      "Interactions",
      "Vocabulary",
      "VocabularyBuilder",
      "kCore",
      "leakCheck",
      "readInteractions",
      "readItems",
      "readTable",
      "split",
    ]
  `);
});
