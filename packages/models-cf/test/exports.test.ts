test("the package exports this and nothing else", async () => {
  expect(Object.keys(await import("@kith/models-cf")).sort()).toEqual([
    "EASE",
    "GMF",
    "IALS",
    "ItemKNN",
    "ItemMatrixFactorization",
    "MLP",
    "MatrixFactorization",
    "NeuMF",
    "Popularity",
    "RP3beta",
  ]);
});
