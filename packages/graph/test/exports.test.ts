test("the package exports this and nothing else", async () => {
  expect(Object.keys(await import("@kith/graph")).sort()).toEqual([
    "bipartite",
    "components",
    "degreeStatistics",
    "degrees",
    "fromEdges",
    "itemGraph",
    "itemGraphSteps",
    "normalize",
    "pairGraph",
    "readEdges",
    "sessionGraph",
    "withSelfLoops",
    "writeEdges",
  ]);
});
