import { FormatError, UnknownIdError } from "@kith/core-tensors";
import { Features, Interactions } from "@kith/data";
import { GAT, GCN, GraphSAGE, PinSage } from "../src/index.ts";

/** Users of two tastes, and items that are told apart by their colour alone. */
function tastes(users: number, items: number) {
  const rows: [string, string][] = [];
  for (let u = 0; u < users; u++)
    for (let i = 0; i < items; i++)
      if (u % 2 === i % 2 && (u * 7 + i * 3) % 5 < 3) rows.push([`u${u}`, `i${i}`]);
  const features = Features.from(
    Array.from({ length: items }, (_, i) => ({ item: `i${i}`, colour: i % 2 ? "red" : "blue" })),
  );
  return { data: Interactions.from(rows), features };
}

const small = { dim: 16, epochs: 15, learningRate: 0.01, batchSize: 64 };

describe("items that training has not seen", () => {
  const { data, features } = tastes(20, 30);
  const known = data
    .select((row) => Number(String(data.items.id(data.item[row])).slice(1)) < 20)
    .compact()
    .withFeatures({ items: features });

  test.each(["mean", "gcn", "pool", "lstm"] as const)(
    "are embedded by GraphSAGE (%s) from features and neighbours, without training",
    async (aggregator) => {
      const trained = await new GraphSAGE({ ...small, aggregator, fanOut: [5, 5] }).fit(known);
      for (const model of [trained, GraphSAGE.load(trained.save())]) {
        model.infer(data.withFeatures({ items: features }));
        expect(model.items.size).toBe(30);
        const alike = model
          .similarItems("i25", 10)
          .items.map((id) => Number(String(id).slice(1)) % 2);
        expect(alike).toEqual(new Array(10).fill(1));
        const best = model.recommend("u3", { k: 5, allow: news }).items;
        expect(best.every((id) => Number(String(id).slice(1)) % 2 === 1)).toBe(true);
        model.dispose();
      }
    },
  );

  const news = Array.from({ length: 10 }, (_, n) => `i${20 + n}`);

  test("that nobody has yet are known by their features alone, also to PinSage, GCN and GAT", async () => {
    // In the vocabulary, without interactions
    const cold = data
      .select((row) => Number(String(data.items.id(data.item[row])).slice(1)) < 20)
      .withFeatures({ items: features });
    const pins = { neighbours: 5, walks: 50, hardNegatives: 0, negatives: 20, epochs: 30 };
    for (const model of [
      new GraphSAGE(small),
      new PinSage({ ...small, ...pins }),
      new GCN({ ...small, loss: "bpr", epochs: 60, readout: "last" }),
      new GAT({ ...small, loss: "bpr", epochs: 60, readout: "last" }),
    ]) {
      await model.fit(cold);
      const best = model.recommend("u3", { k: 3, allow: news }).items;
      expect([model.name, best.map((id) => Number(String(id).slice(1)) % 2)]).toEqual([
        model.name,
        [1, 1, 1],
      ]);
      model.dispose();
    }
  });
});

test("users that training has not seen are embedded from their items, and items without features are refused", async () => {
  const { data } = tastes(20, 30);
  const model = await new GraphSAGE(small).fit(
    data.select((row) => Number(String(data.users.id(data.user[row])).slice(1)) < 12).compact(),
  );
  const before = model.recommend("u3", { k: 5 });
  model.infer(data);
  expect(model.users.size).toBe(20);
  expect(model.recommend("u3", { k: 5 }).items).toEqual(before.items);
  const odd = model.recommend("u17", { k: 5 }).items;
  expect(odd.every((id) => Number(String(id).slice(1)) % 2 === 1)).toBe(true);
  expect(() => model.infer(Interactions.from([["u1", "new"]]))).toThrow(UnknownIdError);
  expect(() => new GraphSAGE(small).infer(data)).toThrow(/fit|train/);
  model.dispose();
});

test("features that a model asks for are refused by name where they are missing", async () => {
  const { data, features } = tastes(10, 10);
  const described = data.withFeatures({ items: features });
  const asking = (nodeFeatures: readonly string[]) => new GraphSAGE({ ...small, nodeFeatures });
  await expect(asking(["price"]).fit(described)).rejects.toThrow(
    'GraphSAGE: there is no feature "price"; users have none, items have colour',
  );
  await expect(asking(["colour"]).fit(data)).rejects.toThrow(FormatError);
  const model = await asking(["colour"]).fit(described);
  expect(() => model.infer(data)).toThrow(
    "GraphSAGE: expected features of items (colour), as in training, got none",
  );
  expect(() => new GCN({ nodeFeatures: "some" as never })).toThrow('"all", "none" or a list');
  model.dispose();
});
