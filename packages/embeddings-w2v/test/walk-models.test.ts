import { KithError, OptionError, Rng } from "@kith/core-tensors";
import { type Id, ItemPairs, Sequences } from "@kith/data";
import {
  DeepWalk,
  type DeepWalkOptions,
  Eges,
  Item2Vec,
  Node2Vec,
  type Node2VecOptions,
} from "../src/index.ts";
import type { OpenedData } from "../src/skip-gram-recommender.ts";
import { plantedAuc, plantedPairs } from "./planted.ts";

class OpenDeepWalk extends DeepWalk {
  override open(pairs: ItemPairs, rng: Rng): OpenedData {
    return super.open(pairs, rng);
  }
}

class OpenNode2Vec extends Node2Vec {
  override open(pairs: ItemPairs, rng: Rng): OpenedData {
    return super.open(pairs, rng);
  }
}

/** The walks that a model would learn from. */
function walksOf(model: OpenDeepWalk | OpenNode2Vec, pairs: ItemPairs): Id[][] {
  const { items, source, dispose } = model.open(pairs, new Rng(3));
  const walks = Array.from(source.chunks(1000)).flatMap(({ tokens, offsets }) =>
    Array.from({ length: offsets.length - 1 }, (_, s) =>
      Array.from(tokens.subarray(offsets[s], offsets[s + 1]), (n) => items.id(n)),
    ),
  );
  dispose();
  return walks;
}

const deepWalks = (pairs: ItemPairs, options: DeepWalkOptions) =>
  walksOf(new OpenDeepWalk(options), pairs);
const biasedWalks = (pairs: ItemPairs, options: Node2VecOptions) =>
  walksOf(new OpenNode2Vec(options), pairs);

test("as many walks start at each item as told, the items in another order each time", () => {
  const walks = deepWalks(plantedPairs(), { walksPerNode: 3, walkLength: 5 });
  expect(walks).toHaveLength(3 * 32);
  expect(new Set(walks.map((walk) => walk.length))).toEqual(new Set([5]));
  const starts = [0, 1, 2].map((pass) => walks.slice(32 * pass, 32 * (pass + 1)).map(([id]) => id));
  for (const pass of starts) expect(new Set(pass).size).toBe(32);
  expect(starts[1]).not.toEqual(starts[0]);
  expect(starts[2]).not.toEqual(starts[1]);
});

test("steps follow the weights of pairs, duplicates added up", () => {
  const pairs = ItemPairs.from([
    ["hub", "a", 1],
    ["hub", "b", 4],
    ["b", "hub", 5],
  ]);
  const seconds = deepWalks(pairs, { walksPerNode: 4000, walkLength: 2 })
    .filter(([start]) => start === "hub")
    .map(([, second]) => second);
  const share = seconds.filter((id) => id === "b").length / seconds.length;
  expect(Math.abs(share - 0.9)).toBeLessThan(5 * Math.sqrt((0.9 * 0.1) / 4000));
});

test("pairs are followed both ways unless they are directed, and then walks end at dead ends", () => {
  const pairs = ItemPairs.from([
    ["a", "b"],
    ["b", "c"],
  ]);
  const undirected = deepWalks(pairs, { walksPerNode: 5, walkLength: 9 });
  expect(undirected).toHaveLength(15);
  expect(new Set(undirected.map((walk) => walk.length))).toEqual(new Set([9]));
  const directed = deepWalks(pairs, { walksPerNode: 2, walkLength: 9, directed: true });
  expect(directed.map((walk) => walk.join("")).sort()).toEqual(["abc", "abc", "bc", "bc"]);
});

test("p and q are those of node2vec", () => {
  const ring = plantedPairs({ groups: 1, size: 8 });
  const backs = (walks: Id[][]) =>
    walks.flatMap((walk) => walk.slice(2).map((id, n): number => Number(id === walk[n])));
  const share = (numbers: number[]) => numbers.reduce((sum, n) => sum + n, 0) / numbers.length;
  expect(share(backs(biasedWalks(ring, { p: 1e-6, walkLength: 12 })))).toBe(1);
  expect(share(backs(biasedWalks(ring, { p: 1e6, walkLength: 12 })))).toBe(0);
  expect(share(backs(biasedWalks(ring, { walkLength: 12 })))).toBeCloseTo(0.25, 1);
  // Two cliques and a bridge: walks that stay near cross it less often.
  const clique = (name: string) =>
    [0, 1, 2, 3].flatMap((a) =>
      [0, 1, 2, 3].filter((b) => b > a).map((b): [string, string] => [name + a, name + b]),
    );
  const cliques = ItemPairs.from([...clique("x"), ...clique("y"), ["x0", "y0"]]);
  const crossings = (q: number) =>
    biasedWalks(cliques, { q, walksPerNode: 100, walkLength: 12 })
      .flatMap((walk) => walk.slice(1).map((id, n) => String(id)[0] !== String(walk[n])[0]))
      .filter((crosses) => crosses).length;
  expect(crossings(0.1)).toBeGreaterThan(2 * crossings(10));
});

