import type { Id, Vocabulary } from "@kith/data";
import { ItemPairs } from "@kith/data";
import { evaluatePairs, type ItemQuery, type ItemRecommender } from "@kith/recommender";
import { commonCases, type Family, items, plainly, SIZE, strangeIds } from "./common-cases.ts";
import { type Cases, runCases } from "./run-cases.ts";
import { twoColours } from "./two-colours.ts";

/** What is to be tested, for a model that learns from `Data`. */
export interface ItemContractOptions<Data extends ItemData> {
  /** A new model that learns the pairs of `twoColours(20)`, with these options beside its own. */
  readonly make: (options?: object) => ItemRecommender<Data>;
  /** The model's static `load`. */
  readonly load: (file: Uint8Array) => ItemRecommender<Data>;
  /** What the model learns, made of pairs, such as `pairsAsSequences`; with all the items that the pairs have. */
  readonly data: (pairs: ItemPairs) => Data;
  /** Whether it takes a `seed` that matters. Default true. */
  readonly isRandom?: boolean;
  /** Cases that the model cannot pass, by title, and why. */
  readonly skips?: Readonly<Record<string, string>>;
}

/** What `ItemPairs` and `Sequences` have in common. */
export interface ItemData {
  readonly items: Vocabulary;
  hash(): string;
}

/** Tests that a model of items keeps the contract of `Recommender`. */
export function itemRecommenderContract<Data extends ItemData>(
  name: string,
  options: ItemContractOptions<Data>,
): void {
  const { make, load, data: of, isRandom = true, skips } = options;
  const family: ItemFamily<Data> = {
    make,
    load,
    of,
    isRandom,
    prefix: "i",
    data: (naming = plainly) => of(twoColours(SIZE, (n) => naming("i", n)).train),
    empty: () => of(ItemPairs.from([])),
    strange: () =>
      Object.fromEntries(Object.entries(strange).map(([what, rows]) => [what, of(rows())])),
    mayRefuse: ["one item with itself", "one pair", "items with themselves alone"],
    query: (id: Id) => id,
    folded: (numbers: Uint32Array) => ({ items: numbers }),
    seenBy4: ["i4"],
    ids: (model) => [model.items.ids()],
    content: (data) => data.hash(),
  };
  runCases(name, { ...itemCases, ...commonCases }, family, skips);
}

interface ItemFamily<Data extends ItemData> extends Family<Data, ItemQuery> {
  make(options?: object): ItemRecommender<Data>;
  load(file: Uint8Array): ItemRecommender<Data>;
  of(pairs: ItemPairs): Data;
}

const strange: Readonly<Record<string, () => ItemPairs>> = {
  "one item with itself": () => ItemPairs.from([["a", "a"]]),
  "items with themselves alone": () => ItemPairs.from(["a", "b", "c"].map((id) => [id, id])),
  "one pair": () => ItemPairs.from([["a", "b"]]),
  "two pairs": () =>
    ItemPairs.from([
      ["a", "b"],
      ["c", "d"],
    ]),
  "an item with itself": () =>
    ItemPairs.from([
      ["a", "a"],
      ["a", "b"],
      ["b", "c"],
    ]),
  duplicates: () =>
    ItemPairs.from(Array.from({ length: 40 }, (_, n) => [`i${n % 4}`, `i${n % 6}`])),
  "numbers for ids": () =>
    ItemPairs.from([
      [7, 0],
      [0, -1.5],
      [-1.5, 7],
    ]),
  unicode: () =>
    ItemPairs.from(
      strangeIds.flatMap((a, n) =>
        [1, 2].map((m): [string, string] => [a, strangeIds[(n + m) % strangeIds.length]]),
      ),
    ),
};

