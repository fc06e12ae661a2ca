import { Rng } from "@kith/core-tensors";
import { DistinctIds } from "../src/index.ts";

test("lists the distinct numbers in order of first appearance, and where each stands", () => {
  const { ids, positions } = new DistinctIds(10).of([
    Uint32Array.of(5, 2, 5),
    new Uint32Array(0),
    Uint32Array.of(9, 2, 0),
  ]);
  expect([...ids]).toEqual([5, 2, 9, 0]);
  expect(positions.map((list) => [...list])).toEqual([[0, 1, 0], [], [2, 1, 3]]);
});

test("remembers nothing of one batch in the next, and of earlier results nothing changes", () => {
  const distinct = new DistinctIds(50);
  const rng = new Rng(1);
  const kept = [];
  for (let batch = 0; batch < 50; batch++) {
    const lists = [1, 2, 3].map(() =>
      Uint32Array.from({ length: rng.below(40) }, () => rng.below(50)),
    );
    const result = distinct.of(lists);
    expect([...result.ids]).toEqual([...new Set(lists.flatMap((list) => [...list]))]);
    kept.push({ lists, result });
  }
  for (const { lists, result } of kept)
    expect(result.positions.map((list) => list.map((place) => result.ids[place]))).toEqual(lists);
});

test("no lists have no numbers", () => {
  expect(new DistinctIds(0).of([]).ids).toHaveLength(0);
});
