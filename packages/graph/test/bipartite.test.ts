import { bipartite, degrees } from "@kith/graph";
import { dense, interactions, isSorted, permutation, randomPairs } from "./support.ts";

test("users come first, then items, and each pair is an edge both ways however often it came", () => {
  const data = interactions(
    [
      [0, 1],
      [1, 0],
      [0, 1],
      [1, 1],
    ],
    2,
    2,
  );
  expect(dense(bipartite(data))).toEqual([
    [0, 0, 0, 1],
    [0, 0, 1, 1],
    [0, 1, 0, 0],
    [1, 1, 0, 0],
  ]);
});

test("one user and one item make one edge; nodes without interactions have empty rows", () => {
  expect(dense(bipartite(interactions([[0, 0]], 1, 1)))).toEqual([
    [0, 1],
    [1, 0],
  ]);
  expect([...degrees(bipartite(interactions([[1, 2]], 3, 4)))]).toEqual([0, 1, 0, 0, 0, 1, 0]);
  expect(bipartite(interactions([], 0, 0)).rows).toBe(0);
});

test("the matrix is symmetric with ascending rows, and equals the naive one", () => {
  const pairs = randomPairs(1, 300, 23, 17);
  const graph = bipartite(interactions(pairs, 23, 17));
  const naive = Array.from({ length: 40 }, () => new Array<number>(40).fill(0));
  for (const [user, item] of pairs) naive[user][23 + item] = naive[23 + item][user] = 1;
  expect(dense(graph)).toEqual(naive);
  expect(isSorted(graph)).toBe(true);
});

test("renaming users and items renames the nodes and nothing else", () => {
  const [users, items] = [permutation(9, 1), permutation(7, 2)];
  const pairs = randomPairs(3, 40, 9, 7);
  const graph = dense(bipartite(interactions(pairs, 9, 7)));
  const renamed = pairs.map(([u, i]) => [users[u], items[i]] as const);
  const other = dense(bipartite(interactions(renamed, 9, 7)));
  const node = [...users, ...items.map((i) => 9 + i)];
  graph.forEach((row, a) => {
    row.forEach((value, b) => {
      expect(other[node[a]][node[b]]).toBe(value);
    });
  });
});
