import { OptionError, Rng } from "@kith/core-tensors";
import { type Id, Interactions } from "@kith/data";
import { parseMetric } from "@kith/metrics";
import { evaluate } from "../src/index.ts";
import { Table } from "./support/table.ts";
import { Toy } from "./support/toy.ts";

const KEYS = ["recall", "recall-min", "precision", "hit-rate", "ndcg", "map", "mrr", "coverage"];

/** Random data; scores are whole numbers, so that many tie. */
function random(seed: number, { users, items, levels }: Record<string, number>) {
  const rng = new Rng(seed);
  const pairs = (count: number) =>
    Array.from({ length: count }, (): [string, string] => [
      `u${rng.below(users)}`,
      `i${rng.below(items)}`,
    ]);
  const train = Interactions.from([
    ...Array.from({ length: items }, (_, i): [string, string] => [`u${i % users}`, `i${i}`]),
    ...pairs(users * 2),
  ]);
  const test = Interactions.from([...pairs(users), ["stranger", "i1"], ["u1", "novelty"]]);
  const scores = train.users
    .ids()
    .map(() => Array.from({ length: items }, () => rng.below(levels)));
  return { train, test, scores };
}

/** Sorts all items for each user: the definition. */
function naive(
  train: Interactions,
  test: Interactions,
  scores: readonly number[][],
  keys: readonly string[],
  excludeSeen: boolean,
) {
  const liked = (data: Interactions, user: Id) =>
    new Set([...data.rows()].filter((row) => row.user === user).map(({ item }) => item));
  const users = test.users.ids().filter((user) => train.users.has(user) && liked(test, user).size);
  const items = train.items.ids();
  const rankings = users.map((user) => {
    const row = scores[train.users.indexOf(user)];
    const seen = excludeSeen ? liked(train, user) : new Set();
    return items
      .map((item, index) => ({ item, index, score: row[index] }))
      .filter(({ item }) => !seen.has(item))
      .sort((a, b) => b.score - a.score || a.index - b.index);
  });
  const metrics = Object.fromEntries(
    keys.map((key) => {
      if (key.startsWith("coverage")) {
        const k = Number(key.split("@")[1]);
        const shown = new Set(rankings.flatMap((r) => r.slice(0, k).map(({ item }) => item)));
        return [key, shown.size / items.length];
      }
      const metric = parseMetric(key);
      const values = users.map((user, n) =>
        metric.evaluate(
          rankings[n].map(({ item }) => item),
          liked(test, user),
        ),
      );
      return [key, values.reduce((sum, value) => sum + value, 0) / values.length];
    }),
  );
  const k = Math.max(...keys.map((key) => Number(key.split("@")[1])));
  const tied = rankings.filter((r) => r.length > k && r[k - 1].score === r[k].score);
  const unknownUsers = test.users.ids().filter((user) => !train.users.has(user)).length;
  return { users, metrics, tieRate: tied.length / users.length, unknownUsers };
}

describe.each([
  ["few scores, many ties", { users: 40, items: 30, levels: 4 }],
  ["many scores", { users: 70, items: 50, levels: 1e6 }],
])("with %s", (_, sizes) => {
  test.each(["all", "dot"] as const)("agrees with sorting everything (%s)", async (kind) => {
    for (const seed of [1, 2])
      for (const excludeSeen of [true, false]) {
        const { train, test: held, scores } = random(seed, sizes);
        const model = Table.of(train, scores, kind);
        const keys = KEYS.flatMap((name) => [1, 5, 17].map((k) => `${name}@${k}`));
        const result = await evaluate(model, held, { metrics: keys, excludeSeen });
        const expected = naive(train, held, scores, keys, excludeSeen);
        expect(result.users).toEqual(expected.users);
        for (const key of keys)
          expect([key, result.metrics[key]]).toEqual([
            key,
            expect.closeTo(expected.metrics[key], 12),
          ]);
        expect(result.tieRate).toBeCloseTo(expected.tieRate, 12);
        expect(result.unknownUsers).toBe(expected.unknownUsers);
        expect(result.unknownItems).toBe(1);
        expect(result.protocol).toBe("full ranking");
        expect(Object.keys(result.formulas)).toEqual(keys);
      }
  });
});

test("k beyond the catalogue ranks all of it", async () => {
  const { train, test: held, scores } = random(3, { users: 20, items: 6, levels: 100 });
  const keys = KEYS.map((name) => `${name}@1000000000000`);
  const { metrics, tieRate } = await evaluate(Table.of(train, scores), held, { metrics: keys });
  const expected = naive(train, held, scores, keys, true);
  for (const key of keys) expect(metrics[key]).toBeCloseTo(expected.metrics[key], 12);
  expect(tieRate).toBe(0);
});

test("thousands of users, in several chunks, give what each would alone", async () => {
  const users = 5000;
  const rng = new Rng(5);
  const pairs = Array.from({ length: users }, (_, u): [number, number] => [u, rng.below(9)]);
  const train = Interactions.from(pairs);
  const held = Interactions.from(
    pairs.map(([u, i]): [number, number] => [u, (i + 1 + (u % 3)) % 9]),
  );
  const scores = Array.from({ length: users }, () =>
    Array.from({ length: 9 }, () => rng.below(50)),
  );
  const model = Table.of(train, scores);
  const done: number[] = [];
  const whole = await evaluate(model, held, {
    metrics: ["ndcg@3", "coverage@2"],
    onProgress: (share) => void done.push(share),
  });
  expect(done.length).toBeGreaterThan(1);
  expect(done).toEqual([...done].sort((a, b) => a - b));
  expect(done[done.length - 1]).toBe(1);
  expect(whole.perUser["coverage@2"]).toBeUndefined();
  for (let begin = 0; begin < users; begin += 1250) {
    const part = held.select((row) => held.user[row] >= begin && held.user[row] < begin + 1250);
    const { perUser } = await evaluate(model, part, { metrics: ["ndcg@3"] });
    expect(perUser["ndcg@3"]).toEqual(whole.perUser["ndcg@3"].slice(begin, begin + 1250));
  }
});

