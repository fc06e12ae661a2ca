import { normal, uniform, xavierUniform } from "../src/init.ts";
import { Rng, threefry } from "../src/rng.ts";
import { scope } from "../src/scope.ts";
import { Tensor } from "../src/tensor.ts";

// Known answers of Threefry-2x32 with 20 rounds, from Random123's kat_vectors.
test.each([
  ["counter and key 0", [0, 0], [0, 0], [0x6b200159, 0x99ba4efe]],
  ["counter and key all ones", [-1, -1], [0xffffffff, -1], [0x1cb996fc, 0xbb002be7]],
  ["digits of π", [0x243f6a88, 0x85a308d3], [0x13198a2e, 0x03707344], [0xc4923a9c, 0x483df7a0]],
])("threefry of %s is what its authors publish", (_, counter, key, expected) => {
  const out = new Uint32Array(2);
  threefry(out, key[0], key[1], counter[0], counter[1]);
  expect([...out]).toEqual(expected);
});

test("draw n is word n mod 2 of block n / 2", () => {
  const rng = new Rng({ key: [0, 0], counter: 0 });
  expect([rng.uint32(), rng.uint32()]).toEqual([0x6b200159, 0x99ba4efe]);
});

test.each([0, 1, 2, 7, 1000, 1001])(
  "a state saved after %d draws continues the stream",
  (count) => {
    const rng = new Rng(7);
    for (let i = 0; i < count; i++) rng.uint32();
    const restored = new Rng(JSON.parse(JSON.stringify(rng.state)));
    for (let i = 0; i < 5; i++) expect(restored.uint32()).toBe(rng.uint32());
    expect(restored.state).toEqual(rng.state);
  },
);

test("counters beyond 2³² draw other blocks", () => {
  const far = new Rng({ key: [1, 2], counter: 2 ** 33 + 1 });
  const near = new Rng({ key: [1, 2], counter: 1 });
  expect(far.uint32()).not.toBe(near.uint32());
});

test("equal seeds give equal streams, other seeds others; −0 is 0; NaN is refused", () => {
  const first = (seed: number) => new Rng(seed).uint32();
  expect(first(42)).toBe(first(42));
  expect(first(-0)).toBe(first(0));
  expect(new Set([0, 1, 42, 0.5, -1, 1e300].map(first)).size).toBe(6);
  expect(() => new Rng(Number.NaN)).toThrow('Rng: option "seed" must be a finite number, got NaN');
});

test("forks do not depend on what was drawn, and differ by purpose and from their parent", () => {
  const [fresh, used] = [new Rng(1), new Rng(1)];
  used.uint32();
  expect(used.fork("init").uint32()).toBe(fresh.fork("init").uint32());
  const streams = [
    new Rng(1),
    ...["", "init", "negatives", "0", "é"].map((purpose) => fresh.fork(purpose)),
    ...[0, 1, 2, 1000].map((epoch) => fresh.fork(epoch)),
    fresh.fork("a").fork("b"),
    fresh.fork("b").fork("a"),
  ];
  expect(new Set(streams.map((rng) => rng.uint32())).size).toBe(streams.length);
});

test("draws of a stream and of its fork are not correlated", () => {
  const rng = new Rng(3);
  const other = rng.fork("other");
  let product = 0;
  for (let i = 0; i < 10_000; i++) product += (rng.next() - 0.5) * (other.next() - 0.5);
  expect(Math.abs(product / 10_000)).toBeLessThan(4 * (1 / 12 / Math.sqrt(10_000)));
});

test("below(n) is uniform: χ² with 12 degrees of freedom below its 99.9 % quantile", () => {
  const rng = new Rng(11);
  const counts = new Array(13).fill(0);
  for (let i = 0; i < 130_000; i++) counts[rng.below(13)]++;
  const chi2 = counts.reduce((sum, count) => sum + (count - 10_000) ** 2 / 10_000, 0);
  expect(chi2).toBeLessThan(32.9);
});

test("below takes whole numbers from 1 to 2³²", () => {
  const rng = new Rng(5);
  expect(rng.below(1)).toBe(0);
  expect(rng.below(2 ** 32)).toBeGreaterThanOrEqual(0);
  for (const n of [0, -1, 1.5, 2 ** 32 + 1, Number.NaN])
    expect(() => rng.below(n)).toThrow('below: option "n" must be a whole number from 1 to 2^32');
});

test("shuffle returns the same array in an order where each item is everywhere equally often", () => {
  const rng = new Rng(13);
  const counts = Array.from({ length: 5 }, () => new Array(5).fill(0));
  for (let round = 0; round < 10_000; round++) {
    const array = [0, 1, 2, 3, 4];
    expect(rng.shuffle(array)).toBe(array);
    for (let place = 0; place < 5; place++) counts[array[place]][place]++;
  }
  const chi2 = counts.flat().reduce((sum, count) => sum + (count - 2000) ** 2 / 2000, 0);
  expect(chi2).toBeLessThan(39.3); // 16 degrees of freedom, 99.9 %
});

test("normal draws have mean 0, variance 1, skew 0 and kurtosis 3, one by one and in bulk", () => {
  const n = 100_000;
  const rng = new Rng(17);
  const drawn = Float32Array.from({ length: n }, () => rng.normal());
  scope(() => {
    for (const values of [drawn, normal(Tensor.empty([n]), new Rng(19)).data]) {
      const moment = (power: number) => values.reduce((sum, x) => sum + x ** power, 0) / n;
      expect(Math.abs(moment(1))).toBeLessThan(4 / Math.sqrt(n));
      expect(Math.abs(moment(2) - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
      expect(Math.abs(moment(3))).toBeLessThan(4 * Math.sqrt(15 / n));
      expect(Math.abs(moment(4) - 3)).toBeLessThan(4 * Math.sqrt(96 / n));
    }
  });
});

test("normal, uniform and xavierUniform fill tensors of odd and no size as asked", () => {
  scope(() => {
    expect(normal(Tensor.empty([0]), new Rng(1)).size).toBe(0);
    const three = normal(Tensor.empty([3]), new Rng(1), 0, 5);
    expect([...three.data]).toEqual([5, 5, 5]);
    const ten = uniform(Tensor.empty([1000]), new Rng(1), -2, 3).data;
    expect([Math.min(...ten) < -1.9, Math.max(...ten) > 2.9]).toEqual([true, true]);
    expect(ten.every((x) => x >= -2 && x <= 3)).toBe(true);
    const bound = Math.sqrt(6 / (10 + 14));
    const glorot = xavierUniform(Tensor.empty([10, 14]), new Rng(1)).data;
    expect(glorot.every((x) => Math.abs(x) <= bound)).toBe(true);
    expect(Math.max(...glorot)).toBeGreaterThan(0.9 * bound);
  });
});
