import { backendInfo, heap, Tensor } from "@kith/core-tensors";
import { ItemPairs } from "@kith/data";
import { evaluate, evaluatePairs, topK } from "../src/index.ts";
import { halves, Toy } from "./support/toy.ts";
import { Vectors } from "./support/vectors.ts";

// As in a page that is not cross-origin isolated: there the heap's growth detaches all views of it.
(globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated = false;

test("a model trains, answers and is evaluated while an unshared heap grows", async () => {
  expect(backendInfo().sharedMemory).toBe(false); // which also chooses the kernels: that allocates
  const { train, test: held } = halves();
  const model = await new Toy({ epochs: 3 }).fit(train, { validation: { data: held } });
  const many = Array.from({ length: 3000 }, (_, n) => train.users.id(n % train.users.size));
  const size = heap().memory.buffer.byteLength;
  const rankings = model.recommendBatch([...many, ...many], { k: 15, excludeSeen: true });
  expect(heap().memory.buffer.byteLength).toBeGreaterThan(size);
  expect(rankings[0]).toEqual(model.recommend(many[0], { k: 15, excludeSeen: true }));
  expect(model.explain(many[0], "i1").length).toBeGreaterThan(0);
  expect(model.similarItems("i1").items.length).toBeGreaterThan(0);
  expect((await evaluate(model, held)).users.length).toBeGreaterThan(0);
  model.dispose();
});

test("masks are found again after the scores made the heap grow", () => {
  const [rows, items] = [100, 120_000];
  const masks = Array.from({ length: rows }, (_, r) => Uint32Array.of(r, r + 1));
  const size = heap().memory.buffer.byteLength;
  const best = topK(
    () => {
      const values = Tensor.zeros([rows, items]);
      for (let r = 0; r < rows; r++) values.data[r * items + r] = 1; // masked
      return { kind: "all", values };
    },
    masks,
    3,
  );
  expect(heap().memory.buffer.byteLength).toBeGreaterThan(size);
  for (let r = 0; r < rows; r++)
    expect([...best.items.subarray(3 * r, 3 * r + 3)]).toEqual(
      [0, 1, 2, 3, 4].filter((item) => item !== r && item !== r + 1).slice(0, 3),
    );
});

test("a model of items answers and is measured while an unshared heap grows", async () => {
  const [count, dim] = [30_000, 64];
  const rows = Array.from({ length: count }, (_, n) => {
    const row = new Array(dim).fill(0.01);
    row[n % dim] = 1;
    return row;
  });
  const model = new Vectors();
  model.learn(rows.keys(), rows);
  const size = heap().memory.buffer.byteLength;
  const set = model.foldIn([0, 1, 2, 3]);
  const sets = new Array(300).fill(set);
  const rankings = model.recommendBatch(["5", ...sets], { k: 4, excludeSeen: true });
  expect(heap().memory.buffer.byteLength).toBeGreaterThan(size);
  expect(rankings[0].items).toEqual([69, 133, 197, 261]);
  expect(rankings[300]).toEqual(model.recommend(set, { k: 4, excludeSeen: true }));
  const reasons = model.explain(set, 64);
  expect(reasons[0].item).toBe(0);
  const pairs = ItemPairs.fromColumns({
    items: model.items,
    source: Uint32Array.from({ length: 200_000 }, (_, n) => n % count),
    target: Uint32Array.from(
      { length: 200_000 },
      (_, n) => (n + (n % 2) * 64 + 3 - 3 * (n % 2)) % count,
    ),
    label: Uint8Array.from({ length: 200_000 }, (_, n) => n % 2),
  });
  expect((await evaluatePairs(model, pairs)).metrics.auc).toBeGreaterThan(0.99);
  model.dispose();
});
