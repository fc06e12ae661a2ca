import {
  FormatError,
  heap,
  KithError,
  NotFittedError,
  OptionError,
  TrainingError,
  trimArena,
} from "@kith/core-tensors";
import { ItemPairs, Vocabulary } from "@kith/data";
import { decodeModelFile, encodeModelFile, type ItemQuery } from "../src/index.ts";
import { Vectors } from "./support/vectors.ts";

const rows = { east: [2, 0], north: [0, 3], northeast: [1, 1], west: [-4, 0] };
const half = Math.SQRT1_2;

function scoresOf(model: Vectors, query: ItemQuery): Record<string, number> {
  const scores = model.scores(query);
  return Object.fromEntries(model.items.ids().map((id, n) => [id, scores[n]]));
}

function expectScores(model: Vectors, query: ItemQuery, wanted: Record<string, number>): void {
  const got = scoresOf(model, query);
  expect(Object.keys(got)).toEqual(Object.keys(wanted));
  for (const [id, score] of Object.entries(wanted)) expect(got[id]).toBeCloseTo(score, 6);
}

describe("the score of an item", () => {
  test("is the cosine with the one that is asked about", () => {
    const model = Vectors.of(rows);
    expectScores(model, "east", { east: 1, north: 0, northeast: half, west: -1 });
    expect(model.recommend("northeast", { k: 2, excludeSeen: true }).items).toEqual([
      "east",
      "north",
    ]);
    model.dispose();
  });

  test("for a set is the mean of the cosines, whatever the lengths", () => {
    const model = Vectors.of(rows);
    expectScores(model, model.foldIn(["east", "north"]), {
      east: 0.5,
      north: 0.5,
      northeast: half,
      west: -0.5,
    });
    model.dispose();
  });

  test("is the dot product where the model says so", () => {
    const model = Vectors.of(rows, { score: "dot" });
    expectScores(model, "east", { east: 4, north: 0, northeast: 2, west: -8 });
    expectScores(model, model.foldIn(["east", "north"]), {
      east: 2,
      north: 4.5,
      northeast: 2.5,
      west: -4,
    });
    model.dispose();
  });

  test("comes from two tables where the model keeps two: one is asked about, the other is scored", () => {
    const asked = [
      [0, 1],
      [1, 0],
      [0, 0],
      [2, 0],
    ];
    for (const score of ["dot", "cosine"] as const) {
      const model = new Vectors({ score, queries: true });
      model.learn(Object.keys(rows), Object.values(rows), asked);
      const north = score === "dot" ? 3 : 1;
      expectScores(model, "east", {
        east: 0,
        north,
        northeast: score === "dot" ? 1 : half,
        west: 0,
      });
      expect(scoresOf(model, "west").west).toBeCloseTo(score === "dot" ? -8 : -1, 6);
      expect(model.similarItems("east", 1)).toEqual({
        items: ["northeast"],
        scores: Float32Array.of(half),
      });
      model.dispose();
    }
  });

  test("is 0 with a vector that has no direction", () => {
    const model = Vectors.of({ ...rows, nowhere: [0, 0] });
    expectScores(model, "nowhere", { east: 0, north: 0, northeast: 0, west: 0, nowhere: 0 });
    expect(scoresOf(model, "east").nowhere).toBe(0);
    model.dispose();
  });

  test("follows the vectors when they are learned anew", () => {
    const model = Vectors.of(rows);
    expect(model.recommend("east", { k: 2 }).items).toEqual(["east", "northeast"]);
    expect(model.similarItems("east", 1).items).toEqual(["northeast"]);
    model.update([
      [0, 1],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    expect(model.recommend("east", { k: 2 }).items).toEqual(["east", "north"]);
    expect(model.similarItems("east", 1).items).toEqual(["north"]);
    model.learn(["a", "b"], [[1], [-1]]);
    expect(model.items.ids()).toEqual(["a", "b"]);
    expect([...model.scores("a")]).toEqual([1, -1]);
    model.dispose();
  });
});

test("items are alike by the cosine, whatever the score is", () => {
  const model = Vectors.of(rows, { score: "dot" });
  const { items, scores } = model.similarItems("northeast", 3);
  expect(items).toEqual(["east", "north", "west"]);
  expect([...scores].map((score) => score.toFixed(5))).toEqual(["0.70711", "0.70711", "-0.70711"]);
  model.dispose();
});

test("the reasons are the parts of the score", () => {
  const dot = Vectors.of(rows, { score: "dot" });
  expect(dot.explain(dot.foldIn(["east", "north", "west"]), "northeast")).toEqual([
    { item: "north", weight: 1 },
    { item: "east", weight: Math.fround(2 / 3) },
    { item: "west", weight: Math.fround(-4 / 3) },
  ]);
  expect(dot.explain("north", "northeast")).toEqual([{ item: "north", weight: 3 }]);
  dot.dispose();
});

test.each([[[]], [["nowhere"]], [["east", "nowhere"]]])("foldIn refuses %j", (history) => {
  const model = Vectors.of(rows);
  expect(() => model.foldIn(history)).toThrow(KithError);
  expect(() => model.foldIn(history)).toThrow(/at least one item|item "nowhere" is unknown/);
  expect(() => model.foldIn("east")).toThrow('did you mean ["east"]?');
  model.dispose();
});

test.each<[string, unknown]>([
  ["of another model", { items: Uint32Array.of(1, 4) }],
  ["without items", { items: new Uint32Array(0) }],
  ["out of order", { items: Uint32Array.of(2, 1) }],
  ["with an item twice", { items: Uint32Array.of(1, 1) }],
  ["of ids", { items: ["east"] }],
  ["of users", { history: Uint32Array.of(1) }],
  ["that are null", null],
])("queries %s are refused before anything is read", (_, query) => {
  const model = Vectors.of(rows);
  for (const ask of [
    () => model.scores(query as ItemQuery),
    () => model.recommendBatch(["east", query as ItemQuery]),
    () => model.explain(query as ItemQuery, "east"),
    () => model.seenItems(query as ItemQuery),
  ])
    expect(ask).toThrow(
      "Vectors: expected an item's id, or a set that foldIn() of this model made",
    );
  model.dispose();
});

describe("the scores of pairs", () => {
  test("are those of the target when the source is asked about, 0 for strangers", () => {
    const model = Vectors.of(rows, { score: "dot", queries: true });
    model.update(Object.values(rows), [
      [10, 0],
      [0, 10],
      [0, 0],
      [1, 1],
    ]);
    const pairs = ItemPairs.from([
      ["east", "west"],
      ["south", "east"],
      ["west", "east"],
      ["east", "south"],
      ["north", "northeast"],
    ]);
    const { scores, known } = model.pairScores(pairs);
    expect([...scores]).toEqual([-40, 0, 2, 0, 10]);
    expect([...known]).toEqual([1, 0, 1, 0, 1]);
    model.dispose();
  });

  test("are the same when they come in several chunks", () => {
    const dim = 2 ** 20; // of which two rows make a chunk
    const model = Vectors.of(
      Object.fromEntries([1, 2, 3].map((n) => [`i${n}`, new Array(dim).fill(n)])),
      { score: "dot" },
    );
    const pairs = ItemPairs.from([
      ["i1", "i2"],
      ["i2", "i3"],
      ["i3", "i3"],
      ["i1", "i1"],
      ["i3", "i1"],
    ]);
    const { scores } = model.pairScores(pairs);
    expect([...scores].map((score) => score / dim)).toEqual([2, 6, 9, 1, 3]);
    model.dispose();
  });

  test("are asked for with pairs", () => {
    const model = Vectors.of(rows);
    for (const wrong of [[["east", "west"]], null, undefined, {}])
      expect(() => model.pairScores(wrong as unknown as ItemPairs)).toThrow(
        'Vectors.pairScores: option "pairs" must be ItemPairs',
      );
    expect(() => new Vectors().pairScores(ItemPairs.from([]))).toThrow(NotFittedError);
    model.dispose();
  });
});

test("vectors are handed out as they were learned", () => {
  const model = Vectors.of(rows);
  expect([...model.vector("west")]).toEqual([-4, 0]);
  expect(model.vectors()).toEqual({
    shape: [4, 2],
    data: Float32Array.of(2, 0, 0, 3, 1, 1, -4, 0),
  });
  expect(() => new Vectors().vectors()).toThrow(NotFittedError);
  expect(() => new Vectors().vector("west")).toThrow(NotFittedError);
  model.dispose();
});

test("vectors that are not finite are not taken for a model", () => {
  const model = Vectors.of(rows, { queries: true });
  const fine = Object.values(rows);
  const before = heap().allocated;
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
    const spoilt = [[bad, 0], ...fine.slice(1)];
    expect(() => model.learn(Object.keys(rows), spoilt, fine)).toThrow(TrainingError);
    expect(() => model.scores("east")).toThrow(NotFittedError);
    expect(() => model.learn(Object.keys(rows), fine, spoilt)).toThrow(
      "Vectors: vectors are no longer finite numbers: training diverged",
    );
  }
  expect(() => model.learn([], [])).toThrow("Vectors: expected at least one item");
  expect(heap().allocated).toBeLessThan(before);
});

describe("a model file", () => {
  const options = { score: "dot", queries: true, colours: true } as const;

  test("holds both tables, what the model has beside them, and the vocabulary of items", () => {
    const model = Vectors.of(rows, options);
    const { tensors, vocabularies } = decodeModelFile(model.save());
    expect(Object.keys(tensors).sort()).toEqual(["items.colour", "items.embedding", "items.query"]);
    expect(Object.keys(vocabularies).sort()).toEqual(["colours", "items"]);
    const again = Vectors.load(model.save());
    expect(again.colourOf("north")).toBe("blue");
    expect(again.scores("north")).toEqual(model.scores("north"));
    const plain = Vectors.of(rows);
    expect(Object.keys(decodeModelFile(plain.save()).vocabularies)).toEqual(["items"]);
    for (const each of [model, again, plain]) each.dispose();
  });

  test.each<[string, object]>([
    ["items.query", { shape: [4, 3], data: new Float32Array(12) }],
    ["items.query", { shape: [4, 2], data: new Float32Array(8).fill(Number.NaN) }],
    ["items.embedding", { shape: [5, 2], data: new Float32Array(10) }],
    ["items.embedding", { shape: [8], data: new Float32Array(8) }],
    ["items.embedding", { shape: [4, 2], data: new Uint32Array(8) }],
    ["items.embedding", { shape: [4, 0], data: new Float32Array(0) }],
    [
      "items.embedding",
      { shape: [4, 2], data: new Float32Array(8).fill(Number.POSITIVE_INFINITY) },
    ],
    ["items.colour", { shape: [3], data: new Uint32Array(3) }],
  ])("with a damaged %s (%j) is refused, and leaves nothing on the heap", (name, tensor) => {
    const model = Vectors.of(rows, options);
    const content = decodeModelFile(model.save());
    model.dispose();
    trimArena();
    const before = heap().allocated;
    const file = encodeModelFile({
      ...content,
      tensors: { ...content.tensors, [name]: tensor as never },
    });
    expect(() => Vectors.load(file)).toThrow(FormatError);
    expect(heap().allocated).toBe(before);
  });

  test("without items or without their vocabulary is refused", () => {
    const model = Vectors.of(rows);
    const content = decodeModelFile(model.save());
    model.dispose();
    const without = encodeModelFile({ ...content, vocabularies: {} });
    expect(() => Vectors.load(without)).toThrow("the file has no vocabulary of items");
    const nobody = encodeModelFile({
      ...content,
      vocabularies: { items: Vocabulary.from([]) },
      tensors: { "items.embedding": { shape: [0, 2], data: new Float32Array(0) } },
    });
    expect(() => Vectors.load(nobody)).toThrow(FormatError);
  });
});

test("many large sets at once take no more memory than one at a time", () => {
  const items = Array.from({ length: 2000 }, (_, n) => n);
  const model = new Vectors();
  model.learn(
    items,
    items.map((n) => [Math.cos(n), Math.sin(n), ...new Array(62).fill(0)]),
  );
  const set = model.foldIn(items);
  trimArena();
  const before = heap().allocated;
  model.recommendBatch(new Array(500).fill(set), { k: 1 });
  const grown = heap().allocated - before;
  expect(grown).toBeLessThan(2 ** 24); // 500 sets of 2000 × 64 floats would be 256 MB
  model.dispose();
});

test("a model of items is measured by metrics of pairs", async () => {
  const model = Vectors.of(rows);
  const pairs = ItemPairs.from([
    { source: "east", target: "northeast", label: 1 },
    { source: "east", target: "west", label: 0 },
  ]);
  expect((await model.measure(pairs)).metrics).toEqual({
    auc: 1,
    "auc-seen": 1,
    "average-precision": 1,
  });
  expect(() => model.checkMeasurable(pairs, ["recall@20"])).toThrow(OptionError);
  expect(() => model.checkMeasurable(pairs, ["auc-seen", "average-precision-seen"])).not.toThrow();
  model.dispose();
});
