import { heapInUse } from "@kith/contract-test";
import { backendInfo, heap, MemoryError, Rng, useBackend } from "@kith/core-tensors";
import { Sequences, Vocabulary } from "@kith/data";
import { GRU4Rec, type Gru4RecOptions, NARM } from "../src/index.ts";
import { PopularNegatives } from "../src/popular-negatives.ts";

afterAll(() => useBackend({ threads: 1 }));

const rng = new Rng(5);
const data = Sequences.from(
  Array.from({ length: 400 }, () => {
    const first = rng.below(60);
    return Array.from({ length: 2 + rng.below(6) }, (_, n) => `i${(first + n * n) % 60}`);
  }),
);
const small: Gru4RecOptions = { layers: [16], negatives: 32, batchSize: 16, epochs: 2 };

test.each<[string, Gru4RecOptions]>([
  ["cross-entropy", {}],
  ["a reset gate before the product", { reset: "before" }],
  ["bpr-max and two layers", { loss: "bpr-max", layers: [12, 16], deepInput: true }],
  ["top1 of LSTM cells", { loss: "top1", cell: "lstm" }],
  ["weighted one-hot input", { embedding: "one-hot", input: "weighted", inputDecay: 0.7 }],
])(
  "%s trains to the same bits on 1 and 2 threads, and nearly so with plain JavaScript",
  async (_, more) => {
    const options = { ...small, ...more };
    const run = async () => {
      const model = await new GRU4Rec(options).fit(data);
      const result = { file: Buffer.from(model.save()), scores: model.scores(["i1", "i2"]) };
      model.dispose();
      return result;
    };
    await useBackend({ threads: 1 });
    const one = await run();
    await useBackend({ threads: 2 });
    expect((await run()).file.equals(one.file)).toBe(true);
    await useBackend({ kernels: "js" });
    const { scores } = await run();
    const largest = Math.max(...scores.map(Math.abs));
    scores.forEach((score, item) => {
      expect(Math.abs(score - one.scores[item])).toBeLessThan(2e-2 * largest);
    });
    await useBackend({ threads: 1 });
  },
);

test("a training interrupted within an epoch goes on to the same bits", async () => {
  const whole = await new GRU4Rec(small).fit(data);
  let asked = 0;
  const signal = {
    get aborted() {
      return ++asked > 25; // steps: in the middle of the second epoch
    },
    throwIfAborted() {
      if (asked > 25) throw new Error("enough");
    },
  } as AbortSignal;
  const files: Uint8Array[] = [];
  const early = new GRU4Rec(small);
  await expect(
    early.fit(data, { signal, checkpoint: ({ file }) => void files.push(file) }),
  ).rejects.toThrow("enough");
  const resumed = await new GRU4Rec(small).fit(data, { resumeFrom: files[0] });
  expect(Buffer.from(resumed.save()).equals(whole.save())).toBe(true);
  for (const model of [whole, early, resumed]) model.dispose();
});

test.each([
  ["GRU4Rec", (epochs: number) => new GRU4Rec({ ...small, epochs })],
  ["NARM", (epochs: number) => new NARM({ dim: 8, units: 8, batchSize: 64, epochs })],
])("%s takes no more memory with every epoch", async (_, make) => {
  const before = heapInUse();
  const sizes: number[] = [];
  const model = make(8);
  for await (const _ of model.train(data)) sizes.push(heap().allocated);
  expect(sizes).toHaveLength(8);
  expect(Math.max(...sizes.slice(2))).toBeLessThanOrEqual(Math.max(...sizes.slice(0, 2)));
  model.dispose();
  expect(heapInUse()).toBe(before);
});

test("negatives are drawn by popularity to the power of alpha, and never without a click", () => {
  const clicks = Uint32Array.from([0, 1, 4, 16, 100, 0]);
  const negatives = new PopularNegatives(clicks, 0.5);
  const counts = new Float64Array(6);
  const out = new Uint32Array(1000);
  for (let step = 0; step < 200; step++) {
    negatives.draw(out, new Rng(1).fork(step));
    for (const item of out) counts[item]++;
  }
  expect([counts[0], counts[5]]).toEqual([0, 0]);
  [1, 2, 4, 10].forEach((weight, n) => {
    const expected = (200_000 * weight) / 17;
    expect(Math.abs(counts[n + 1] - expected)).toBeLessThan(5 * Math.sqrt(expected));
  });
  const again = new Uint32Array(1000);
  negatives.draw(again, new Rng(1).fork(199));
  expect(again).toEqual(out);
});

test("refuses what does not fit the heap before it starts", async () => {
  const items = Vocabulary.from(Array.from({ length: 1_000_000 }, (_, n) => n));
  const large = Sequences.fromColumns({
    items,
    offsets: Uint32Array.of(0, 2),
    values: Uint32Array.of(0, 999_999),
  });
  const model = new GRU4Rec({ layers: [1000] });
  await expect(model.fit(large)).rejects.toThrow(MemoryError);
  await expect(model.fit(large)).rejects.toThrow(/GRU4Rec: 1,000,000 items with layers of 1000/);
  model.dispose();
});

test("says when training diverges", async () => {
  const model = new GRU4Rec({
    ...small,
    loss: "bpr",
    finalActivation: "linear",
    learningRate: 1e30,
  });
  await expect(model.fit(data)).rejects.toThrow(
    /GRU4Rec.*training diverged; lower the learning rate/,
  );
  model.dispose();
});

test.each<[object, RegExp]>([
  [{ layers: [] }, /"layers" must be a list of 1 to 8 whole numbers/],
  [{ layers: [10, 0] }, /"layers"/],
  [{ layers: 100 }, /"layers"/],
  [{ cell: "tcn" }, /"cell" must be one of "gru", "lstm", "rnn", got "tcn"/],
  [{ momentum: 1 }, /"momentum" must be a number from 0 up to but not including 1/],
  [{ dropoutHidden: -0.1 }, /"dropoutHidden"/],
  [{ negatives: -1 }, /"negatives"/],
  [{ inputDecay: 0 }, /"inputDecay" must be a number above 0, up to 1/],
  [{ loss: "softmax" }, /"loss" must be one of "cross-entropy"/],
])("refuses the options %j", (options, message) => {
  expect(() => new GRU4Rec(options as never)).toThrow(message);
});

test("without shared negatives, sessions that could not be told from others are refused", async () => {
  const one = Sequences.from([["a", "b"]]);
  await expect(new GRU4Rec({ negatives: 0 }).fit(one)).rejects.toThrow(/at least 2 lanes/);
  expect(backendInfo().threads).toBe(1);
});
