import { heapInUse, itemRecommenderContract } from "@kith/contract-test";
import { Rng } from "@kith/core-tensors";
import { Sequences } from "@kith/data";
import {
  Item2Vec,
  type ItemMarket,
  type ListingSessionRow,
  ListingSessions,
} from "@kith/embeddings-w2v";

const repeatable = { mode: "plain", deterministic: true, seed: 3 } as const;

/** The cosine of two items' vectors. */
function cosine(model: Item2Vec, a: string, b: string): number {
  return model.scores(a)[model.items.indexOf(b)];
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

test("sessions with a booking are there several times, in the numbers of the clicked items", () => {
  const sessions = ListingSessions.from(
    [
      { items: ["a", "b"], booked: "b" },
      { items: ["c"] },
      { items: [], booked: "nobody clicks it" },
      { items: ["b", "d"], booked: "a" },
    ],
    {
      bookedRepeat: 2,
      markets: new Map([
        ["d", "Rome"],
        ["x", "Bonn"],
        ["a", "Rome"],
      ]),
    },
  );
  expect(Array.from(sessions.sequences.lists())).toEqual([
    ["a", "b"],
    ["a", "b"],
    ["c"],
    [],
    ["b", "d"],
    ["b", "d"],
  ]);
  expect([...(sessions.booked ?? [])]).toEqual([1, 1, -1, -1, 0, 0]);
  expect(sessions.unknownBooked).toBe(1);
  expect(sessions.markets?.values.ids()).toEqual(["Rome", "Bonn"]);
  expect([...(sessions.markets?.of ?? [])]).toEqual([0, -1, -1, 0]);
});

test("five times is the default, and without bookings or markets there are none", () => {
  const { sequences } = ListingSessions.from([{ items: [1, 2], booked: 2 }]);
  expect(sequences.sequences).toBe(5);
  const plain = ListingSessions.from([{ items: [1, 2], booked: null }]);
  expect([plain.booked, plain.markets, plain.unknownBooked]).toEqual([undefined, undefined, 0]);
  expect(ListingSessions.from([], { markets: [] }).markets?.values.size).toBe(0);
});

test("the hash tells bookings and markets apart", () => {
  const items = ["a", "b"];
  const hashes = [
    ListingSessions.from([{ items }], {}),
    ListingSessions.from([{ items, booked: "a" }], { bookedRepeat: 1 }),
    ListingSessions.from([{ items, booked: "b" }], { bookedRepeat: 1 }),
    ListingSessions.from([{ items, booked: "b" }], { bookedRepeat: 2 }),
    ListingSessions.from([{ items }], { markets: [["a", "Rome"]] }),
    ListingSessions.from([{ items }], { markets: [["b", "Rome"]] }),
  ].map((sessions) => sessions.hash());
  expect(new Set(hashes).size).toBe(hashes.length);
  expect(ListingSessions.from([{ items }]).hash()).toBe(hashes[0]);
});

test("what is no session, no id or no second market is refused by its place", () => {
  const from = (rows: unknown, options?: object) => () => ListingSessions.from(rows as [], options);
  expect(from(7)).toThrow("expected a list of { items, booked }, got number");
  expect(from([["a", "b"]])).toThrow("sequence 0: expected a list of ids, got undefined");
  expect(from([{ items: ["a"] }, null])).toThrow("sequence 1: expected a list of ids");
  expect(from([{ items: ["a"], booked: ["a"] }])).toThrow("row 0: booked must be an id");
  expect(from([], { bookedRepeat: 0 })).toThrow(/option "bookedRepeat" must be a whole number/);
  expect(from([], { repeat: 2 })).toThrow(/option "repeat" is unknown/);
  const twice: ItemMarket[] = [
    ["a", "Rome"],
    ["a", "Bonn"],
  ];
  expect(from([], { markets: twice })).toThrow('row 1: item "a" is there twice');
});

test("clicks that end in the same booking come together, though they never meet in a session", async () => {
  const starts = Array.from({ length: 8 }, (_, n) => `s${n}`);
  const rows = [
    { items: ["x"] },
    { items: ["y"] },
    ...starts.map((start, n) => ({
      items: [start, `only after ${start}`],
      booked: n % 2 === 0 ? "x" : "y",
    })),
  ];
  const contrast = async (sessions: ListingSessions) => {
    const model = await new Item2Vec({
      dim: 16,
      epochs: 200,
      learningRate: 0.1,
      ...repeatable,
    }).fit(sessions);
    const pairs = starts.flatMap((_, a) => starts.slice(0, a).map((_, b) => [a, b] as const));
    const within = (same: boolean) =>
      mean(
        pairs
          .filter(([a, b]) => ((a - b) % 2 === 0) === same)
          .map(([a, b]) => cosine(model, starts[a], starts[b])),
      );
    const difference = within(true) - within(false);
    model.dispose();
    return difference;
  };
  expect(await contrast(ListingSessions.from(rows))).toBeGreaterThan(0.1);
  const withoutBookings = ListingSessions.from(rows.map(({ items }) => ({ items })));
  expect(Math.abs(await contrast(withoutBookings))).toBeLessThan(0.05);
});

test("negatives of the same market tell apart what is clicked within one", async () => {
  const rng = new Rng(5);
  const name = (market: number, taste: number, n: number) => `${market}-${taste}-${n}`;
  const rows = Array.from({ length: 800 }, () => {
    const [market, taste] = [rng.below(12), rng.below(2)];
    const click = () => name(market, rng.next() < 0.75 ? taste : 1 - taste, rng.below(4));
    return { items: Array.from({ length: 6 }, click) };
  });
  const sessions = ListingSessions.from(rows, {
    markets: Array.from(new Set(rows.flatMap(({ items }) => items)), (id) => [
      id,
      id.split("-")[0],
    ]),
  });
  const separation = async (marketNegatives: number) => {
    const model = await new Item2Vec({
      dim: 16,
      epochs: 30,
      learningRate: 0.1,
      marketNegatives,
      ...repeatable,
    }).fit(sessions);
    const cosines = (taste: number) =>
      Array.from({ length: 12 }, (_, market) =>
        [1, 2, 3].map((n) => cosine(model, name(market, 0, 0), name(market, taste, n))),
      ).flat();
    const difference = mean(cosines(0)) - mean(cosines(1));
    model.dispose();
    return difference;
  };
  const [without, some] = [await separation(0), await separation(5)];
  expect(some).toBeGreaterThan(1.5 * without);
});

test("bookings and markets follow their items when rare ones are left out", async () => {
  const rng = new Rng(6);
  const rows = Array.from({ length: 60 }, (_, n) => ({
    items: Array.from({ length: 5 }, () => `i${rng.below(9)}`),
    booked: n % 3 === 0 ? `i${rng.below(9)}` : undefined,
  }));
  const markets = Array.from({ length: 9 }, (_, n): ItemMarket => [`i${n}`, `m${n % 2}`]);
  const rare = [
    { items: ["rare", ...rows[0].items], booked: rows[0].booked },
    ...rows.slice(1, 30),
    { items: [...rows[30].items, "rarer"], booked: "rare" },
    ...rows.slice(31),
  ];
  const options = { dim: 8, epochs: 2, marketNegatives: 3, minCount: 7, ...repeatable };
  const fit = (some: typeof rows) =>
    new Item2Vec(options).fit(ListingSessions.from(some, { markets, bookedRepeat: 1 }));
  const cut = await fit(rare);
  const same = await fit(rows.map((row, n) => (n === 30 ? { ...row, booked: undefined } : row)));
  expect(cut.items.ids().sort()).toEqual(same.items.ids().sort());
  expect(cut.items.size).toBe(9);
  expect(cut.vectors()).toEqual(same.vectors());
  cut.dispose();
  same.dispose();
});

test("bookings are those of their own sessions, however many come before", async () => {
  const many = Array.from({ length: 18_000 }, () => ({ items: ["p", "q"] })); // more than one chunk of training
  const last = { items: ["alone"], booked: "q" };
  const vector = async (rows: readonly ListingSessionRow[]) => {
    const model = await new Item2Vec({ dim: 8, epochs: 1, ...repeatable }).fit(
      ListingSessions.from(rows, { bookedRepeat: 1 }),
    );
    const alone = model.vector("alone");
    model.dispose();
    return alone;
  };
  const untouched = await vector([...many, { items: last.items }]);
  const elsewhere = [{ ...many[0], booked: "q" }, ...many.slice(1), { items: last.items }];
  expect(await vector(elsewhere)).toEqual(untouched);
  expect(await vector([...many, last])).not.toEqual(untouched);
});

test("a model of clicks goes on with bookings and other markets", async () => {
  const before = heapInUse();
  const model = await new Item2Vec({ dim: 8, marketNegatives: 2, ...repeatable }).fit(
    ListingSessions.from([{ items: ["a", "b"] }], {
      markets: [
        ["a", 1],
        ["b", 1],
      ],
    }),
  );
  const more = ListingSessions.from([{ items: ["c", "d"], booked: "d" }], {
    markets: [
      ["c", 7],
      ["d", 8],
    ],
  });
  expect(await model.partialFit(more)).toMatchObject({ items: 4, added: 2 });
  expect(model.items.ids()).toEqual(["a", "b", "c", "d"]);
  model.dispose();
  expect(heapInUse()).toBe(before);
});

test("negatives of a market need markets, and that of every item", async () => {
  const model = new Item2Vec({ marketNegatives: 2 });
  const lists = [["a", "b", "c"]];
  await expect(model.fit(Sequences.from(lists))).rejects.toThrow(
    'Item2Vec: option "marketNegatives" must be 0 for data without markets, got 2',
  );
  const sessions = ListingSessions.from([{ items: lists[0] }], { markets: [["b", "Rome"]] });
  await expect(model.fit(sessions)).rejects.toThrow(
    /needs the market of every item, but "a" and 1 more/,
  );
  expect(() => new Item2Vec({ marketNegatives: 16 })).toThrow(/whole number from 0 to 15/);
  const plain = await new Item2Vec({ dim: 4 }).fit(sessions);
  expect(plain.items.size).toBe(3);
  plain.dispose();
});

itemRecommenderContract("Item2Vec of sessions with bookings and markets", {
  make: (options) =>
    new Item2Vec({
      dim: 16,
      epochs: 40,
      learningRate: 0.1,
      marketNegatives: 1,
      deterministic: true,
      ...options,
    }),
  load: Item2Vec.load,
  data: (pairs) => {
    const rows = Array.from(pairs.rows(), ({ source, target }) => ({
      items: [source, target],
      booked: target,
    }));
    return ListingSessions.from(rows, {
      markets: Array.from(pairs.items, (id) => [id, "one"]),
      bookedRepeat: 2,
    });
  },
});
