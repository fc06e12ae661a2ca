import { permuted, shuffled } from "../src/kernels/permutation.ts";

test("a permutation has every number once, at any length", () => {
  for (const n of [1, 2, 3, 4, 5, 17, 64, 65, 1000]) {
    const numbers = Array.from({ length: n }, (_, i) => permuted(i, n, 5, 6));
    expect(new Set(numbers).size).toBe(n);
    expect(Math.max(...numbers)).toBe(n - 1);
  }
  const order = Array.from({ length: 1000 }, (_, i) => permuted(i, 1000, 5, 6));
  const other = Array.from({ length: 1000 }, (_, i) => permuted(i, 1000, 5, 7));
  expect(order.filter((x, i) => x === i).length).toBeLessThan(10);
  expect(order.filter((x, i) => x === other[i]).length).toBeLessThan(10);
});

test("a shuffle has every number once, keeps neighbours near each other, and differs between keys", () => {
  const blocks = 5 * 4096;
  for (const n of [1, 2, 100, 4095, 4096, 4097, blocks, blocks + 7]) {
    const numbers = Array.from({ length: n }, (_, i) => shuffled(i, n, 5, 6));
    expect(new Set(numbers).size).toBe(n);
    expect(Math.max(...numbers)).toBe(n - 1);
  }
  const order = Array.from({ length: blocks }, (_, i) => shuffled(i, blocks, 5, 6));
  const first = order.slice(0, 4096).sort((a, b) => a - b);
  const gaps = first.map((x, i) => (first[(i + 1) % 4096] - x + blocks) % blocks);
  expect(gaps.filter((gap) => gap === 1)).toHaveLength(4095);
  const other = Array.from({ length: blocks }, (_, i) => shuffled(i, blocks, 5, 7));
  expect(order.filter((x, i) => x === i).length).toBeLessThan(20);
  expect(order.filter((x, i) => x === other[i]).length).toBeLessThan(20);
});
