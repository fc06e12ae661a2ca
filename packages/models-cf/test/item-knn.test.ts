import { FormatError, NotFittedError, OptionError, UnknownIdError } from "@kith/core-tensors";
import { Interactions } from "@kith/data";
import { ItemKNN } from "@kith/models-cf";
import { decodeModelFile, encodeModelFile, evaluate } from "@kith/recommender";
import { randomInteractions, shuffled } from "./support.ts";

/** By definition: a users × items and an items × items array. */
function naiveScores(data: Interactions, k: number, shrinkage: number): number[][] {
  const items = data.items.ids().map((_, i) => i);
  const has = data.users.ids().map((_, u) => items.map((i) => data.itemsOf(u).includes(i)));
  const n = items.map((i) => has.filter((row) => row[i]).length);
  const s = items.map((i) =>
    items.map((j) => {
      const common = i === j ? 0 : has.filter((row) => row[i] && row[j]).length;
      return common && Math.fround(common / (Math.sqrt(n[i] * n[j]) + shrinkage));
    }),
  );
  const near = items.map((i) => [...items].sort((a, b) => s[i][b] - s[i][a] || a - b).slice(0, k));
  return has.map((row) =>
    items.map((i) => near[i].reduce((sum, j) => sum + (row[j] ? s[i][j] : 0), 0)),
  );
}

// a and b are bought together by two, b and c by one; d by nobody who bought something else
const shop = Interactions.from([
  [1, "a"],
  [1, "b"],
  [2, "a"],
  [2, "b"],
  [2, "b"],
  [3, "b"],
  [3, "c"],
  [4, "d"],
]);

test("similarities, scores and reasons are those worked out by hand", async () => {
  const model = await new ItemKNN().fit(shop);
  const [ab, bc] = [2 / Math.sqrt(6), 1 / Math.sqrt(3)].map(Math.fround);
  expect(model.similarItems("b")).toEqual({ items: ["a", "c"], scores: Float32Array.of(ab, bc) });
  expect(model.similarItems("b", 1).items).toEqual(["a"]);
  expect(model.similarItems("d")).toEqual({ items: [], scores: new Float32Array(0) });
  expect(model.scores(3)).toEqual(Float32Array.of(ab, bc, bc, 0));
  expect(model.scores(model.foldIn(["a", "c"]))).toEqual(Float32Array.of(0, ab + bc, 0, 0));
  expect(model.explain(model.foldIn(["d", "c", "a"]), "b")).toEqual([
    { item: "a", weight: ab },
    { item: "c", weight: bc },
  ]);
  expect(model.explain(4, "a")).toEqual([]);
  expect(model.recommend(3, { excludeSeen: true }).items).toEqual(["a", "d"]);
});

test("shrinkage is added to the denominator", async () => {
  const model = await new ItemKNN({ shrinkage: 2 }).fit(shop);
  expect(model.similarItems("c").scores[0]).toBe(Math.fround(1 / (Math.sqrt(3) + 2)));
});

test("an item's neighbours decide what counts for it, not the neighbours of what somebody has", async () => {
  const model = await new ItemKNN({ neighbours: 1 }).fit(shop);
  expect(model.similarItems("b").items).toEqual(["a"]);
  expect(model.similarItems("c").items).toEqual(["b"]);
  expect([...model.scores(model.foldIn(["b"]))].map((score) => score > 0)).toEqual([
    true, // a: its neighbour is b
    false,
    true, // c: so is c's, although b's own is a
    false,
  ]);
  expect([...model.scores(model.foldIn(["c"]))]).toEqual([0, 0, 0, 0]);
});

test.each([
  [{}, 100, 0],
  [{ neighbours: 3 }, 3, 0],
  [{ neighbours: 5, shrinkage: 1.5 }, 5, 1.5],
])("with %j all scores equal a naive dense version", async (options, k, shrinkage) => {
  for (const seed of [1, 2, 3]) {
    const data = randomInteractions(seed, 150, 17, 23);
    const model = await new ItemKNN(options).fit(data);
    const expected = naiveScores(data, k, shrinkage);
    data.users.ids().forEach((user, u) => {
      expect([...model.scores(user)]).toEqual(expected[u].map(Math.fround));
      const reasons = model.explain(user, "i0").reduce((sum, { weight }) => sum + weight, 0);
      expect(reasons).toBeCloseTo(expected[u][data.items.indexOf("i0")], 6);
    });
  }
});

test("a user's history as a profile scores as the user does", async () => {
  const data = randomInteractions(4, 200, 20, 30);
  const model = await new ItemKNN({ neighbours: 7 }).fit(data);
  for (const user of data.users.ids()) {
    const history = Array.from(data.itemsOf(data.users.indexOf(user)), (i) => data.items.id(i));
    expect(model.scores(model.foldIn(history.reverse()))).toEqual(model.scores(user));
  }
});

test("the order of rows changes no score: ids are only names", async () => {
  const data = randomInteractions(5, 250, 20, 25);
  const [a, b] = await Promise.all([data, shuffled(data, 9)].map((d) => new ItemKNN().fit(d)));
  for (const user of data.users.ids()) {
    const scores = a.scores(user);
    b.scores(user).forEach((score, i) => {
      expect(score).toBe(scores[a.items.indexOf(b.items.id(i))]);
    });
  }
});

test("asked together or one by one, the answers are the same to the bit", async () => {
  const data = randomInteractions(6, 400, 60, 40);
  const model = await new ItemKNN({ neighbours: 10 }).fit(data);
  const users = data.users.ids();
  const one = users.map((user) => model.recommend(user, { k: 6, excludeSeen: true }));
  expect(model.recommendBatch(users, { k: 6, excludeSeen: true })).toEqual(one);
});

