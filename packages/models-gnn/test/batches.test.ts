import { Rng, scope } from "@kith/core-tensors";
import { Interactions } from "@kith/data";
import { bipartite, degrees } from "@kith/graph";
import { type MostVisited, mostVisited } from "@kith/sampling";
import { ImportanceGraph } from "../src/importance-graph.ts";
import { PairBatches } from "../src/pair-batches.ts";
import { PinSageEncoder } from "../src/pinsage-encoder.ts";
import { WalkBatches } from "../src/walk-batches.ts";
import { distance } from "./support/dense.ts";

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

/** Whether counts are what so many draws with these probabilities could give: none is off by 5 standard deviations. */
function likely(counts: ArrayLike<number>, probabilities: ArrayLike<number>): boolean {
  const draws = Array.from(counts).reduce((sum, count) => sum + count, 0);
  return Array.from(counts).every((count, n) => {
    const p = probabilities[n];
    return Math.abs(count - draws * p) <= 5 * Math.sqrt(draws * p * (1 - p));
  });
}

describe("pairs of walks", () => {
  const options = { batchSize: 16, negatives: 7, walksPerNode: 4, walkLength: 4 };
  const make = (seed = 1) => new WalkBatches(bipartite(data), options, new Rng(seed));

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

  test.each([2, 3, 5])(
    "are no more steps apart than a walk of %i nodes has, and sometimes as many",
    (walkLength) => {
      // i0 – u0 – i1 – u1 – … : how far apart two nodes are is seen from their numbers.
      const chain = Interactions.from(
        Array.from({ length: 16 }, (_, n): [string, string] => [`u${n >> 1}`, `i${(n + 1) >> 1}`]),
      );
      const place = (node: number) =>
        node < chain.users.size
          ? 2 * Number(String(chain.users.id(node)).slice(1)) + 1
          : 2 * Number(String(chain.items.id(node - chain.users.size)).slice(1));
      const longer = { ...options, walkLength, walksPerNode: 30 };
      const batches = new WalkBatches(bipartite(chain), longer, new Rng(1));
      let farthest = 0;
      for (const { users: from, liked: to } of batches.of(1))
        from.forEach((start, n) => {
          farthest = Math.max(farthest, Math.abs(place(start) - place(to[n])));
        });
      expect(farthest).toBe(walkLength - 1);
      batches.dispose();
    },
  );

  test("are told from nodes that are drawn by degree^0.75", () => {
    const batches = new WalkBatches(bipartite(data), { ...options, negatives: 200 }, new Rng(3));
    const masses = Array.from(degrees(bipartite(data)), (degree) => degree ** 0.75);
    const total = masses.reduce((sum, mass) => sum + mass, 0);
    const counts = new Float64Array(masses.length);
    for (let epoch = 1; epoch <= 20; epoch++)
      for (const { others } of batches.of(epoch)) for (const node of others) counts[node]++;
    const shares = masses.map((mass) => mass / total);
    expect(likely(counts, shares)).toBe(true);
    expect(likely(counts, new Array(masses.length).fill(1 / masses.length))).toBe(false);
    batches.dispose();
  });

  test("come with so many negatives, and differ from epoch to epoch and seed to seed", () => {
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

  test("are of users with two items or more, each as likely, and their pairs; negatives are of all items", () => {
    const batches = make();
    const together = new Map<string, number>();
    for (let user = 0; user < users; user++) {
      const own = [...data.itemsOf(user)];
      const pairs = own.flatMap((a) => own.filter((b) => b !== a).map((b) => `${a} ${b}`));
      for (const pair of pairs) together.set(pair, (together.get(pair) ?? 0) + 1 / pairs.length);
    }
    const sharers = [...together.values()].reduce((sum, mass) => sum + mass, 0);
    expect(sharers).toBeCloseTo(users - 1); // user "one" has no pair
    const names = [...together.keys()];
    const [counts, drawn] = [new Float64Array(names.length), new Float64Array(data.items.size)];
    for (let epoch = 1; epoch <= 300; epoch++)
      for (const { queries, positives, negatives } of batches.of(epoch)) {
        queries.forEach((query, n) => {
          counts[names.indexOf(`${query} ${positives[n]}`)]++;
        });
        for (const item of negatives) drawn[item]++;
      }
    const shares = names.map((name) => (together.get(name) as number) / sharers);
    expect(likely(counts, shares)).toBe(true);
    expect(likely(drawn, new Array(data.items.size).fill(1 / data.items.size))).toBe(true);
  });

  test("have any items as hard negatives where the query's list ends before the ranks", () => {
    const beyond = { ...options, hardRanks: [100, 200] };
    const drawn = new Float64Array(data.items.size);
    for (let epoch = 2; epoch <= 200; epoch++)
      for (const { hard } of new PairBatches(data, graph, beyond, new Rng(4)).of(epoch))
        for (const item of hard) drawn[item]++;
    expect(likely(drawn, new Array(data.items.size).fill(1 / data.items.size))).toBe(true);
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

describe("the edge between the items of a pair", () => {
  const visited = mostVisited(
    bipartite(data),
    [users, users + data.items.size],
    { walks: 200, walkLength: 5, keep: 6 },
    new Rng(1),
  );
  /** The same lists without some edges. */
  const without = (edges: readonly (readonly [number, number])[]): MostVisited => {
    const [offsets, kept] = [[0], [] as number[]];
    for (let item = 0; item + 1 < visited.offsets.length; item++) {
      for (let k = visited.offsets[item]; k < visited.offsets[item + 1]; k++)
        if (!edges.some(([a, b]) => a === item && b === visited.nodes[k])) kept.push(k);
      offsets.push(kept.length);
    }
    return {
      offsets: Uint32Array.from(offsets),
      nodes: Uint32Array.from(kept, (k) => visited.nodes[k]),
      visits: Uint32Array.from(kept, (k) => visited.visits[k]),
    };
  };
  const none: [Uint32Array, Uint32Array] = [new Uint32Array(0), new Uint32Array(0)];
  const embed = (of: MostVisited, pairs: [Uint32Array, Uint32Array], items: Uint32Array) => {
    const shape = { dim: 6, layers: 2 };
    // Whole lists, so that no neighbour takes the place of one that is left out
    const encoder = new PinSageEncoder(new ImportanceGraph(of, 6), undefined, shape, new Rng(8));
    const found = scope(() => encoder.embed(items, pairs).data.slice());
    encoder.dispose();
    return found;
  };

  test("is seen in neither direction and no layer by PinSage as it learns; other edges are", () => {
    const [first, second] = [4, visited.nodes[visited.offsets[4]]];
    const pairs: [Uint32Array, Uint32Array] = [Uint32Array.of(first), Uint32Array.of(second)];
    const items = Uint32Array.of(first, second, 7);
    const learning = embed(visited, pairs, items);
    const both = [
      [first, second],
      [second, first],
    ] as const;
    expect(distance(learning, embed(without(both), none, items))).toBe(0);
    for (const seen of [[], [both[0]], [both[1]]])
      expect(distance(learning, embed(without(seen), none, items))).toBeGreaterThan(1e-5);
  });
});
