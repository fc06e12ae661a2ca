import { Interactions, Sequences, sessionsFrom } from "@kith/data";
import type { SessionRecommender } from "@kith/recommender";
import { MarkovChain, SessionItemKNN, SessionPopularity, SPop, STAN, VSKNN } from "../src/index.ts";

const data = Sequences.from([
  ["a", "b", "a", "c"],
  ["a", "b"],
  ["b", "c", "d"],
  ["d", "a"],
]);
/** clicks: a 4, b 3, c 2, d 2; popularity below 1 is clicks / 5. */
const scoresOf = (model: SessionRecommender, session: string[]) => {
  const scores = model.scores(session);
  return Object.fromEntries(
    ["a", "b", "c", "d"].map((item) => [item, scores[model.items.indexOf(item)]]),
  );
};
const close = (values: Record<string, number>) =>
  Object.fromEntries(
    Object.entries(values).map(([item, value]) => [item, expect.closeTo(value, 6)]),
  );

test("SessionPopularity counts clicks", async () => {
  const model = await new SessionPopularity().fit(data);
  expect(scoresOf(model, ["d", "d"])).toEqual({ a: 4, b: 3, c: 2, d: 2 });
});

test("S-POP counts the session's clicks, and breaks ties by all", async () => {
  const model = await new SPop().fit(data);
  expect(scoresOf(model, ["d", "b", "d"])).toEqual(close({ a: 0.8, b: 1.6, c: 0.4, d: 2.4 }));
  expect(model.recommend(["d", "b", "d"]).items).toEqual(["d", "b", "a", "c"]);
});

test("a Markov chain knows what came next, equal ones by popularity, and then what is popular", async () => {
  const model = await new MarkovChain().fit(data);
  // After b came a, c: twice c? a → b twice, a → c once; b → a once, b → c once.
  expect(scoresOf(model, ["d", "a"])).toEqual(
    close({ b: (2 + 0.6) / 4, c: (1 + 0.4) / 4, a: 0.8 - 1, d: 0.4 - 1 }),
  );
  expect(model.recommend(["b"]).items).toEqual(["a", "c", "b", "d"]);
  expect(model.similarItems("a").items).toEqual(["b", "c"]);
  const one = await new MarkovChain({ followers: 1 }).fit(data);
  expect(scoresOf(one, ["a"])).toEqual(close({ b: 2.6 / 4, a: -0.2, c: -0.6, d: -0.6 }));
});

test("item-KNN counts pairs of clicks within sessions, normalised and regularised", async () => {
  const plain = { regularization: 0, alpha: 0.5 };
  const model = await new SessionItemKNN(plain).fit(data);
  // a with b: 2 · 1 in the first session, 1 in the second; with c: 2 · 1; with d: 1
  expect(scoresOf(model, ["c", "a"])).toEqual(
    close({
      a: 0.8 - 1,
      b: 3 / Math.sqrt(4 * 3),
      c: 2 / Math.sqrt(4 * 2),
      d: 1 / Math.sqrt(4 * 2),
    }),
  );
  const tamed = await new SessionItemKNN({ regularization: 20, alpha: 0.25 }).fit(data);
  expect(scoresOf(tamed, ["a"]).b).toBeCloseTo(3 / (24 ** 0.25 * 23 ** 0.75), 6);
  const few = await new SessionItemKNN({ ...plain, neighbours: 1 }).fit(data);
  expect(few.similarItems("a").items).toEqual(["b"]);
});

test("V-SKNN weighs neighbours by the places of shared items, and items by rarity", async () => {
  const model = await new VSKNN().fit(data);
  // Session d, b: weights 1/2 and 1. Similarities: s0 1, s1 1, s2 1.5, s3 0.5; d is clicked 1 before the latest.
  const idf = (sessions: number) => Math.log(4 / sessions);
  const scores = scoresOf(model, ["d", "b"]);
  expect(scores).toEqual(
    close({
      a: (1 + 1 + 0.9 * 0.5) * idf(3),
      b: (1 + 1 + 1.5) * idf(3),
      c: (1 + 1.5) * idf(2),
      d: (1.5 + 0.9 * 0.5) * idf(2),
    }),
  );
  const plain = await new VSKNN({ decay: "none", idf: false }).fit(data);
  const cosine = (shared: number, size: number) => shared / Math.sqrt(size * 2);
  expect(scoresOf(plain, ["d", "b"]).c).toBeCloseTo(cosine(1, 3) + cosine(2, 3), 6);
});

test("V-SKNN looks at the most recent sessions only, and takes the nearest of them", async () => {
  const model = await new VSKNN({ sampleSize: 2, neighbours: 1, idf: false }).fit(data);
  // With b: s2 and s1 are the most recent; of equal ones the later.
  expect(scoresOf(model, ["b"])).toEqual(close({ b: 1, c: 1, d: 1, a: -0.2 }));
});

test("STAN weighs by place, age and distance", async () => {
  const day = 86_400;
  const events = [...data.lists()].flatMap((items, s) =>
    items.map((item, n) => ({ user: `s${s}`, item: String(item), time: s * day + n })),
  );
  const timed = sessionsFrom(Interactions.from(events));
  const model = await new STAN({ clickDecay: 1, dayDecay: 2, distanceDecay: 3 }).fit(timed);
  const until = 3 * day + 1;
  const age = (s: number, n: number) => Math.exp(-(until - (s * day + n)) / day / 2);
  const similarity = (sum: number, size: number) => sum / Math.sqrt(size * 2);
  // Session d, b: d weighs e^-1, b 1. The latest shared item is b in s0, s1, s2, and d in s3.
  const [s0, s1, s2, s3] = [
    similarity(1, 3) * age(0, 3),
    similarity(1, 2) * age(1, 1),
    similarity(1 + Math.exp(-1), 3) * age(2, 2),
    similarity(Math.exp(-1), 2) * age(3, 1),
  ];
  const near = (distance: number) => Math.exp(-distance / 3);
  expect(scoresOf(model, ["d", "b"])).toEqual(
    close({
      a: s0 * (near(1) + near(1)) + s1 * near(1) + s3 * near(1),
      b: s0 + s1 + s2,
      c: s0 * near(2) + s2 * near(1),
      d: s2 * near(2) + s3,
    }),
  );
  const ageless = await new STAN({ clickDecay: 1, distanceDecay: 3 }).fit(data);
  expect(scoresOf(ageless, ["b"]).b).toBeCloseTo(
    1 / Math.sqrt(3) + 1 / Math.sqrt(2) + 1 / Math.sqrt(3),
    6,
  );
  const loaded = STAN.load(model.save());
  expect(loaded.scores(["d", "b"])).toEqual(model.scores(["d", "b"]));
});