test("saved and loaded it is the same to the bit", async () => {
  const data = randomInteractions(7, 300, 30, 30);
  const model = await new ItemKNN({ neighbours: 6, shrinkage: 1 }).fit(data);
  const file = model.save();
  const loaded = ItemKNN.load(file);
  expect(loaded.options).toEqual(model.options);
  expect(loaded.save()).toEqual(file);
  for (const user of data.users.ids()) expect(loaded.scores(user)).toEqual(model.scores(user));
  expect(loaded.similarItems("i1")).toEqual(model.similarItems("i1"));
  expect(await ranking(loaded, data)).toEqual(await ranking(model, data));
});

async function ranking(model: ItemKNN, data: Interactions): Promise<unknown> {
  const { perUser } = await evaluate(model, data, { excludeSeen: false });
  return perUser;
}

test("a file with lists of neighbours that cannot be is refused", async () => {
  const model = await new ItemKNN({ neighbours: 2 }).fit(shop);
  const content = decodeModelFile(model.save());
  const { offsets, items, similarities } = Object.fromEntries(
    ["offsets", "items", "similarities"].map((name) => [
      name,
      content.tensors[`neighbours.${name}`].data,
    ]),
  );
  expect([[...offsets], [...items]]).toEqual([
    [0, 1, 3, 4, 4],
    [1, 0, 2, 1],
  ]);
  const u32 = (...values: number[]) => Uint32Array.from(values);
  const changes: Record<string, Uint32Array | Float32Array>[] = [
    { offsets: u32(1, 1, 3, 4, 4) },
    { offsets: u32(0, 3, 1, 4, 4) },
    { offsets: u32(0, 2 ** 31, 3, 4, 4) },
    { offsets: u32(0, 1, 3, 4, 2 ** 32 - 1) },
    { offsets: u32(0, 0, 0, 4, 4), items: u32(0, 1, 3, 1) },
    { offsets: u32(0, 1, 3, 4) },
    { items: u32(1, 0, 4, 1) },
    { items: u32(0, 0, 2, 1) },
    { items: u32(1, 2, 0, 1) },
    { items: u32(1, 0, 0, 1) },
    { items: u32(1, 0, 2) },
    { items: Float32Array.of(1, 0, 2, 1) },
    { similarities: similarities.map(() => Number.NaN) as Float32Array },
    { similarities: similarities.map(() => 2) as Float32Array },
    { similarities: similarities.map(() => -0.5) as Float32Array },
    { similarities: Float32Array.of(1) },
  ];
  for (const change of changes) {
    const tensors = { ...content.tensors };
    for (const [name, data] of Object.entries(change))
      tensors[`neighbours.${name}`] = { shape: [data.length], data };
    expect(() => ItemKNN.load(encodeModelFile({ ...content, tensors }))).toThrow(FormatError);
  }
  const fewer = { ...content, options: { ...content.options, neighbours: 1 } };
  expect(() => ItemKNN.load(encodeModelFile(fewer))).toThrow("similar items are damaged");
});

test("one user, one item and a catalogue smaller than k", async () => {
  const one = await new ItemKNN().fit(Interactions.from([["u", "i"]]));
  expect([...one.scores("u")]).toEqual([0]);
  expect(one.recommend("u", { excludeSeen: true }).items).toEqual([]);
  expect(one.similarItems("i").items).toEqual([]);
});

test("training reports its progress, lets timers run, and stops within when told to", async () => {
  // 200 users with 200 items each: 8 million steps of counting
  const pairs = Array.from({ length: 40_000 }, (_, n) => [n % 200, Math.floor(n / 200)] as const);
  const data = Interactions.from(pairs);
  let now = 0;
  const clock = jest.spyOn(performance, "now").mockImplementation(() => (now += 60)); // each look takes long
  try {
    const shares: number[] = [];
    const model = new ItemKNN();
    await model.fit(data, { onProgress: ({ done }) => shares.push(done) });
    expect(shares.length).toBeGreaterThan(3);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));

    const controller = new AbortController();
    const reason = new Error("enough");
    const heard = jest.fn(() => setImmediate(() => controller.abort(reason)));
    const other = new ItemKNN();
    const training = other.fit(data, { signal: controller.signal, onProgress: heard });
    await expect(training).rejects.toBe(reason);
    expect(heard.mock.calls.length).toBeLessThan(3);
    expect(() => other.items).toThrow(NotFittedError);

    const again = new AbortController();
    const retrained = model.fit(
      data.select((row) => row % 7 > 0),
      {
        signal: again.signal,
        onProgress: () => again.abort(reason),
      },
    );
    const before = model.scores(5);
    await expect(retrained).rejects.toBe(reason);
    expect(model.scores(5)).toEqual(before);
  } finally {
    clock.mockRestore();
  }
});

test("what cannot be is refused by name", async () => {
  expect(() => new ItemKNN({ neighbours: 0 })).toThrow(
    'ItemKNN: option "neighbours" must be a whole number from 1',
  );
  expect(() => new ItemKNN({ shrinkage: -1 })).toThrow(OptionError);
  expect(() => new ItemKNN({ k: 3 } as never)).toThrow(
    'option "k" is unknown; it takes neighbours, shrinkage',
  );
  const model = new ItemKNN();
  expect(() => model.explain(1, "a")).toThrow(NotFittedError);
  expect(() => model.similarItems("a")).toThrow(NotFittedError);
  await model.fit(shop);
  expect(() => model.similarItems("z")).toThrow(UnknownIdError);
  expect(() => model.similarItems("a", 0)).toThrow(OptionError);
  await expect(model.fit(shop, { resumeFrom: new Uint8Array() })).rejects.toThrow(
    'ItemKNN: option "resumeFrom" is not for a model that learns in one pass',
  );
});
