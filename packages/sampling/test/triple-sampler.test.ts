import { heap, jsKernels, KithError, Rng, useBackend } from "@kith/core-tensors";
import { Interactions } from "@kith/data";
import { TripleSampler } from "../src/index.ts";
import { surprise, unevenData } from "./support.ts";

afterAll(() => useBackend({ threads: 1 }));

const data = unevenData();
const drawable = data.users.ids().filter((user) => user !== "all" && user !== "none");

test("every triple is a user, an item of theirs and one that is not", () => {
  const sampler = new TripleSampler(data, new Rng(1));
  expect(sampler.length).toBe(data.byUser().items.length);
  for (let epoch = 1; epoch <= 20; epoch++) {
    const { users, liked, unseen } = sampler.epoch(epoch);
    expect([users.length, liked.length, unseen.length]).toEqual(Array(3).fill(sampler.length));
    users.forEach((user, n) => {
      const own = data.itemsOf(user);
      expect(own).toContain(liked[n]);
      expect(own).not.toContain(unseen[n]);
      expect(unseen[n]).toBeLessThan(data.items.size);
    });
  }
  sampler.dispose();
});

test("draws users uniformly, then their items, then the others", () => {
  const sampler = new TripleSampler(data, new Rng(2));
  const of = () => new Float64Array(data.users.size * data.items.size);
  const [likes, others] = [of(), of()];
  const users = new Float64Array(data.users.size);
  for (let epoch = 1; epoch <= 2000; epoch++) {
    const triples = sampler.epoch(epoch);
    triples.users.forEach((user, n) => {
      users[user]++;
      likes[user * data.items.size + triples.liked[n]]++;
      others[user * data.items.size + triples.unseen[n]]++;
    });
  }
  sampler.dispose();
  const chance = (user: number) =>
    drawable.includes(String(data.users.id(user))) ? 1 / drawable.length : 0;
  expect(
    surprise(
      users,
      Float64Array.from(users, (_, user) => chance(user)),
    ),
  ).toBeLessThan(5);
  const liked = of().map((_, n) => {
    const [user, item] = [Math.floor(n / data.items.size), n % data.items.size];
    const own = data.itemsOf(user);
    return own.includes(item) ? chance(user) / own.length : 0;
  });
  expect(surprise(likes, liked)).toBeLessThan(5);
  const unseen = of().map((_, n) => {
    const [user, item] = [Math.floor(n / data.items.size), n % data.items.size];
    const own = data.itemsOf(user);
    return own.includes(item) ? 0 : chance(user) / (data.items.size - own.length);
  });
  expect(surprise(others, unseen)).toBeLessThan(5);
});

test("an epoch is a function of stream and epoch, whatever came before", () => {
  const [a, b, c] = [1, 1, 2].map((seed) => new TripleSampler(data, new Rng(seed)));
  const first = a.epoch(1);
  const kept = structuredClone(first);
  const second = a.epoch(2);
  expect(first).toEqual(kept); // not overwritten
  expect(b.epoch(2)).toEqual(second);
  expect(b.epoch(1)).toEqual(first);
  expect(second).not.toEqual(first);
  expect(c.epoch(1)).not.toEqual(first);
  for (const sampler of [a, b, c]) sampler.dispose();
});

test("gives the same triples on 1 and 2 threads, and in plain JavaScript", async () => {
  const rng = new Rng(9);
  const large = Interactions.from(
    Array.from({ length: 30_000 }, (): [number, number] => [rng.below(900), rng.below(700)]),
  );
  const results = [];
  for (const backend of [{ threads: 1 }, { threads: 2 }, jsKernels]) {
    await useBackend(backend);
    const sampler = new TripleSampler(large, new Rng(5));
    results.push(sampler.epoch(3));
    sampler.dispose();
  }
  expect(results[1]).toEqual(results[0]);
  expect(results[2]).toEqual(results[0]);
});

test.each<[string, [string, string][]]>([
  ["nobody", []],
  [
    "one item",
    [
      ["u", "i"],
      ["v", "i"],
    ],
  ],
  [
    "users who have everything",
    [
      ["u", "i"],
      ["u", "j"],
      ["v", "i"],
      ["v", "j"],
    ],
  ],
])("refuses data of %s, and keeps no memory", (_, pairs) => {
  const before = heap().allocated;
  const make = () => new TripleSampler(Interactions.from(pairs), new Rng(1));
  expect(make).toThrow(KithError);
  expect(make).toThrow("no triple can be drawn");
  expect(heap().allocated).toBe(before);
});

test("frees its memory", () => {
  new TripleSampler(data, new Rng(1)).dispose();
  const before = heap().allocated;
  const sampler = new TripleSampler(data, new Rng(1));
  sampler.epoch(1);
  sampler.dispose();
  sampler.dispose();
  expect(heap().allocated).toBe(before);
  expect(() => sampler.epoch(2)).toThrow(KithError);
});
