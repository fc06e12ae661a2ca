import { Rng } from "@kith/core-tensors";
import { Interactions } from "@kith/data";
import { batches, PairSampler } from "../src/index.ts";
import { unevenData } from "./support.ts";

const data = unevenData();
const pairs = new Set(Array.from(data.rows(), ({ user, item }) => `${user} ${item}`));

test("every epoch has each distinct pair once, in another order", () => {
  const sampler = new PairSampler(data, new Rng(1));
  expect(sampler.length).toBe(pairs.size);
  const orders = [1, 2, 3].map((epoch) => {
    const { users, liked } = sampler.epoch(epoch);
    expect(users).toHaveLength(pairs.size);
    return Array.from(users, (u, n) => `${data.users.id(u)} ${data.items.id(liked[n])}`);
  });
  for (const order of orders) expect(new Set(order)).toEqual(pairs);
  expect(orders[1]).not.toEqual(orders[0]);
  expect(orders[2]).not.toEqual(orders[1]);
});

test("an epoch is a function of stream and epoch", () => {
  const [a, b] = [1, 1].map((seed) => new PairSampler(data, new Rng(seed)));
  a.epoch(1);
  expect(a.epoch(2)).toEqual(b.epoch(2));
  expect(new PairSampler(data, new Rng(2)).epoch(2)).not.toEqual(b.epoch(2));
});

test("no data are no pairs", () => {
  expect(new PairSampler(Interactions.from([]), new Rng(1)).epoch(1).users).toHaveLength(0);
});

test.each([1, 3, 10, 11])(
  "batches of %i hold all 10 rows in order, the last one shorter",
  (size) => {
    const a = Uint32Array.from({ length: 10 }, (_, n) => n);
    const b = a.map((n) => n * n);
    const all = [...batches({ a, b }, size)];
    expect(all.flatMap((batch) => [...batch.a])).toEqual([...a]);
    expect(all.flatMap((batch) => [...batch.b])).toEqual([...b]);
    expect(all.slice(0, -1).every((batch) => batch.a.length === size)).toBe(true);
    expect(all).toHaveLength(Math.ceil(10 / size));
    expect(all[0].a.buffer).toBe(a.buffer);
  },
);

test("nothing makes no batches", () => {
  expect([...batches({ a: new Uint32Array(0) }, 4)]).toEqual([]);
  expect([...batches({}, 4)]).toEqual([]);
});
