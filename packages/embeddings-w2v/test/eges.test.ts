import { KithError, NotFittedError, OptionError, Rng, UnknownIdError } from "@kith/core-tensors";
import { Features, type Id, ItemPairs, Sequences, Vocabulary } from "@kith/data";
import { Eges, type EgesData, type EgesOptions } from "../src/index.ts";

const BRANDS = 4;

/**
 * Items a0 … a39 come with others of their brand, b0 … b39 with others of their shop; the other field of each says nothing. Of every ten items the last
 * lacks its shop. Cold items have a brand alone, which the graph does not know.
 */
function planted(): EgesData & { readonly brandOf: ReadonlyMap<Id, number> } {
  const rng = new Rng(11);
  const items = ["a", "b"].flatMap((kind) =>
    Array.from({ length: 40 }, (_, n) => ({
      item: `${kind}${n}`,
      kind,
      group: n % BRANDS,
      other: rng.below(BRANDS),
    })),
  );
  const features = Features.from([
    ...items.map(({ item, kind, group, other }, n) => ({
      item,
      brand: `brand${kind === "a" ? group : other}`,
      shop: n % 10 === 9 ? null : `shop${kind === "b" ? group : other}`,
    })),
    ...Array.from({ length: BRANDS }, (_, n) => ({ item: `cold${n}`, brand: `brand${n}` })),
  ]);
  const graph = Sequences.from(
    Array.from({ length: 1200 }, (_, s) => {
      const [kind, group] = [s % 2 ? "a" : "b", rng.below(BRANDS)];
      return Array.from({ length: 8 }, () => `${kind}${BRANDS * rng.below(40 / BRANDS) + group}`);
    }),
  );
  return { graph, features, brandOf: new Map(items.map(({ item, group }) => [item, group])) };
}

const OPTIONS: EgesOptions = { dim: 12, epochs: 6, learningRate: 0.1, window: 4 };
const data = planted();

