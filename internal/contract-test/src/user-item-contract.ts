import { Interactions } from "@kith/data";
import type { UserItemRecommender, UserQuery } from "@kith/recommender";
import { checkerboard, ratedCheckerboard } from "./checkerboard.ts";
import { commonCases, type Family, items, plainly, SIZE, strangeIds } from "./common-cases.ts";
import { type Cases, runCases } from "./run-cases.ts";

/** What is to be tested. */
export interface ContractOptions {
  /** A new model that learns a checkerboard of 20 × 20, with these options beside its own. */
  readonly make: (options?: object) => UserItemRecommender;
  /** The model's static `load`. */
  readonly load: (file: Uint8Array) => UserItemRecommender;
  /** Whether it takes a `seed` that matters. Default true. */
  readonly isRandom?: boolean;
  /** Kinds of strange data that it refuses beside those that all may: with an error of its own that says why. */
  readonly mayAlsoRefuse?: readonly string[];
  /** Whether it learns ratings: then users have rated items of the other colour, too, and low. Default false. */
  readonly rated?: boolean;
  /** Cases that the model cannot pass, by title, and why. */
  readonly skips?: Readonly<Record<string, string>>;
}

/** Tests that a model of users × items keeps the contract of `Recommender`. */
export function recommenderContract(name: string, options: ContractOptions): void {
  const { make, load, isRandom = true, mayAlsoRefuse = [], rated = false, skips } = options;
  const family = rated ? ratings : usersAndItems;
  const mayRefuse = [...family.mayRefuse, ...mayAlsoRefuse];
  runCases(
    name,
    { ...userItemCases, ...commonCases },
    { ...family, make, load, isRandom, mayRefuse },
    skips,
  );
}

interface UserItemFamily extends Family<Interactions, UserQuery> {
  make(options?: object): UserItemRecommender;
  load(file: Uint8Array): UserItemRecommender;
}

const usersAndItems: Omit<UserItemFamily, "make" | "load" | "isRandom"> = {
  prefix: "u",
  data: (naming = plainly) =>
    checkerboard(
      SIZE,
      (n) => naming("u", n),
      (n) => naming("i", n),
    ),
  empty: () => Interactions.from([]),
  strange: () => ({
    "one user": Interactions.from([1, 2, 3].map((n) => ["u", `i${n}`])),
    "one item": Interactions.from([1, 2, 3].map((n) => [`u${n}`, "i"])),
    "one pair": Interactions.from([["u", "i"]]),
    "two pairs": Interactions.from([
      ["u", "i"],
      ["v", "j"],
    ]),
    duplicates: Interactions.from(Array.from({ length: 40 }, (_, n) => [`u${n % 4}`, `i${n % 6}`])),
    unicode: Interactions.from(
      strangeIds.flatMap((user, n) =>
        [0, 1, 2].map((m): [string, string] => [user, strangeIds[(n + m) % strangeIds.length]]),
      ),
    ),
  }),
  mayRefuse: ["one user", "one item", "one pair"],
  query: (id) => id,
  folded: (history) => ({ history }),
  seenBy4: items.filter((_, n) => n % 2 === 0 && n !== 4),
  ids: (model) => [(model as UserItemRecommender).users.ids(), model.items.ids()],
  content: (data) => [data.hash(), data.byUser().items.slice()],
};

const ratings: typeof usersAndItems = {
  ...usersAndItems,
  data: (naming = plainly) =>
    ratedCheckerboard(
      SIZE,
      (n) => naming("u", n),
      (n) => naming("i", n),
    ),
  strange: () =>
    Object.fromEntries(
      Object.entries(usersAndItems.strange()).map(([what, data]) => [what, withRatings(data)]),
    ),
  seenBy4: items.filter((_, n) => (n % 2 === 0 && n !== 4) || [5, 7, 9].includes(n)),
};

/** The same rows with ratings from 1 to 5. */
function withRatings(data: Interactions): Interactions {
  return Interactions.from(Array.from(data.rows(), (row, n) => ({ ...row, value: 1 + (n % 5) })));
}

const users = Array.from({ length: SIZE }, (_, n) => `u${n}`);
const withheld = items;

const userItemCases: Cases<UserItemFamily> = {
  async "finds the withheld item of every user"({ make, data }) {
    const model = await make().fit(data());
    const rankings = model.recommendBatch(users, { k: 1, excludeSeen: true });
    expect(rankings.map(({ items }) => items[0])).toEqual(withheld);
    model.dispose();
  },

  async "finds it for histories of users it was not trained on"(family) {
    const data = family.data();
    const model = await family.make().fit(data);
    const profiles = users.map((_, u) =>
      model.foldIn(Array.from(data.itemsOf(u), (i) => data.items.id(i))),
    );
    const rankings = model.recommendBatch(profiles, { k: 1, excludeSeen: true });
    expect(rankings.map(({ items }) => items[0])).toEqual(withheld);
    model.dispose();
  },

  async "explains by items of the history alone, most important first"({ make, data }) {
    const model = await make().fit(data());
    const profile = model.foldIn(["i1", "i3", "i7"]);
    const reasons = model.explain(profile, "i5");
    expect(reasons.map(({ item }) => item).sort()).toEqual(["i1", "i3", "i7"]);
    const weights = reasons.map(({ weight }) => weight);
    expect(weights).toEqual([...weights].sort((a, b) => b - a));
    const score = model.scores(profile)[model.items.indexOf("i5")];
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(score, 4);
    const own = model.explain("u5", "i5").map(({ item }) => item);
    const history = withheld.filter((_, n) => n % 2 === 1 && n !== 5);
    expect(history).toEqual(expect.arrayContaining(own));
    expect(() => model.explain("u5", "no such item")).toThrow(/item "no such item" is unknown/);
    model.dispose();
  },

  async "finds the withheld items in whatever order the rows come"(family) {
    const data = family.data();
    const order = Uint32Array.from({ length: data.length }, (_, n) => (n * 77 + 5) % data.length);
    expect(new Set(order).size).toBe(data.length);
    const rows = Array.from(data.select(order).rows());
    const model = await family.make().fit(Interactions.from(rows));
    const rankings = model.recommendBatch(users, { k: 1, excludeSeen: true });
    expect(rankings.map(({ items }) => items[0])).toEqual(withheld);
    model.dispose();
  },

  async "answers for a user and of an item without interactions"(family) {
    const data = family.data();
    const fewer = data.select((row) => data.users.id(data.user[row]) !== "u8");
    const rows = data.select((row) => data.items.id(data.item[row]) !== "i9");
    for (const some of [fewer, rows]) {
      const model = await family.make().fit(some);
      const { items, scores } = model.recommend("u8", { k: SIZE, excludeSeen: true });
      expect(items.length).toBeGreaterThanOrEqual(SIZE - family.seenBy4.length);
      expect(scores.every(Number.isFinite)).toBe(true);
      expect(model.scores("u1").every(Number.isFinite)).toBe(true);
      model.dispose();
    }
  },
};
