import { jsKernels, type Kernels, KithError, TrainingError, useBackend } from "@kith/core-tensors";
import { Sequences } from "@kith/data";
import { decodeModelFile } from "@kith/recommender";
import { Item2Vec } from "../src/index.ts";
import { PLANTED, plantedAuc, plantedSequences } from "./planted.ts";

afterEach(() => useBackend({ threads: 1 }));

type SkipGram = Kernels["skipGram"];

/** From now on skip-gram is what `kernel` does. */
async function computeWith(kernel: SkipGram): Promise<void> {
  await useBackend({ ...jsKernels, skipGram: kernel });
}

/** A kernel that trains nothing, and counts one pair for each sequence. */
const idle: SkipGram = ({ losses, pairs }) => {
  losses.fill(1);
  pairs.fill(1);
};

test.each(["shared", "plain", "cbow"] as const)(
  "%s: the loss falls, and items of a group end up together",
  async (mode) => {
    const losses: number[] = [];
    const model = await new Item2Vec({ dim: 8, epochs: 8, learningRate: 0.1, mode }).fit(
      plantedSequences(400),
      { onEpoch: ({ loss }) => void losses.push(loss) },
    );
    expect(losses[3]).toBeLessThan(0.97 * losses[0]);
    expect(losses[7]).toBeLessThan(losses[3]);
    expect(await plantedAuc(model)).toBeGreaterThan(0.99);
    model.dispose();
  },
);

test("an epoch's loss is the exact mean over its pairs, and its tokens are counted", async () => {
  const chunks: { loss: number; pairs: number }[] = [];
  await computeWith((out, ...rest) => {
    jsKernels.skipGram(out, ...rest);
    chunks.push({
      loss: out.losses.reduce((sum, loss) => sum + loss, 0),
      pairs: out.pairs.reduce((sum, count) => sum + count, 0),
    });
  });
  const data = Sequences.from([
    ...Array.from({ length: 6000 }, (_, n) => ["a", "b", "c", "d"].slice(0, 2 + (n % 3))),
    ...Array.from({ length: 8000 }, () => ["e", "f"]),
  ]);
  const model = new Item2Vec({ dim: 4, window: 1, negatives: 1, epochs: 1 });
  for await (const { loss, tokens } of model.train(data)) {
    expect(chunks.length).toBe(2); // or it would not show whether chunks of other sizes count alike
    const sum = chunks.reduce((total, chunk) => total + chunk.loss, 0);
    const pairs = chunks.reduce((total, chunk) => total + chunk.pairs, 0);
    expect(pairs).toBe(2000 * (2 + 4 + 6) + 8000 * 2);
    expect(loss).toBe(sum / pairs);
    expect(tokens).toBe(2000 * (2 + 3 + 4) + 8000 * 2);
  }
  model.dispose();
});

test("before anything is learned the loss of a pair is that of coin tosses", async () => {
  // The two items are each other's only negatives: of 50 draws half fall on the target and are skipped.
  const data = Sequences.from(Array.from({ length: 500 }, () => ["a", "b"]));
  const model = new Item2Vec({
    dim: 4,
    negatives: 50,
    epochs: 1,
    learningRate: 1e-9,
    mode: "plain",
  });
  for await (const { loss } of model.train(data)) expect(loss / Math.LN2).toBeCloseTo(1 + 25, 0); // of 50,000 draws: ± 0.2
  model.dispose();
});

test("the learning rate falls linearly over the tokens of all epochs, to a ten-thousandth", async () => {
  const rules: { rate: number; decay: number; least: number; tokens: number }[] = [];
  await computeWith((out, _tables, chunk, _negatives, { rate, decay, least }, ...rest) => {
    rules.push({ rate, decay, least, tokens: chunk.tokens.length });
    idle(out, _tables, chunk, _negatives, { rate, decay, least } as never, ...rest);
  });
  const data = Sequences.from(Array.from({ length: 20_000 }, (_, n) => ["a", "b", `${n % 7}`]));
  const [epochs, learningRate] = [3, 0.5];
  const model = await new Item2Vec({ dim: 4, epochs, learningRate }).fit(data);
  expect(rules).toHaveLength(2 * epochs);
  let before = 0;
  for (const { rate, decay, least, tokens } of rules) {
    expect(rate).toBeCloseTo(learningRate * (1 - before / (epochs * 60_000)), 10);
    expect(decay).toBeCloseTo(learningRate / (epochs * 60_000), 12);
    expect(least).toBeCloseTo(learningRate * 1e-4, 12);
    before += tokens;
  }
  model.dispose();
});

