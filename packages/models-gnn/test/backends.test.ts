import { backendInfo, Rng, useBackend } from "@kith/core-tensors";
import { Interactions } from "@kith/data";
import { LightGCN, type LightGCNOptions } from "../src/index.ts";

afterAll(() => useBackend({ threads: 1 }));

const rng = new Rng(1);
const data = Interactions.from(
  Array.from({ length: 6000 }, (): [number, number] => [rng.below(300), rng.below(200)]),
);

async function trained(options: LightGCNOptions): Promise<{ scores: Float32Array; file: Buffer }> {
  const model = await new LightGCN({ dim: 32, epochs: 2, learningRate: 0.005, ...options }).fit(
    data,
  );
  const [scores, file] = [model.scores(7), Buffer.from(model.save())];
  model.dispose();
  return { scores, file };
}

describe.each<[string, LightGCNOptions]>([
  ["bpr", {}],
  ["softmax", { loss: "softmax", layers: 2 }],
  ["sampled softmax", { loss: "softmax", negatives: 50 }],
])("%s", (_, options) => {
  test("trains to the same bits on 1 and on 2 threads", async () => {
    await useBackend({ threads: 1 });
    const one = await trained(options);
    const { threads } = await useBackend({ threads: 2 });
    expect(threads).toBe(2);
    const two = await trained(options);
    expect(two.file.equals(one.file)).toBe(true);
    expect(backendInfo().threads).toBe(2); // none was lost on the way
  });

  test("trains to nearly the same with plain JavaScript as with WebAssembly", async () => {
    await useBackend({ threads: 1 });
    const wasm = await trained(options);
    await useBackend({ kernels: "js" });
    const js = await trained(options);
    const largest = Math.max(...js.scores.map(Math.abs));
    js.scores.forEach((score, item) => {
      expect(Math.abs(score - wasm.scores[item])).toBeLessThan(2e-3 * largest);
    });
  });
});
