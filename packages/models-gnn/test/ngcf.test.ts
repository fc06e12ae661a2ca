import { Interactions } from "@kith/data";
import { decodeModelFile } from "@kith/recommender";
import { NGCF, type NGCFOptions } from "../src/index.ts";

const data = (() => {
  const rows: [string, string][] = [];
  for (let u = 0; u < 12; u++)
    for (let i = 0; i < 10; i++) if ((u * 5 + i * 3) % 7 < 3) rows.push([`u${u}`, `i${i}`]);
  return Interactions.from(rows);
})();
const small = { dim: 6, layers: 2, epochs: 3, batchSize: 16, learningRate: 0.01 };
const trained = async (options: NGCFOptions = {}) => new NGCF({ ...small, ...options }).fit(data);

describe.each(["official-code", "paper"] as const)("variant %s", (variant) => {
  test("an embedding is all layers side by side, those after the first of length 1", async () => {
    const model = await trained({ variant });
    const { data: values, shape } = decodeModelFile(model.save()).tensors["users.embedding"];
    expect(shape).toEqual([12, 18]);
    for (let u = 0; u < 12; u++) {
      const lengths = [0, 1, 2].map((k) =>
        Math.hypot(...(values as Float32Array).subarray(u * 18 + 6 * k, u * 18 + 6 * (k + 1))),
      );
      expect(lengths[1]).toBeCloseTo(1, 5);
      expect(lengths[2]).toBeCloseTo(1, 5);
      expect(Math.abs(lengths[0] - 1)).toBeGreaterThan(1e-3);
    }
    model.dispose();
  });

  test("dropout is of training alone", async () => {
    const plain = await trained({ variant, messageDropout: 0 });
    const noisy = await trained({ variant, messageDropout: 0.3, nodeDropout: 0.3 });
    const scores = (model: NGCF) => [...model.recommend("u3", { k: 10 }).scores];
    expect(scores(noisy)).not.toEqual(scores(plain));
    expect(scores(noisy)).toEqual(scores(noisy));
    expect(scores(NGCF.load(noisy.save()))).toEqual(scores(noisy));
    for (const model of [plain, noisy]) model.dispose();
  });
});

test("the variants are different models", async () => {
  const [code, paper] = [await trained(), await trained({ variant: "paper" })];
  const scores = (model: NGCF) => [...model.recommend("u3", { k: 10 }).scores];
  expect(scores(code)).not.toEqual(scores(paper));
  for (const model of [code, paper]) model.dispose();
});

test("without layers it is matrix factorisation", async () => {
  const model = await trained({ layers: 0 });
  expect(decodeModelFile(model.save()).tensors["items.embedding"].shape).toEqual([10, 6]);
  model.dispose();
});
