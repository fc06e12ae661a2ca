import { KithError, OptionError, Rng } from "@kith/core-tensors";
import { NegativeSampler } from "../src/index.ts";
import { count, surprise, unevenData } from "./support.ts";

const data = unevenData();
const items = data.items.size;
const indexOf = (user: string) => data.users.indexOf(user);

test.each([0, 0.75, 1])("never draws what the user has, with alpha %d", (alpha) => {
  const sampler = new NegativeSampler(data, { alpha });
  const rng = new Rng(1);
  for (let user = 0; user < data.users.size; user++) {
    const known = new Set(data.itemsOf(user));
    if (known.size === items) continue;
    for (let n = 0; n < 300; n++) {
      const item = sampler.draw(user, rng);
      expect(item).toBeLessThan(items);
      expect(known.has(item)).toBe(false);
    }
  }
});

test("finds the one item that is left", () => {
  const sampler = new NegativeSampler(data);
  const rng = new Rng(2);
  for (let n = 0; n < 100; n++)
    expect(data.items.id(sampler.draw(indexOf("all but one"), rng))).toBe("i19");
});

test("refuses a user who has everything", () => {
  const sampler = new NegativeSampler(data);
  const draw = () => sampler.draw(indexOf("all"), new Rng(3));
  expect(draw).toThrow(KithError);
  expect(draw).toThrow(`user ${indexOf("all")} has seen all 20 items`);
});

test.each([0, 0.5, 0.75, 1, 2])("draws ∝ (times seen)^%d among the rest", (alpha) => {
  const sampler = new NegativeSampler(data, { alpha });
  const seen = new Float64Array(items);
  for (const item of data.byUser().items) seen[item]++;
  const weights = seen.map((n) => n ** alpha);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const rng = new Rng(4);
  const any = count(items, 100_000, () => sampler.drawAny(rng));
  expect(surprise(any, sampler.probabilities)).toBeLessThan(5);
  sampler.probabilities.forEach((p, item) => {
    expect(p).toBeCloseTo(weights[item] / total, 12);
  });

  const known = new Set(data.itemsOf(indexOf("u5")));
  const left = weights.map((weight, item) => (known.has(item) ? 0 : weight));
  const rest = left.reduce((sum, weight) => sum + weight, 0);
  const drawn = count(items, 100_000, () => sampler.draw(indexOf("u5"), rng));
  const expected = left.map((weight) => weight / rest);
  expect(surprise(drawn, expected)).toBeLessThan(5);
});

test("an item that nobody has is drawn uniformly, and not by popularity", () => {
  const without = data.select((row) => data.items.id(data.item[row]) !== "i3");
  const lost = data.items.indexOf("i3");
  expect(new NegativeSampler(without).probabilities[lost]).toBe(1 / items);
  expect(new NegativeSampler(without, { alpha: 0.5 }).probabilities[lost]).toBe(0);
});

test("says whether a user has an item", () => {
  const sampler = new NegativeSampler(data);
  for (let user = 0; user < data.users.size; user++) {
    const known = new Set(data.itemsOf(user));
    for (let item = 0; item < items; item++) expect(sampler.has(user, item)).toBe(known.has(item));
  }
});

test("names bad options", () => {
  expect(() => new NegativeSampler(data, { alpha: -1 })).toThrow(OptionError);
  expect(() => new NegativeSampler(data, { beta: 1 } as object)).toThrow(
    'option "beta" is unknown',
  );
});