test("negatives come by the power 0.75 of how often items occur, or by another", async () => {
  const counts = { a: 1, b: 16, c: 81, d: 256 };
  const data = Sequences.from(
    Object.entries(counts).map(([item, count]) => new Array<string>(count).fill(item)),
  );
  for (const alpha of [undefined, 0, 1]) {
    let shares: number[] = [];
    await computeWith((out, _tables, chunk, { thresholds, aliases, count }, ...rest) => {
      expect(count).toBe(7);
      shares = Array.from(thresholds, () => 0);
      thresholds.forEach((threshold, n) => {
        const kept = aliases[n] === n ? 1 : threshold / 2 ** 32;
        shares[n] += kept / thresholds.length;
        shares[aliases[n]] += (1 - kept) / thresholds.length;
      });
      idle(out, _tables, chunk, { thresholds, aliases, count }, ...rest);
    });
    const model = await new Item2Vec({
      dim: 4,
      negatives: 7,
      epochs: 1,
      ...(alpha !== undefined && { alpha }),
    }).fit(data);
    const powers = Object.values(counts).map((count) => count ** (alpha ?? 0.75));
    const total = powers.reduce((sum, power) => sum + power, 0);
    shares.forEach((share, n) => {
      expect(share).toBeCloseTo(powers[n] / total, 6);
    });
    model.dispose();
  }
});

test("vectors start uniform in ±1/dim, targets and what pads a row at 0, and each epoch draws anew", async () => {
  const keys: string[] = [];
  let start: { inputs: Float32Array; outputs: Float32Array; width: number } | undefined;
  const firsts: number[] = [];
  await computeWith((out, { inputs, outputs, dim }, ...rest) => {
    start ??= { inputs: inputs.slice(), outputs: outputs.slice(), width: dim };
    keys.push(String(rest[3]));
    firsts.push(rest[4]);
    idle(out, { inputs, outputs, dim }, ...rest);
  });
  const data = Sequences.from(Array.from({ length: 20_000 }, (_, n) => [`${n % 500}`, "x"]));
  const model = await new Item2Vec({ dim: 5, epochs: 2 }).fit(data);
  if (!start) throw new Error("nothing was trained");
  expect(start.width).toBe(8);
  expect(start.outputs.every((value) => value === 0)).toBe(true);
  const numbers: number[] = [];
  start.inputs.forEach((value, at) => {
    if (at % 8 < 5) numbers.push(value * 5);
    else expect(value).toBe(0);
  });
  expect(Math.min(...numbers)).toBeCloseTo(-1, 1);
  expect(Math.max(...numbers)).toBeCloseTo(1, 1);
  const mean = numbers.reduce((sum, value) => sum + value, 0) / numbers.length;
  expect(mean).toBeCloseTo(0, 1);
  expect(numbers.reduce((sum, value) => sum + value ** 2, 0) / numbers.length).toBeCloseTo(
    1 / 3,
    1,
  );
  expect(keys.length).toBe(4);
  expect(keys[0]).toBe(keys[1]);
  expect(keys[2]).not.toBe(keys[1]);
  expect(firsts).toEqual([0, 16_384, 0, 16_384]); // sequences before a chunk
  model.dispose();
});

test("items that occur too rarely are left out, and what stood on either side of them is adjacent", async () => {
  const data = Sequences.from(
    Array.from({ length: 200 }, (_, n) =>
      n % 2 ? ["a", `x${n}`, "b"] : ["c", `y${n}`, `z${n}`, "d"],
    ),
  );
  let trained: number[][] = [];
  await computeWith((out, tables, { tokens, offsets, globals }, ...rest) => {
    trained = Array.from(out.pairs, (_, s) => [...tokens.subarray(offsets[s], offsets[s + 1])]);
    jsKernels.skipGram(out, tables, { tokens, offsets, globals }, ...rest);
    expect([...out.pairs]).toEqual(trained.map(() => 2));
  });
  const model = await new Item2Vec({ dim: 8, window: 1, minCount: 2, epochs: 1 }).fit(data);
  expect(trained.map((sequence) => sequence.map((n) => model.items.id(n)).join(" "))).toEqual(
    trained.map((_, n) => (n % 2 ? "a b" : "c d")),
  );
  expect(trained).toHaveLength(200);
  expect(model.items.size).toBe(4);
  model.dispose();
});

test("a vocabulary that is emptied by the minimum count is an error that says how often items occur", async () => {
  const data = Sequences.from([
    ["a", "b"],
    ["a", "c"],
  ]);
  const model = new Item2Vec({ minCount: 3 });
  await expect(model.fit(data)).rejects.toThrow(
    new KithError(
      "Item2Vec: no item is left to train: the most frequent of 3 occurs 2 times, and minCount is 3; lower it",
    ),
  );
  await expect(new Item2Vec({ minCount: 2 }).fit(data)).rejects.toThrow(/at least two items.*rare/); // a alone is left
});

