test("the package exports this and nothing else", async () => {
  expect(Object.keys(await import("@kith/models-cf")).sort()).toEqual([
    "EASE",
    "IALS",
    "ItemKNN",
    "ItemMatrixFactorization",
    "MatrixFactorization",
    "Popularity",
    "RP3beta",
  ]);
});
