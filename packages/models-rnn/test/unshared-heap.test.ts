import { stairs } from "@kith/contract-test";
import { backendInfo, heap } from "@kith/core-tensors";
import { GRU4Rec, NARM } from "../src/index.ts";

// As in a page that is not cross-origin isolated: there the heap's growth detaches all views of it.
(globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated = false;

const sizes: number[] = [];

test.each([
  ["cross-entropy", () => new GRU4Rec({ layers: [200], epochs: 2, negatives: 500 })],
  [
    "bpr-max",
    () =>
      new GRU4Rec({
        layers: [200],
        epochs: 2,
        negatives: 500,
        loss: "bpr-max",
        learningRate: 0.05,
      }),
  ],
  [
    "one-hot LSTM",
    () =>
      new GRU4Rec({
        layers: [200],
        epochs: 2,
        cell: "lstm",
        embedding: "one-hot",
        input: "weighted",
      }),
  ],
  ["NARM", () => new NARM({ dim: 64, units: 128, epochs: 2 })],
])("trains and answers while an unshared heap grows (%s)", async (_, make) => {
  expect(backendInfo().sharedMemory).toBe(false); // which also chooses the kernels: that allocates
  sizes.push(heap().memory.buffer.byteLength);
  const data = stairs(400);
  const model = await make().fit(data, { validation: { data } });
  sizes.push(heap().memory.buffer.byteLength);
  expect(model.recommend(["i1", "i3"], { excludeSeen: true }).items).toHaveLength(10);
  const session = model.session();
  session.next("i1");
  expect(session.recommend().scores.every(Number.isFinite)).toBe(true);
  model.dispose();
});

test("the heap has grown on the way", () => {
  expect(sizes.at(-1)).toBeGreaterThan(sizes[0]);
});
