import { Interactions } from "@kith/data";
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

describe("several types of interaction", () => {
  const data = Interactions.from([
    { user: "ann", item: "tea", type: "view" },
    { user: "ann", item: "tea", type: "view" },
    { user: "ann", item: "tea", type: "purchase" },
    { user: "bob", item: "milk", type: "like" },
    { user: "bob", item: "tea", type: "view" },
    { user: "ann", item: "milk", type: "cart" },
  ]);
  const weights = { view: 0.25, purchase: 1, like: 0, cart: 0.5 };

  test("a pair weighs the sum of its types, each once, and is no edge at 0", () => {
    const graph = bipartite(data, { typeWeights: weights });
    expect(dense(graph)).toEqual([
      [0, 0, 1.25, 0.5],
      [0, 0, 0.25, 0],
      [1.25, 0.25, 0, 0],
      [0.5, 0, 0, 0],
    ]);
    expect(graph.indices.length).toBe(6);
    expect(isSorted(graph)).toBe(true);
  });

  test("without weights every pair weighs 1", () => {
    expect([...degrees(bipartite(data))]).toEqual([2, 2, 2, 2]);
  });

  test.each<[Record<string, number>, string]>([
    [{ view: 1, purchase: 1, like: 1 }, "got none for cart"],
    [{ ...weights, share: 1 }, "must name types that there are (view, purchase, like, cart)"],
    [{ ...weights, view: -1 }, "must be finite and at least 0, got -1 for view"],
    [{ ...weights, view: Number.NaN }, "must be finite and at least 0, got NaN for view"],
  ])("refuses %j", (typeWeights, message) => {
    expect(() => bipartite(data, { typeWeights })).toThrow(message);
  });

  test("refuses weights where interactions have no types", () => {
    const plain = interactions([[0, 0]], 1, 1);
    expect(() => bipartite(plain, { typeWeights: { view: 1 } })).toThrow("have none");
  });
});