test("Node2Vec with p and q of 1 is DeepWalk", async () => {
  const options = {
    dim: 6,
    walksPerNode: 3,
    walkLength: 6,
    window: 2,
    epochs: 2,
    deterministic: true,
  };
  const pairs = plantedPairs();
  const models = [
    await new DeepWalk(options).fit(pairs),
    await new Node2Vec(options).fit(pairs),
    await new Node2Vec({ ...options, p: 4, q: 0.5 }).fit(pairs),
  ];
  const [first, second, third] = models.map((model) => model.vectors());
  expect(second).toEqual(first);
  expect(third).not.toEqual(first);
  for (const model of models) model.dispose();
});

test("a walk goes back to its start as often as told", () => {
  const pairs = ItemPairs.from(
    Array.from({ length: 50 }, (_, n): [string, string] => [`${n}`, `${n + 1}`]),
  );
  const walks = deepWalks(pairs, {
    directed: true,
    restart: 0.5,
    walkLength: 20,
    walksPerNode: 40,
  });
  const [long] = [walks.filter(([start]) => start === "0")];
  const returns = long.flatMap((walk) => walk.slice(1).map((id): number => Number(id === "0")));
  const share = returns.reduce((sum, n) => sum + n, 0) / returns.length;
  expect(Math.abs(share - 0.5)).toBeLessThan(5 * Math.sqrt(0.25 / returns.length));
});

test.each([
  ["DeepWalk", DeepWalk],
  ["Node2Vec", Node2Vec],
  ["Eges", Eges],
])("%s: walks of one item, which have no pair to learn from, are refused", (name, Model) => {
  expect(() => new Model({ walkLength: 1 })).toThrow(OptionError);
  expect(() => new Model({ walkLength: 1 })).toThrow(
    `${name}: option "walkLength" must be a whole number from 2 to 100000, got 1`,
  );
  expect(new Model({ walkLength: 2 }).options.walkLength).toBe(2);
});

test("pairs that are no edges are an error that counts them", async () => {
  const pairs = ItemPairs.from([
    ["a", "a", 1],
    ["b", "b", 2],
    ["a", "b", 0],
    ["b", "a", 0],
  ]);
  for (const model of [new DeepWalk(), new Node2Vec()]) {
    await expect(model.fit(pairs)).rejects.toThrow(KithError);
    await expect(model.fit(pairs)).rejects.toThrow(
      `${model.name}: expected at least one pair of two items with a weight above 0, got 4 pairs, of which 2 are of an item with itself and 2 weigh 0`,
    );
  }
});

test("what are no pairs is refused by name", async () => {
  for (const data of [undefined, [["a", "b"]], Sequences.from([["a", "b"]])])
    for (const model of [new DeepWalk(), new Node2Vec()])
      await expect(model.fit(data as unknown as ItemPairs)).rejects.toThrow(
        new RegExp(`^${model.name}: option "data" must be ItemPairs`),
      );
  const model = new Item2Vec();
  for (const data of [undefined, [["a", "b"]], ItemPairs.from([["a", "b"]])])
    await expect(model.fit(data as unknown as Sequences)).rejects.toThrow(
      /^Item2Vec: option "data" must be Sequences/,
    );
});

test("items that no walk comes to are not known", async () => {
  const pairs = ItemPairs.from([
    ["a", "b"],
    ["alone", "alone"],
  ]);
  const model = await new DeepWalk({ dim: 3, epochs: 1 }).fit(pairs);
  expect(model.items.ids()).toEqual(["a", "b"]);
  expect(() => model.vector("alone")).toThrow(/item "alone" is unknown/);
  expect(model.vectors().data.every(Number.isFinite)).toBe(true);
  model.dispose();
});

test("neighbours of neighbours are found on a ring, by cosine and by dot product", async () => {
  for (const scoring of ["cosine", "dot"] as const) {
    const model = await new DeepWalk({
      dim: 16,
      walkLength: 20,
      epochs: 3,
      learningRate: 0.1,
      scoring,
    }).fit(plantedPairs());
    expect(await plantedAuc(model)).toBeGreaterThan(0.99);
    model.dispose();
  }
});
