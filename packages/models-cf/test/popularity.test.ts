import { FormatError, NotFittedError, NotSupportedError, OptionError } from "@kith/core-tensors";
import { Interactions } from "@kith/data";
import { Popularity } from "@kith/models-cf";
import { decodeModelFile, type Epoch, encodeModelFile, evaluate } from "@kith/recommender";
import { randomInteractions, shuffled } from "./support.ts";

// tea has two users, though it was bought four times; milk three; rum and gin one each
const shop = Interactions.from([
  ["ann", "tea"],
  ["ann", "tea"],
  ["bob", "tea"],
  ["bob", "tea"],
  ["ann", "milk"],
  ["bob", "milk"],
  ["cat", "milk"],
  ["cat", "rum"],
  ["cat", "gin"],
]);

test("the score is the number of distinct users, the same for everybody", async () => {
  const model = await new Popularity().fit(shop);
  expect(model.items.ids()).toEqual(["tea", "milk", "rum", "gin"]);
  for (const query of ["ann", "cat", model.foldIn(["gin"]), model.foldIn([])])
    expect([...model.scores(query)]).toEqual([2, 3, 1, 1]);
});

test("equal items rank in the order of the catalogue, and what somebody has can be left out", async () => {
  const model = await new Popularity().fit(shop);
  expect(model.recommend("ann", { k: 9 }).items).toEqual(["milk", "tea", "rum", "gin"]);
  expect(model.recommend("ann", { excludeSeen: true }).items).toEqual(["rum", "gin"]);
  const newcomer = model.foldIn(["milk"]);
  expect(model.recommend(newcomer, { excludeSeen: true, k: 1 }).items).toEqual(["tea"]);
});

test("it trains in one epoch without a loss, and measures where asked to", async () => {
  const epochs: Epoch[] = [];
  const model = new Popularity();
  await model.fit(shop, {
    validation: { data: Interactions.from([["ann", "rum"]]), metrics: ["mrr@2"] },
    onEpoch: (epoch) => epochs.push(epoch),
  });
  expect(epochs).toEqual([
    { epoch: 1, epochs: 1, loss: 0, seconds: expect.any(Number), validation: { "mrr@2": 1 } },
  ]);
  expect(model.metrics).toEqual({ "mrr@2": 1 });
});

test("what it has no answer to it says in a sentence", async () => {
  const model = await new Popularity().fit(shop);
  expect(() => model.similarItems()).toThrow(NotSupportedError);
  expect(() => model.similarItems()).toThrow("use ItemKNN");
  expect(() => model.explain("ann", "rum")).toThrow(
    "Popularity: everybody gets the same scores, so no item of a history speaks for another",
  );
  const untrained = new Popularity();
  expect(() => untrained.recommend(untrained.foldIn([]))).toThrow(NotFittedError);
  expect(() => new Popularity({ k: 1 } as never)).toThrow(OptionError);
});

test("saved and loaded it has the same scores, and impossible counts are refused", async () => {
  const model = await new Popularity().fit(shop);
  const file = model.save();
  const loaded = Popularity.load(file);
  expect(loaded.scores("bob")).toEqual(model.scores("bob"));
  expect(loaded.save()).toEqual(file);
  const content = decodeModelFile(file);
  for (const data of [Uint32Array.of(2, 4, 1, 1), Uint32Array.of(1), Float32Array.of(2, 3, 1, 1)]) {
    const tensors = { ...content.tensors, "items.users": { shape: [data.length], data } };
    expect(() => Popularity.load(encodeModelFile({ ...content, tensors }))).toThrow(FormatError);
  }
});

test("the order of rows changes no score, and the order of questions no answer", async () => {
  const data = randomInteractions(1, 300, 30, 20);
  const [a, b] = await Promise.all([data, shuffled(data, 2)].map((d) => new Popularity().fit(d)));
  const scores = a.scores("u3");
  b.scores("u3").forEach((score, i) => {
    expect(score).toBe(scores[a.items.indexOf(b.items.id(i))]);
  });
  const { metrics } = await evaluate(a, data, { excludeSeen: false, metrics: ["hit-rate@20"] });
  expect(metrics).toEqual({ "hit-rate@20": 1 });
});