test("vocabularies and the order of the test data's own make no difference", async () => {
  const { train, test: held, scores } = random(7, { users: 30, items: 20, levels: 1e6 });
  const model = Table.of(train, scores);
  const rows = [...held.rows()].reverse();
  const metrics = KEYS.map((name) => `${name}@5`);
  const a = await evaluate(model, held, { metrics });
  const b = await evaluate(model, Interactions.from(rows), { metrics });
  const c = await evaluate(model, held.alignTo(train.users, train.items).data, { metrics });
  for (const key of metrics) expect(b.metrics[key]).toBeCloseTo(a.metrics[key], 12);
  expect(b.unknownUsers).toBe(a.unknownUsers);
  expect(c.unknownUsers).toBe(0);
  expect(c.metrics["hit-rate@5"]).toBeCloseTo(a.metrics["hit-rate@5"], 12);
  const of = (e: typeof a, user: Id) => e.perUser["ndcg@5"][e.users.indexOf(user)];
  for (const user of a.users) expect(of(b, user)).toBe(of(a, user));
});

test("a held-out item that is unknown counts as not found, one that is seen cannot be found", async () => {
  const train = Interactions.from([
    ["u", "a"],
    ["u", "b"],
    ["v", "c"],
  ]);
  const model = Table.of(train, [
    [3, 2, 1],
    [3, 2, 1],
  ]);
  const held = Interactions.from([
    ["u", "c"],
    ["u", "new"],
    ["u", "a"],
    ["w", "c"],
    ["w", "a"],
  ]);
  const metrics = ["recall@1", "recall@3", "mrr@3"];
  const out = await evaluate(model, held, { metrics });
  expect(out.metrics).toEqual({ "recall@1": 1 / 3, "recall@3": 1 / 3, "mrr@3": 1 });
  expect([out.unknownUsers, out.unknownItems]).toEqual([1, 1]);
  const all = await evaluate(model, held, { metrics, excludeSeen: false });
  expect(all.metrics).toEqual({ "recall@1": 1 / 3, "recall@3": 2 / 3, "mrr@3": 1 });
});

test("users of the vocabulary without held-out items are left out", async () => {
  const train = Interactions.from([
    ["u", "a"],
    ["v", "b"],
  ]);
  const held = train.select((row) => row === 1);
  const model = Table.of(train, [
    [1, 2],
    [1, 2],
  ]);
  const { users, perUser } = await evaluate(model, held, { excludeSeen: false });
  expect(users).toEqual(["v"]);
  expect([...perUser["recall@20"]]).toEqual([1]);
});

test("stops when the signal aborts", async () => {
  const { train, test: held, scores } = random(1, { users: 10, items: 10, levels: 9 });
  const reason = new Error("enough");
  const signal = AbortSignal.abort(reason);
  await expect(evaluate(Table.of(train, scores), held, { signal })).rejects.toBe(reason);
});

test("refuses unknown metrics and test data of strangers by name", async () => {
  const { train, test: held, scores } = random(1, { users: 10, items: 10, levels: 9 });
  const model = Table.of(train, scores);
  for (const key of ["recal@20", "recall", "recall@0", "coverage@x", "auc@3", "recall@1e3"]) {
    const result = evaluate(model, held, { metrics: ["recall@20", key] });
    await expect(result).rejects.toThrow(OptionError);
    await expect(result).rejects.toThrow(`got "${key}"`);
  }
  await expect(evaluate(model, held, { metrics: [] })).rejects.toThrow("at least one");
  const strangers = Interactions.from([["x", "i1"]]);
  await expect(evaluate(model, strangers)).rejects.toThrow("got 1 users that it does not");
  await expect(evaluate(model, Interactions.from([]))).rejects.toThrow(OptionError);
  await expect(evaluate(new Table(), held)).rejects.toThrow("Table: call fit() or load() first");
});

test("users that training has not seen are asked for by their histories", async () => {
  const train = Interactions.from([
    ["ann", "tea"],
    ["ann", "milk"],
    ["bob", "tea"],
    ["bob", "salt"],
  ]);
  const model = await new Toy({ epochs: 1 }).fit(train);
  const foldIn = Interactions.from([
    ["cat", "tea"],
    ["dan", "salt"],
    ["eve", "novelty"], // an item that the model does not know
  ]);
  const test = Interactions.from([
    ["cat", "milk"],
    ["dan", "milk"],
    ["eve", "milk"],
    ["fay", "milk"],
  ]);
  const { users, unknownUsers, perUser } = await evaluate(model, test, {
    metrics: ["hit-rate@1", "hit-rate@2"],
    foldIn,
  });
  expect(users).toEqual(["cat", "dan"]);
  expect(unknownUsers).toBe(2);
  users.forEach((user, n) => {
    const history = foldIn.itemsOf(foldIn.users.indexOf(user));
    const profile = model.foldIn(Array.from(history, (item) => foldIn.items.id(item)));
    const [first] = model.recommend(profile, { k: 1, excludeSeen: true }).items;
    expect(perUser["hit-rate@1"][n]).toBe(Number(first === "milk"));
    expect(perUser["hit-rate@2"][n]).toBe(1); // two are left to rank
  });
  await expect(evaluate(model, test, { foldIn: Interactions.from([["x", "y"]]) })).rejects.toThrow(
    "must have interactions of users that have a history, got 4 users that have none",
  );
  model.dispose();
});
