import { checkerboard } from "@kith/contract-test";
import { backendInfo, heap } from "@kith/core-tensors";
import { evaluate } from "@kith/recommender";
import { LightGCN } from "../src/index.ts";

// As in a page that is not cross-origin isolated: there the heap's growth detaches all views of it.
(globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated = false;

test.each(["bpr", "softmax"] as const)(
  "trains and answers while an unshared heap grows (%s)",
  async (loss) => {
    expect(backendInfo().sharedMemory).toBe(false); // which also chooses the kernels: that allocates
    const size = heap().memory.buffer.byteLength;
    const data = checkerboard(100);
    const dim = loss === "bpr" ? 64 : 128;
    const model = await new LightGCN({ loss, dim, epochs: 3, batchSize: 512 }).fit(data, {
      validation: { data },
    });
    expect(heap().memory.buffer.byteLength).toBeGreaterThan(size);
    expect(model.recommend("u1", { excludeSeen: true }).items).toHaveLength(10);
    expect(model.explain("u1", "i1")).toHaveLength(49);
    expect((await evaluate(model, data)).users).toHaveLength(100);
    model.dispose();
  },
);