/** Mean of a field's weight over items that have both fields. */
function meanWeight(model: Eges, kind: string, field: string): number {
  const shares = Array.from({ length: 40 }, (_, n) => model.fieldWeights(`${kind}${n}`))
    .filter((weights) => weights.has("shop"))
    .map((weights) => weights.get(field) ?? 0);
  return shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

describe("trained with attention", () => {
  let model: Eges;
  const losses: number[] = [];
  beforeAll(async () => {
    model = await new Eges(OPTIONS).fit(data, { onEpoch: ({ loss }) => void losses.push(loss) });
  });
  afterAll(() => model.dispose());

  test("the loss falls", () => {
    expect(losses[2]).toBeLessThan(0.98 * losses[0]);
    expect(losses[5]).toBeLessThan(losses[2]);
  });

  test("the weights of an item's fields add up to 1, and fields that it lacks have none", () => {
    for (const id of model.items.ids()) {
      const weights = model.fieldWeights(id);
      expect([...weights.values()].reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 6);
      const isCold = String(id).startsWith("cold");
      const lacksShop = isCold || /9$/.test(String(id));
      expect([...weights.keys()]).toEqual([
        ...(isCold ? [] : ["item"]),
        "brand",
        ...(lacksShop ? [] : ["shop"]),
      ]);
    }
  });

  test("items learn which of their fields counts, each for itself", () => {
    expect(meanWeight(model, "a", "brand")).toBeGreaterThan(1.1 * meanWeight(model, "a", "shop"));
    expect(meanWeight(model, "b", "shop")).toBeGreaterThan(1.1 * meanWeight(model, "b", "brand"));
    const brands = Array.from({ length: 8 }, (_, n) => model.fieldWeights(`a${n}`).get("brand"));
    expect(new Set(brands).size).toBe(8);
  });

  test("items of one group are similar", () => {
    let right = 0;
    for (const [item, group] of data.brandOf)
      for (const id of model.similarItems(item, 5).items)
        right += Number(String(id)[0] === String(item)[0] && data.brandOf.get(id) === group);
    expect(right / (80 * 5)).toBeGreaterThan(0.9);
  });

  test("items that only the features know are cold, and similar to items of their brand", () => {
    expect(model.coldItems).toEqual(["cold0", "cold1", "cold2", "cold3"]);
    expect(model.items.size).toBe(84);
    for (let n = 0; n < BRANDS; n++) {
      const { items } = model.recommend(`cold${n}`, {
        k: 5,
        allow: Array.from({ length: 40 }, (_, m) => `a${m}`),
      });
      expect(items.filter((id) => data.brandOf.get(id) === n).length).toBeGreaterThanOrEqual(4);
    }
  });

  test("what is known about an item makes its vector, as that of a cold item", () => {
    const brand = model.coldItem({ brand: "brand2" });
    expect(brand).toEqual(model.vector("cold2"));
    const shop = model.coldItem({ shop: "shop1", brand: null });
    const both = model.coldItem({ brand: "brand2", shop: "shop1" });
    both.forEach((value, d) => {
      expect(value).toBeCloseTo((brand[d] + shop[d]) / 2, 6);
    });
    expect(model.coldItem({ brand: "brand2", shop: "no such shop" })).toEqual(brand);
  });

  test("items similar to a description are ranked by the cosine", () => {
    const { items, scores } = model.similarToFeatures({ brand: "brand1" }, 6);
    expect(items[0]).toBe("cold1");
    expect(scores[0]).toBeCloseTo(1, 5);
    expect([...scores]).toEqual([...scores].sort((a, b) => b - a));
    const others = model.similarItems("cold1", 5);
    expect(items.slice(1)).toEqual(others.items);
    others.scores.forEach((score, n) => {
      expect(scores[n + 1]).toBeCloseTo(score, 5);
    });
    expect(model.similarToFeatures({ brand: "brand1" }, 1000).items).toHaveLength(84);
    for (const k of [0, -1, 1.5, Number.NaN])
      expect(() => model.similarToFeatures({ brand: "brand1" }, k)).toThrow(/option "k"/);
  });

  test("a description must name fields that there are, and a value that was trained", () => {
    expect(() => model.coldItem({ colour: "red" })).toThrow(OptionError);
    expect(() => model.coldItem({ colour: "red" })).toThrow(
      'Eges: option "colour" is no field of the items; they have brand, shop',
    );
    for (const described of [{}, { brand: null }, { brand: "nobody's", shop: undefined }])
      for (const ask of [() => model.coldItem(described), () => model.similarToFeatures(described)])
        expect(ask).toThrow(UnknownIdError);
    expect(() => model.coldItem({ brand: "nobody's" })).toThrow(
      'Eges: item with "brand nobody\'s" is unknown; none of its values occurred in training',
    );
    expect(() => model.fieldWeights("no such item")).toThrow(UnknownIdError);
  });

  test("what was saved answers as before", () => {
    const loaded = Eges.load(model.save());
    expect(loaded.coldItems).toEqual(model.coldItems);
    expect(loaded.vectors()).toEqual(model.vectors());
    for (const id of model.items.ids())
      expect(loaded.fieldWeights(id)).toEqual(model.fieldWeights(id));
    expect(loaded.coldItem({ shop: "shop3" })).toEqual(model.coldItem({ shop: "shop3" }));
    expect(loaded.similarToFeatures({ shop: "shop3" }, 9)).toEqual(
      model.similarToFeatures({ shop: "shop3" }, 9),
    );
    expect(Buffer.from(loaded.save()).equals(model.save())).toBe(true);
    loaded.dispose();
  });
});

test("without attention the fields that an item has all weigh alike", async () => {
  const model = await new Eges({ ...OPTIONS, attention: false }).fit(data);
  expect([...model.fieldWeights("a1")]).toEqual([
    ["item", 1 / 3],
    ["brand", 1 / 3],
    ["shop", 1 / 3],
  ]);
  expect([...model.fieldWeights("a9")]).toEqual([
    ["item", 1 / 2],
    ["brand", 1 / 2],
  ]);
  const loaded = Eges.load(model.save());
  expect(loaded.fieldWeights("a1")).toEqual(model.fieldWeights("a1"));
  for (const one of [model, loaded]) one.dispose();
});

test("before training there are no weights and no cold items", () => {
  const model = new Eges();
  for (const ask of [
    () => model.coldItems,
    () => model.fieldWeights("a"),
    () => model.coldItem({ brand: "x" }),
    () => model.similarToFeatures({ brand: "x" }),
  ])
    expect(ask).toThrow(NotFittedError);
});

const PAIRS = ItemPairs.from([
  ["a", "b"],
  ["b", "c"],
  ["c", "d"],
]);
const SMALL = { dim: 5, epochs: 2, walkLength: 6 };

function fitted(
  rows: Iterable<{ item: Id; [field: string]: Id | null | undefined }>,
): Promise<Eges> {
  return new Eges(SMALL).fit({ graph: PAIRS, features: Features.from(rows) });
}

test("a value that no trained item has counts for nothing", async () => {
  const model = await fitted([
    { item: "a", brand: "x", size: 1 },
    { item: "b", brand: "y" },
    { item: "cold", brand: "new", size: 1 },
    { item: "colder", brand: "new" },
  ]);
  expect(model.coldItems).toEqual(["cold"]); // nothing is known about the other
  expect([...model.fieldWeights("cold")]).toEqual([["size", 1]]);
  expect(model.coldItem({ size: 1 })).toEqual(model.vector("cold"));
  expect(model.coldItem({ brand: "new", size: 1 })).toEqual(model.vector("cold"));
  expect(() => model.coldItem({ brand: "new" })).toThrow(UnknownIdError);
  model.dispose();
});

test("an item without features is its own vector alone, and a field that no trained item has is nobody's", async () => {
  const model = await fitted([
    { item: "a", brand: "x", late: null },
    { item: "cold", brand: "x", late: "only here" },
  ]);
  expect([...model.fieldWeights("d")]).toEqual([["item", 1]]);
  expect([...model.fieldWeights("cold")]).toEqual([["brand", 1]]);
  const loaded = Eges.load(model.save());
  expect(loaded.fieldWeights("cold")).toEqual(model.fieldWeights("cold"));
  for (const one of [model, loaded]) one.dispose();
});

test("fields may have dots, blanks and any Unicode in their names and values", async () => {
  const names = ["a.b", "größe 🙂", "0", "field.1.x", "line\nbreak", "constructor"];
  const model = await fitted(
    ["a", "b", "c", "ü"].map((item, n) => ({
      item,
      ...Object.fromEntries(names.map((name, f) => [name, `${name} ${(n * f) % 3} 漢`])),
    })),
  );
  const loaded = Eges.load(model.save());
  for (const one of [model, loaded])
    expect([...one.fieldWeights("b").keys()].sort()).toEqual(["item", ...names].sort());
  expect(loaded.fieldWeights("c")).toEqual(model.fieldWeights("c"));
  for (const name of names) {
    const described = { [name]: `${name} 0 漢` };
    expect(loaded.coldItem(described)).toEqual(model.coldItem(described));
  }
  expect(model.coldItems).toEqual(["ü"]);
  for (const one of [model, loaded]) one.dispose();
});

test("numbers may be values of a field and ids of items", async () => {
  const graph = Sequences.from([
    [1, 2, 3],
    [3, 4, 1],
  ]);
  const features = Features.from([1, 2, 3, 4, 5].map((item) => ({ item, price: item % 2 })));
  const model = await new Eges(SMALL).fit({ graph, features });
  expect(model.coldItems).toEqual([5]);
  expect(model.coldItem({ price: 1 })).toEqual(model.vector(5));
  expect(model.coldItem({ price: "1" })).toEqual(model.vector(5)); // as everywhere, 1 and "1" are one id
  model.dispose();
});

test("up to 63 fields are taken, and more are refused before training", async () => {
  const row = (item: string, count: number) => ({
    item,
    ...Object.fromEntries(Array.from({ length: count }, (_, f) => [`f${f}`, `${item}${f % 3}`])),
  });
  const model = await fitted(["a", "b", "c", "d"].map((item) => row(item, 63)));
  expect(model.fieldWeights("a").size).toBe(64);
  expect(model.vectors().data.every(Number.isFinite)).toBe(true);
  model.dispose();
  await expect(fitted([row("a", 64)])).rejects.toThrow("Eges: expected at most 63 fields, got 64");
});

test("data that say nothing about the items are refused by name", async () => {
  await expect(fitted([])).rejects.toThrow(/^Eges: the features have no fields/);
  await expect(fitted([{ item: "a" }])).rejects.toThrow(/^Eges: the features have no fields/);
  await expect(fitted([{ item: "x", brand: "y" }])).rejects.toThrow(
    /^Eges: none of the 4 trained items has any of the fields brand; are the ids those of the graph/,
  );
  await expect(fitted([{ item: "a", brand: null }])).rejects.toThrow(KithError);
  const [features, values] = [Features.from([{ item: "a", brand: "x" }]), Vocabulary.from(["v"])];
  const named = Features.fromColumns({
    ids: Vocabulary.from(["a"]),
    fields: [{ kind: "categorical", name: "item", values, of: Int32Array.of(0) }],
  });
  await expect(new Eges(SMALL).fit({ graph: PAIRS, features: named })).rejects.toThrow(
    /a field is named "item"/,
  );
  for (const [data, option] of [
    [undefined, "data"],
    [PAIRS, "data"],
    [{ features }, "data"],
    [{ graph: PAIRS }, "features"],
    [{ graph: PAIRS, features: [] }, "features"],
    [{ graph: {}, features }, "data"],
  ] as const)
    await expect(new Eges(SMALL).fit(data as unknown as EgesData)).rejects.toThrow(
      new RegExp(`Eges.*"${option}"`),
    );
});

test("an earlier training stays when another is refused", async () => {
  const model = await fitted([{ item: "a", brand: "x" }]);
  const file = model.save();
  const features = Features.from([{ item: "nobody", brand: "x" }]);
  await expect(model.fit({ graph: PAIRS, features })).rejects.toThrow(KithError);
  expect(Buffer.from(model.save()).equals(file)).toBe(true);
  model.dispose();
});
