import { Sequences } from "@kith/data";
import { GRU4Rec, NARM, SessionItemKNN } from "../src/index.ts";

/** After each of eight questions come one of two twins, and then the answer: twins stand in the same places. */
const data = Sequences.from(
  Array.from({ length: 480 }, (_, s) => [
    `question${s % 8}`,
    `${(s >> 3) % 2 ? "twin" : "other"}${s % 8}`,
    `answer${s % 8}`,
  ]),
);

test.each([
  ["GRU4Rec", new GRU4Rec({ layers: [24], negatives: 16, epochs: 15, learningRate: 0.1 })],
  ["NARM", new NARM({ dim: 12, units: 12, batchSize: 64, learningRate: 0.01, epochs: 20 })],
])("%s finds what stands in the same places", async (_, model) => {
  await model.fit(data);
  for (let n = 0; n < 8; n++)
    expect(model.similarItems(`twin${n}`, 3).items).toContain(`other${n}`);
  expect(model.similarItems("twin0", 100).items).toHaveLength(31);
  model.dispose();
});

test("SessionItemKNN finds what is clicked in the same sessions", async () => {
  const model = await new SessionItemKNN().fit(data);
  const { items, scores } = model.similarItems("twin3");
  expect([...items].sort()).toEqual(["answer3", "question3"]); // no others share a session with it
  expect(scores.every((score) => score > 0)).toBe(true);
});
