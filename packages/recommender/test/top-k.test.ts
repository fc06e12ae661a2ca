import { MemoryError, Rng, Tensor } from "@kith/core-tensors";
import { type Scores, topK } from "../src/index.ts";

const NONE = 0xffffffff;

/** Sorts each row: the definition. */
function naive(scores: number[][], masks: readonly Uint32Array[], k: number): number[] {
  return scores.flatMap((row, r) => {
    const best = [...row.keys()]
      .filter((item) => !masks[r].includes(item))
      .sort((a, b) => row[b] - row[a] || a - b)
      .slice(0, k);
    return [...best, ...Array(k - best.length).fill(NONE)];
  });
}

test.each([
  [1, 1, 1],
  [3, 7, 2],
  [50, 33, 5],
  [100, 9, 9],
  [2, 2000, 300],
])("%i queries × %i items, the best %i, as by sorting", (rows, items, k) => {
  const rng = new Rng(rows * items);
  const [q, x] = [rows, items].map((n) => Array.from({ length: n * 3 }, () => rng.below(5) - 2));
  const scores = Array.from({ length: rows }, (_, r) =>
    Array.from({ length: items }, (_, i) =>
      [0, 1, 2].reduce((sum, j) => sum + q[r * 3 + j] * x[i * 3 + j], 0),
    ),
  );
  const masks = scores.map(() =>
    Uint32Array.from({ length: items }, (_, i) => i).filter(() => rng.next() < 0.3),
  );
  const dot = (): Scores => ({
    kind: "dot",
    queries: Tensor.from(q, [rows, 3]),
    items: Tensor.from(x, [items, 3]),
  });
  const all = (): Scores => ({ kind: "all", values: Tensor.from(scores.flat(), [rows, items]) });
  for (const make of [dot, all]) {
    const best = topK(make, masks, k);
    expect([...best.items]).toEqual(naive(scores, masks, k));
    best.items.forEach((item, place) => {
      const expected =
        item === NONE ? Number.NEGATIVE_INFINITY : scores[Math.floor(place / k)][item];
      expect(best.scores[place]).toBe(expected);
    });
  }
});

test("no queries have no best items", () => {
  const empty = (): Scores => ({ kind: "all", values: Tensor.empty([0, 4]) });
  expect(topK(empty, [], 3).items).toHaveLength(0);
});

test("refuses lists that cannot fit", () => {
  const masks = Array<Uint32Array>(3).fill(new Uint32Array(0));
  expect(() => topK(() => ({ kind: "all", values: Tensor.empty([3, 1]) }), masks, 2 ** 27)).toThrow(
    MemoryError,
  );
});