test("sequences without two items have nothing to learn from, which an error says", async () => {
  const model = new Item2Vec();
  const training = model.fit(Sequences.from([["a"], [], ["b"], ["a"]]));
  await expect(training).rejects.toThrow(TrainingError);
  await expect(training).rejects.toThrow(
    /^Item2Vec: expected sequences of at least two items.*none of 4 has/,
  );
  model.dispose();
});

test("subsampling keeps an occurrence by the share of its item in all tokens", async () => {
  // x is half of all tokens, and the others a hundredth each.
  const data = Sequences.from(Array.from({ length: 5000 }, (_, n) => ["x", `${n % 50}`]));
  const t = 0.005;
  let pairs = 0;
  let bounds: number[] = [];
  await computeWith((out, tables, chunk, negatives, rules, ...rest) => {
    jsKernels.skipGram(out, tables, chunk, negatives, rules, ...rest);
    pairs += out.pairs.reduce((sum, count) => sum + count, 0);
    bounds = [...(rules.keep ?? [])];
  });
  const model = await new Item2Vec({ dim: 4, epochs: 1, subsample: t, negatives: 1 }).fit(data);
  const keep = (f: number) => (Math.sqrt(f / t) + 1) * (t / f);
  expect(bounds[model.items.indexOf("x")] / 2 ** 32).toBeCloseTo(keep(0.5), 6);
  expect(bounds[model.items.indexOf("7")] / 2 ** 32).toBeCloseTo(Math.min(1, keep(0.01)), 6);
  const expected = 2 * 5000 * keep(0.5); // both of a pair are kept, and then each is once the centre
  expect(Math.abs(pairs - expected)).toBeLessThan(4 * 2 * Math.sqrt(5000 * keep(0.5)));
  model.dispose();
});

test("a training that subsampling leaves nothing of is an error", async () => {
  const data = Sequences.from(Array.from({ length: 50 }, () => ["a", "b"]));
  const model = new Item2Vec({ dim: 4, epochs: 1, subsample: 1e-12 });
  await expect(model.fit(data)).rejects.toThrow(/no examples to learn from.*subsampling/);
  model.dispose();
});

test("training that diverges is an error, and leaves nothing that could not be loaded", async () => {
  const model = new Item2Vec({ dim: 4, epochs: 5, learningRate: 1e30 });
  await expect(model.fit(plantedSequences(50))).rejects.toThrow(
    /diverged; lower the learning rate/,
  );
  expect(() => model.save()).toThrow(/call fit\(\) or load\(\) first/);
  await model.fit(plantedSequences(50), { signal: undefined }).catch(() => undefined);
  model.dispose();
});

test.each([1, 2, 3, 5, 8])("vectors of %d numbers are trained, saved and loaded", async (dim) => {
  const model = await new Item2Vec({ dim, epochs: 20, learningRate: 0.2 }).fit(
    Sequences.from([
      ["漢字", "🙂"],
      ["🙂", "漢字"],
    ]),
  );
  expect(model.vectors().shape).toEqual([2, dim]);
  expect(model.vectors().data.every(Number.isFinite)).toBe(true);
  const loaded = Item2Vec.load(model.save());
  expect(loaded.vectors()).toEqual(model.vectors());
  expect(loaded.similarItems("漢字", 1)).toEqual(model.similarItems("漢字", 1));
  const { tensors } = decodeModelFile(model.save());
  expect(tensors["items.target"].shape).toEqual([2, 4 * Math.ceil(dim / 4)]);
  expect([...tensors["items.count"].data]).toEqual([2, 2]);
  for (const one of [model, loaded]) one.dispose();
});

test("numbers may be ids, and equal sequences give equal vectors whatever the ids are", async () => {
  const data = plantedSequences(60);
  const renamed = Sequences.from(
    Array.from(data.lists(), (list) => list.map((id) => Number(String(id).replace("-", ".")) + 7)),
  );
  const models = await Promise.all(
    [data, renamed].map((of) => new Item2Vec({ dim: 6, epochs: 2 }).fit(of)),
  );
  expect(models[1].vectors()).toEqual(models[0].vectors());
  expect(models[1].similarItems(7, 3).scores).toEqual(models[0].similarItems("0-0", 3).scores);
  expect(typeof models[1].similarItems(7, 1).items[0]).toBe("number");
  expect(PLANTED.groups * PLANTED.size).toBe(models[0].items.size);
  for (const model of models) model.dispose();
});
