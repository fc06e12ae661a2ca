import { Rng } from "@kith/core-tensors";
import { Interactions } from "@kith/data";
import { bipartite } from "@kith/graph";
import { mostVisited } from "@kith/sampling";
import { ImportanceGraph } from "../src/importance-graph.ts";
import { PairBatches } from "../src/pair-batches.ts";
import { WalkBatches } from "../src/walk-batches.ts";

/** Two groups of users and items with no edge between them; user "one" has a single item. */
function groups(): Interactions {
  const rows: [string, string][] = [["one", "i0"]];
  for (let u = 0; u < 10; u++)
    for (let i = 0; i < 12; i++)
      if (u % 2 === i % 2 && (u + i) % 3 > 0) rows.push([`u${u}`, `i${i}`]);
  return Interactions.from(rows);
}

const data = groups();
const users = data.users.size;
/** The group of a node: odd or even by its name. */
const groupOf = (node: number) => {
  const id = String(node < users ? data.users.id(node) : data.items.id(node - users));
  return id === "one" ? 0 : Number(id.slice(1)) % 2;
};
const asLists = (batches: Iterable<object>) =>
  JSON.parse(
    JSON.stringify([...batches], (_, value) =>
      ArrayBuffer.isView(value) ? [...(value as Uint32Array)] : value,
    ),
  );

describe("pairs of walks", () => {
  const options = { batchSize: 16, negatives: 7, walksPerNode: 4, walkLength: 4 };
  const make = (seed = 1) => new WalkBatches(data, options, new Rng(seed));

  test("are two nodes of one walk, never one with itself, from every node so often", () => {
    const batches = make();
    const starts = new Map<number, number>();
    let count = 0;
    for (const { users: from, liked: to } of batches.of(1)) {
      count++;
      from.forEach((start, n) => {
        expect(groupOf(start)).toBe(groupOf(to[n]));
        expect(start).not.toBe(to[n]);
        starts.set(start, (starts.get(start) ?? 0) + 1);
      });
    }
    expect(count).toBe(batches.count);
    expect(starts.size).toBe(users + data.items.size);
    expect(new Set(starts.values())).toEqual(new Set([options.walksPerNode]));
    batches.dispose();
  });

  test("come with nodes drawn by degree^0.75, and differ from epoch to epoch and seed to seed", () => {
    const [one, same, other] = [make(), make(), make(2)];
    const first = asLists(one.of(1));
    expect(first.every(({ others }: { others: number[] }) => others.length === 7)).toBe(true);
    expect(asLists(same.of(1))).toEqual(first);
    expect(asLists(one.of(2))).not.toEqual(first);
    expect(asLists(other.of(1))).not.toEqual(first);
    for (const batches of [one, same, other]) batches.dispose();
  });
});

const graph = new ImportanceGraph(
  mostVisited(
    bipartite(data),
    [users, users + data.items.size],
    { walks: 200, walkLength: 5, keep: 6 },
    new Rng(1),
  ),
  3,
);

describe("pairs of items", () => {
  const options = { batchSize: 16, negatives: 5, hardNegatives: 2, hardRanks: [3, 5] };
  const make = (seed = 1, given = data) => new PairBatches(given, graph, options, new Rng(seed));

  test("are of one user, as many an epoch as there are interactions", () => {
    const batches = make();
    let [count, pairs] = [0, 0];
    for (const { queries, positives, negatives } of batches.of(1)) {
      count++;
      pairs += queries.length;
      expect(negatives).toHaveLength(5);
      queries.forEach((query, n) => {
        expect(query).not.toBe(positives[n]);
        const together = Array.from({ length: users }, (_, user) => [...data.itemsOf(user)]).some(
          (own) => own.includes(query) && own.includes(positives[n]),
        );
        expect(together).toBe(true);
      });
    }
    expect([count, pairs]).toEqual([batches.count, data.byUser().items.length]);
  });

  test("have one hard negative more in each epoch, of the ranks that were asked for", () => {
    const batches = make();
    for (const [epoch, hardness] of [
      [1, 0],
      [2, 1],
      [3, 2],
      [4, 2],
    ])
      for (const { queries, hard } of batches.of(epoch)) {
        expect(hard).toHaveLength(queries.length * hardness);
        hard.forEach((item, at) => {
          const query = queries[Math.floor(at / hardness)];
          expect([...graph.ranked(query, 3, 5)]).toContain(item);
        });
      }
  });

  test("are a function of seed and epoch", () => {
    expect(asLists(make().of(3))).toEqual(asLists(make().of(3)));
    expect(asLists(make().of(3))).not.toEqual(asLists(make().of(4)));
    expect(asLists(make().of(3))).not.toEqual(asLists(make(2).of(3)));
  });

  test("need a user with two items", () => {
    const alone = Interactions.from([
      ["a", "i0"],
      ["b", "i1"],
    ]);
    expect(() => make(1, alone)).toThrow("expected at least one user with two items");
  });
});

describe("importance neighbourhoods", () => {
  const rows = ({ sources, csr }: ReturnType<ImportanceGraph["block"]>) =>
    Array.from({ length: csr.rows }, (_, r) =>
      Array.from(
        csr.indices.subarray(csr.offsets[r], csr.offsets[r + 1]),
        (place) => sources[place],
      ),
    );

  test("hold the most visited items, weighed by their visits", () => {
    const block = graph.block(Uint32Array.of(4, 0), new Set());
    expect([...block.sources.subarray(0, 2)]).toEqual([4, 0]);
    const [ofFour] = rows(block);
    expect(ofFour).toEqual([...graph.ranked(4, 0, 3)]);
    const { offsets, values } = block.csr;
    for (const r of [0, 1]) {
      const weights = [...values.subarray(offsets[r], offsets[r + 1])];
      expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1);
      expect(weights).toEqual([...weights].sort((a, b) => b - a));
    }
  });

  test("leave out the edges of the pairs that are learned, and share their weight among the others", () => {
    const [first, second, third] = graph.ranked(4, 0, 3);
    const without = new Set([4 * graph.items + second, first * graph.items + 4]);
    const block = graph.block(Uint32Array.of(4, first), without);
    const [ofFour, ofFirst] = rows(block);
    expect(ofFour).toEqual([first, third]);
    expect(ofFirst).not.toContain(4);
    const { offsets, values } = block.csr;
    expect(values[offsets[0]] + values[offsets[0] + 1]).toBeCloseTo(1);
  });

  test("of an item whose only neighbour is hidden are empty, not NaN", () => {
    const without = new Set([...graph.ranked(4, 0, 3)].map((item) => 4 * graph.items + item));
    const { csr } = graph.block(Uint32Array.of(4), without);
    expect(csr.offsets[1]).toBe(0);
  });
});
