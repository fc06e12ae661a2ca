import { backendInfo, useBackend } from "@kith/core-tensors";
import { Features } from "@kith/data";
import type { ItemRecommender } from "@kith/recommender";
import { DeepWalk, Eges, Item2Vec } from "../src/index.ts";
import { plantedAuc, plantedPairs, plantedSequences } from "./planted.ts";

afterAll(() => useBackend({ threads: 1 }));

const OF = { groups: 12, size: 20 };
const pairs = plantedPairs(OF);
const graph = {
  graph: pairs,
  features: Features.from(
    pairs.items.ids().map((item, n) => ({ item, odd: n % 2, group: String(item).split("-")[0] })),
  ),
};
const walks = { dim: 16, walksPerNode: 10, walkLength: 20, epochs: 3, learningRate: 0.1 };

// biome-ignore lint/suspicious/noExplicitAny: each model with its data
const models: Record<string, (more: object) => Promise<ItemRecommender<any>>> = {
  DeepWalk: (more) => new DeepWalk({ ...walks, ...more }).fit(pairs),
  "Item2Vec, plain": (more) =>
    new Item2Vec({ dim: 16, epochs: 3, learningRate: 0.1, mode: "plain", ...more }).fit(
      plantedSequences(3000, { of: OF }),
    ),
  "Item2Vec, cbow": (more) =>
    new Item2Vec({ dim: 16, epochs: 3, learningRate: 0.2, mode: "cbow", ...more }).fit(
      plantedSequences(3000, { of: OF }),
    ),
  Eges: (more) => new Eges({ ...walks, ...more }).fit(graph),
};

describe.each(Object.entries(models))("%s", (_, fit) => {
  test("learns as well on two threads without locks as on one", async () => {
    const auc: number[] = [];
    for (const threads of [1, 2]) {
      const info = await useBackend({ threads });
      expect(info.threads).toBe(threads);
      const model = await fit({});
      auc.push(await plantedAuc(model, OF));
      model.dispose();
    }
    expect(auc[0]).toBeGreaterThan(0.97);
    expect(auc[1]).toBeGreaterThan(auc[0] - 0.01);
    expect(backendInfo().threads).toBe(2); // none was lost on the way
  });

  test("gives the same bits on two threads as on one where it is told to be deterministic", async () => {
    const files: Buffer[] = [];
    for (const threads of [1, 2]) {
      await useBackend({ threads });
      const model = await fit({ deterministic: true, epochs: 1 });
      files.push(Buffer.from(model.save()));
      model.dispose();
    }
    expect(files[1].equals(files[0])).toBe(true);
  });
});
