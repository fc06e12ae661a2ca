import { itemRecommenderContract } from "@kith/contract-test";
import { Features, ItemPairs } from "@kith/data";
import { StarSpace } from "@kith/embeddings-w2v";

const small = { dim: 16, epochs: 40, batchSize: 32, learningRate: 0.05 } as const;

/** Items of two shelves in pairs with their neighbours on a ring, and of each shelf one in no pair. */
const shelves = ["tea", "ink"].flatMap((shelf) =>
  Array.from({ length: 8 }, (_, n) => ({
    item: `${shelf}-${n}`,
    shelf,
    colour: n % 2 ? "red" : null,
  })),
);
const graph = ItemPairs.from(
  shelves.map(({ shelf }, n): [string, string] => [`${shelf}-${n % 8}`, `${shelf}-${(n + 1) % 8}`]),
);
const features = Features.from([
  ...shelves,
  { item: "tea-new", shelf: "tea" },
  { item: "ink-new", shelf: "ink", colour: "blue" },
  { item: "stranger", shelf: "oil" },
]);

function vectorsOf(model: StarSpace): number[] {
  return [...model.vectors().data];
}

test("an item in no pair is the bag of its features", async () => {
  const model = await new StarSpace(small).fit({ graph, features });
  expect(model.items.has("stranger")).toBe(false); // none of its features was ever met
  for (const shelf of ["tea", "ink"]) {
    const alike = model.similarItems(`${shelf}-new`, 8).items;
    expect(alike.every((item) => String(item).startsWith(shelf))).toBe(true);
    expect(model.recommend(`${shelf}-3`, { k: 9 }).items).toContain(`${shelf}-new`);
  }
  const loaded = StarSpace.load(model.save());
  expect(loaded.scores("tea-new")).toEqual(model.scores("tea-new"));
  loaded.dispose();
  model.dispose();
});

test("the vector of a bag is the sum of its features over the root of their number", async () => {
  const pairs = ItemPairs.from([
    ["a", "b"],
    ["c", "d"],
  ]);
  const kinds = Features.from([
    { item: "a", kind: "x" },
    { item: "b", kind: "x" },
    { item: "c", kind: "y" },
    { item: "d", kind: "y" },
    { item: "x alone", kind: "x" },
  ]);
  const model = await new StarSpace({ ...small, epochs: 3 }).fit({ graph: pairs, features: kinds });
  const [a, x] = [model.vector("a"), model.vector("x alone")];
  const own = a.map((value, d) => value * Math.SQRT2 - x[d]);
  expect(Math.hypot(...own)).toBeGreaterThan(0);
  expect(Math.hypot(...own)).toBeLessThanOrEqual(1 + 1e-6);
  model.dispose();
});

test("nothing changes any more once all pairs keep the margin", async () => {
  const model = new StarSpace({ ...small, epochs: 60 });
  let before: number[] = [];
  let still = 0;
  const couples = graph.select((row) => row % 2 === 0); // each item has one partner, so that all can keep it
  for await (const { loss } of model.train({ graph: couples, features })) {
    const now = vectorsOf(model);
    if (loss === 0) {
      still++;
      expect(now).toEqual(before);
    } else expect(now).not.toEqual(before);
    before = now;
  }
  expect(still).toBeGreaterThan(10);
  const gaps = Array.from(couples.rows(), ({ source, target }) => {
    const scores = model.scores(source);
    const others = model.items.ids().filter((item) => item !== source && item !== target);
    const trained = others.filter((item) => !String(item).endsWith("new"));
    return (
      scores[model.items.indexOf(target)] -
      Math.max(...trained.map((item) => scores[model.items.indexOf(item)]))
    );
  });
  expect(Math.min(...gaps)).toBeGreaterThan(0.05);
  expect(Math.min(...gaps)).toBeLessThan(0.15); // and no further than the margin asks for
  model.dispose();
});

test("no feature grows longer than maxNorm", async () => {
  const model = await new StarSpace({
    ...small,
    scoring: "dot",
    margin: 5,
    maxNorm: 0.5,
    learningRate: 1,
  }).fit({ graph });
  const { shape, data } = model.vectors();
  const lengths = Array.from({ length: shape[0] }, (_, n) =>
    Math.hypot(...data.subarray(n * 16, (n + 1) * 16)),
  );
  expect(Math.max(...lengths)).toBeLessThan(0.5 + 1e-6);
  expect(Math.max(...lengths)).toBeGreaterThan(0.4);
  model.dispose();
});

test("pairs without two items or a weight, and data of another shape, are refused", async () => {
  const fit = (data: unknown) => new StarSpace(small).fit(data as { graph: ItemPairs });
  await expect(fit(graph)).rejects.toThrow("must be { graph, features }");
  await expect(
    fit({
      graph: ItemPairs.from([
        ["a", "b", 0],
        ["a", "a", 1],
      ]),
    }),
  ).rejects.toThrow(
    "StarSpace: expected at least one pair of two items with a weight above 0, got none among 2 pairs",
  );
  const unrelated = Features.from([{ item: "other", shelf: "tea" }]);
  await expect(fit({ graph, features: unrelated })).rejects.toThrow(
    /are the ids those of the graph/,
  );
  await expect(fit({ graph: ItemPairs.from([["a", "b"]]) })).rejects.toThrow(
    "StarSpace: expected pairs of at least three items, got two",
  );
});

test("training resumed is training uninterrupted", async () => {
  const options = { ...small, epochs: 4 };
  const files: Uint8Array[] = [];
  const whole = await new StarSpace(options).fit(
    { graph, features },
    { checkpointEvery: 2, checkpoint: ({ file }) => void files.push(file) },
  );
  const resumed = await new StarSpace(options).fit({ graph, features }, { resumeFrom: files[0] });
  expect(resumed.save()).toEqual(whole.save());
  whole.dispose();
  resumed.dispose();
});

/** The contract's pairs, with a field that says nothing about them, or without. */
function asData(graph: ItemPairs, features?: Features) {
  const { items } = graph;
  return { graph, features, items, hash: () => `${graph.hash()}-${features?.hash()}` };
}

itemRecommenderContract<ReturnType<typeof asData>>("StarSpace", {
  make: (options) => new StarSpace({ ...small, dim: 4, ...options }),
  load: StarSpace.load,
  data: (pairs) =>
    asData(
      pairs,
      Features.from(pairs.items.ids().map((item, n) => ({ item, shelf: `s${n % 3}` }))),
    ),
});

itemRecommenderContract<ReturnType<typeof asData>>("StarSpace without features", {
  make: (options) => new StarSpace({ ...small, dim: 4, scoring: "dot", ...options }),
  load: StarSpace.load,
  data: (pairs) => asData(pairs),
});