// biome-ignore lint/suspicious/noExplicitAny: the data come from the family, and go back to its models
const itemCases: Cases<ItemFamily<any>> = {
  async "scores the withheld pairs above those of different colours"({ make, data }) {
    const model = await make().fit(data());
    const { test } = twoColours(SIZE);
    const { metrics, unknownPairs } = await evaluatePairs(model, test, { metrics: ["auc"] });
    expect(unknownPairs).toBe(0);
    expect(metrics.auc).toBeGreaterThan(0.99);
    model.dispose();
  },

  async "recommends items of the same colour for one, and for several together"({ make, data }) {
    const model = await make().fit(data());
    const half = SIZE / 2 - 1;
    for (let n = 0; n < SIZE; n++) {
      const set = model.foldIn([`i${n}`, `i${(n + 2) % SIZE}`, `i${(n + 6) % SIZE}`]);
      for (const query of [`i${n}`, set]) {
        const { items: best } = model.recommend(query, { k: half - 2, excludeSeen: true });
        expect(best.filter((id) => Number(String(id).slice(1)) % 2 !== n % 2)).toEqual([]);
      }
    }
    model.dispose();
  },

  async "finds the withheld pairs in whatever order the pairs come"({ make, of }) {
    const { train, test } = twoColours(SIZE);
    const order = Uint32Array.from({ length: train.length }, (_, n) => (n * 77 + 5) % train.length);
    expect(new Set(order).size).toBe(train.length);
    const rows = Array.from(train.select(order).rows());
    const model = await make().fit(of(ItemPairs.from(rows)));
    const { metrics } = await evaluatePairs(model, test, { metrics: ["auc"] });
    expect(metrics.auc).toBeGreaterThan(0.99);
    model.dispose();
  },

  async "takes a set for its items, whatever their order and however often they are named"({
    make,
    data,
  }) {
    const model = await make().fit(data());
    const set = model.foldIn(["i9", "i2", "i9", "i6"]);
    expect(set).toEqual(model.foldIn(["i2", "i6", "i9"]));
    expect(Array.from(set.items, (n) => model.items.id(n)).sort()).toEqual(["i2", "i6", "i9"]);
    expect([...set.items]).toEqual([...set.items].sort((a, b) => a - b));
    expect(model.seenItems(set)).toEqual(set.items);
    expect([...model.seenItems("i6")]).toEqual([model.items.indexOf("i6")]);
    expect(model.scores(model.foldIn(["i6"]))).toEqual(model.scores("i6"));
    expect(() => model.foldIn("i6")).toThrow(/did you mean \["i6"\]/);
    model.dispose();
  },

  async "explains a score by its parts, most important first"({ make, data }) {
    const model = await make().fit(data());
    const basket = ["i1", "i2", "i3", "i8"];
    for (const [query, whole] of [
      [model.foldIn(basket), basket],
      ["i3", ["i3"]],
    ] as const) {
      const reasons = model.explain(query, "i5");
      expect(reasons.map(({ item }) => item).sort()).toEqual(whole);
      const weights = reasons.map(({ weight }) => weight);
      expect(weights).toEqual([...weights].sort((a, b) => b - a));
      const score = model.scores(query)[model.items.indexOf("i5")];
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(score, 4);
    }
    expect(() => model.explain("i3", "no such item")).toThrow(/item "no such item" is unknown/);
    expect(() => model.explain("no such item", "i3")).toThrow(/item "no such item" is unknown/);
    model.dispose();
  },

  async "scores pairs as it ranks them, whatever their vocabulary"({ make, data }) {
    const model = await make().fit(data());
    const pairs = ItemPairs.from([
      ["i3", "i8"],
      ["stranger", "i3"],
      ["i8", "i3"],
      ["i5", "i5"],
      ["i5", "stranger"],
    ]);
    const { scores, known } = model.pairScores(pairs);
    expect([...known]).toEqual([1, 0, 1, 1, 0]);
    Array.from(pairs.rows()).forEach(({ source, target }, row) => {
      const wanted = known[row] ? model.scores(source)[model.items.indexOf(target)] : 0;
      expect(scores[row]).toBeCloseTo(wanted, 5);
    });
    expect(model.pairScores(ItemPairs.from([]))).toEqual({
      scores: new Float32Array(0),
      known: new Uint8Array(0),
    });
    model.dispose();
  },

  async "is measured by link prediction while it trains, by default too"({ make, data }) {
    const { test } = twoColours(SIZE);
    const model = make();
    const measured: unknown[] = [];
    await model.fit(data(), {
      validation: { data: test },
      onEpoch: ({ validation }) => void measured.push(validation),
    });
    expect(Object.keys(model.metrics)).toEqual(["auc", "auc-seen", "average-precision"]);
    expect(measured[measured.length - 1]).toEqual(model.metrics);
    expect(measured.length).toBeGreaterThan(0);
    expect(model.metrics).toEqual((await evaluatePairs(model, test)).metrics);
    model.dispose();
  },

  async "refuses validation that could not be measured before it trains"({ make, data }) {
    const { train, test } = twoColours(SIZE);
    const strangers = ItemPairs.from([
      { source: "x", target: "y", label: 1 },
      { source: "x", target: "z", label: 0 },
    ]);
    const onEpoch = (): void => {
      throw new Error("it trained");
    };
    for (const [validation, message] of [
      [{ data: train }, /must be pairs with labels/],
      [{ data: test.select((row) => test.label?.[row] === 1) }, /pairs of both labels/],
      [{ data: strangers }, /a pair of items that the model knows/],
      [{ data: test, metrics: ["recall@20"] }, /must be of auc, .*got "recall@20"/],
    ] as const) {
      const model = make();
      await expect(model.fit(data(), { validation, onEpoch })).rejects.toThrow(message);
      model.dispose();
    }
  },

  async "answers for an item without pairs, or says that it does not know it"({ make, of }) {
    const { train } = twoColours(SIZE);
    const { items: all } = train;
    const some = train.select(
      (row) => all.id(train.source[row]) !== "i9" && all.id(train.target[row]) !== "i9",
    );
    const model = await make().fit(of(some));
    expect(model.scores("i1").every(Number.isFinite)).toBe(true);
    if (model.items.has("i9")) {
      expect(model.scores("i9").every(Number.isFinite)).toBe(true);
      expect(model.similarItems("i9", 3).scores.every(Number.isFinite)).toBe(true);
    } else expect(() => model.scores("i9")).toThrow(/item "i9" is unknown/);
    expect([...items].filter((id) => id !== "i9").every((id) => model.items.has(id))).toBe(true);
    model.dispose();
  },

  async "hands out vectors as copies"({ make, data }) {
    const model = await make().fit(data());
    const { shape, data: values } = model.vectors();
    const [rows, dim] = shape;
    expect(rows).toBe(SIZE);
    const row = model.items.indexOf("i7");
    expect(model.vector("i7")).toEqual(values.slice(row * dim, (row + 1) * dim));
    const before = model.scores("i7");
    values.fill(0);
    model.vector("i7").fill(0);
    expect(model.scores("i7")).toEqual(before);
    expect(() => model.vector("no such item")).toThrow(/item "no such item" is unknown/);
    model.dispose();
  },
};
