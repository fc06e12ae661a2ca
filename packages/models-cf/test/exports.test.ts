test("the package exports this and nothing else", async () => {
  expect(Object.keys(await import("@kith/models-cf")).sort()).toEqual([
    "GMF",
    "ItemKNN",
    "MLP",
    "MatrixFactorization",
    "NeuMF",
    "Popularity",
  ]);
});
