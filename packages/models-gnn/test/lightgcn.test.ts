import { checkerboard, heapInUse } from "@kith/contract-test";
import {
  heap,
  MemoryError,
  NotFittedError,
  OptionError,
  Rng,
  TrainingError,
} from "@kith/core-tensors";
import { Interactions, Vocabulary } from "@kith/data";
import { type Checkpoint, decodeModelFile, evaluate } from "@kith/recommender";
import { LightGCN, type LightGCNOptions } from "../src/index.ts";
import fixture from "./fixtures/lightgcn.json";
import { distance, meanOfLayers, parameters, rowsOf } from "./support/dense.ts";
import { inputs, smallData, trainings } from "./support/inputs.ts";

/** Trains, and what came of it: the tables to answer from, the parameters after each epoch, and the losses. */
async function train(options: LightGCNOptions, data: Interactions) {
  const checkpoints: Checkpoint[] = [];
  const losses: number[] = [];
  const model = await new LightGCN(options).fit(data, {
    checkpointEvery: 1,
    checkpoint: (checkpoint) => void checkpoints.push(checkpoint),
    onEpoch: ({ loss }) => void losses.push(loss),
  });
  const { tensors } = decodeModelFile(model.save());
  const table = (name: string) => tensors[name].data as Float32Array;
  return {
    model,
    losses,
    e0: checkpoints.map(parameters),
    users: table("users.embedding"),
    items: table("items.embedding"),
    shares: table("items.share"),
  };
}

const unit = (row: number[]) => {
  const length = Math.hypot(...row);
  return row.map((x) => x / length);
};

describe.each(Object.entries(trainings))("%s, as PyTorch trains it", (name, options) => {
  const { inputs: given, expected } = fixture[name as keyof typeof fixture];

  test("begins with the fixture's embeddings and batches", () => {
    const { e0, batches } = inputs(options);
    expect(batches).toEqual(given.batches); // else run test/fixtures/dump.mts and make.py again
    expect(distance(e0, given.e0)).toBeLessThan(1e-7);
  });

  test("has its losses, its parameters and its embeddings", async () => {
    const { losses, e0, users, items, model } = await train(options, smallData());
    expected.epochs.forEach(({ losses: [first, second], e0: wanted }, n) => {
      expect(losses[n]).toBeCloseTo((first + second) / 2, 5);
      expect(distance(e0[n], wanted)).toBeLessThan(2e-4);
    });
    const wanted = rowsOf(expected.embeddings, 4);
    const ranked = options.loss === "softmax" ? wanted.slice(10).map(unit) : wanted.slice(10);
    expect(distance(users, wanted.slice(0, 10).flat())).toBeLessThan(2e-4);
    const known = 8 * 4; // the item without edges is the first, and its length is far from that of the others
    expect(distance(items.slice(-known), ranked.flat().slice(-known))).toBeLessThan(1e-3);
    model.dispose();
  });
});

describe("embeddings", () => {
  const data = smallData();

  test.each([0, 1, 2, 3, 4])("are 1/(K+1) Σ Ãᵏ E⁽⁰⁾ for K = %i", async (layers) => {
    const { model, e0, users, items } = await train({ dim: 5, layers, epochs: 1 }, data);
    const expected = meanOfLayers(data, rowsOf(e0[0], 5), layers).flat();
    expect(distance([...users, ...items], expected)).toBeLessThan(1e-6);
    const scores = model.scores("user 1");
    const [u, rows] = [data.users.indexOf("user 1"), rowsOf(expected, 5)];
    const dot = (i: number) => rows[u].reduce((sum, x, j) => sum + x * rows[10 + i][j], 0);
    expect(distance(scores, Array.from(scores.keys(), dot))).toBeLessThan(1e-6);
    model.dispose();
  });

  test("are those of matrix factorisation for K = 0: the parameters themselves", async () => {
    const { model, e0, users, items } = await train({ dim: 3, layers: 0, epochs: 2 }, data);
    expect([...users, ...items]).toEqual([...e0[1]]);
    model.dispose();
  });

  test.each([0, 0.5, 1])("of items are divided by ‖eᵢ‖^β with softmax, β = %d", async (beta) => {
    const options = { dim: 5, layers: 2, epochs: 1, loss: "softmax" } as const;
    const { model, e0, items } = await train({ ...options, lengthNormalization: beta }, data);
    const expected = meanOfLayers(data, rowsOf(e0[0], 5), 2)
      .slice(10)
      .flatMap((row) => row.map((x) => x / Math.hypot(...row) ** beta));
    expect(distance(items, expected)).toBeLessThan(1e-5);
    model.dispose();
  });

  test("of items rank by the cosine with softmax unless told otherwise", async () => {
    const options = { dim: 5, layers: 2, epochs: 1, loss: "softmax" } as const;
    const { model, items } = await train(options, data);
    for (const row of rowsOf(items, 5)) expect(Math.hypot(...row)).toBeCloseTo(1, 5);
    model.dispose();
  });

  test("of users and items without interactions are E⁽⁰⁾ / (K+1), and move nobody else's", async () => {
    const { model, e0, users } = await train({ dim: 5, layers: 3, epochs: 1 }, data);
    const lonely = data.users.indexOf("user 9");
    expect(data.itemsOf(lonely)).toHaveLength(0);
    for (let j = 0; j < 5; j++)
      expect(users[lonely * 5 + j]).toBeCloseTo(e0[0][lonely * 5 + j] / 4, 6);
    expect(model.explain("user 9", "item 1")).toEqual([]);
    expect(model.recommend("user 9", { k: 3, excludeSeen: true }).items).toHaveLength(3);
    model.dispose();
  });

  test("know nothing of held-out edges", async () => {
    const whole = checkerboard(10);
    const held = (row: number) => row % 4 === 0;
    const part = whole.select((row) => !held(row));
    const { model, e0, users } = await train({ dim: 4, layers: 2, epochs: 1 }, part);
    const [without, withThem] = [part, whole].map((edges) =>
      meanOfLayers(edges, rowsOf(e0[0], 4), 2).slice(0, 10).flat(),
    );
    expect(distance(users, without)).toBeLessThan(1e-6);
    expect(distance(users, withThem)).toBeGreaterThan(1e-3);
    model.dispose();
  });
});

test("training reaches nodes without edges only through the penalty and as negatives", async () => {
  const data = smallData();
  const options = { dim: 4, epochs: 5, regularization: 0, loss: "softmax", seed: 3 } as const;
  const { model, e0 } = await train(options, data);
  const lonely = data.users.indexOf("user 9") * 4;
  const begin = inputs({ ...options, epochs: 1 }).e0;
  expect([...e0[4].slice(lonely, lonely + 4)]).toEqual(begin.slice(lonely, lonely + 4));
  model.dispose();
});

describe("somebody it was not trained on", () => {
  const data = checkerboard(20);

  test("with the history of a training user gets that user's embedding but for 1/(K+1) E⁽⁰⁾", async () => {
    const { model, e0, users, shares } = await train({ dim: 6, layers: 3, epochs: 3 }, data);
    for (let u = 0; u < 20; u++) {
      const history = data.itemsOf(u);
      for (let j = 0; j < 6; j++) {
        const folded = history.reduce((sum, i) => sum + shares[i * 6 + j], 0);
        expect(folded / Math.sqrt(history.length)).toBeCloseTo(
          users[u * 6 + j] - e0[2][u * 6 + j] / 4,
          5,
        );
      }
    }
    model.dispose();
  });

  test.each(["bpr", "softmax"] as const)("points where that user does (%s)", async (loss) => {
    const options = { dim: 8, epochs: 40, learningRate: 0.02, batchSize: 64, loss } as const;
    const model = await new LightGCN(options).fit(data);
    for (const u of [0, 7, 13]) {
      const own = model.scores(`u${u}`);
      const folded = model.scores(
        model.foldIn(Array.from(data.itemsOf(u), (i) => data.items.id(i))),
      );
      const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, n) => sum + x * b[n], 0);
      const cosine = dot(own, folded) / Math.sqrt(dot(own, own) * dot(folded, folded));
      expect(cosine).toBeGreaterThan(0.95);
    }
    model.dispose();
  });
});

test("as many negatives as items are all items", async () => {
  const data = smallData();
  const options = { loss: "softmax", epochs: 2, dim: 4 } as const;
  const [all, many, few] = [
    await new LightGCN({ ...options, negatives: 0 }).fit(data),
    await new LightGCN({ ...options, negatives: 2e9 }).fit(data),
    await new LightGCN({ ...options, negatives: 3 }).fit(data),
  ];
  expect(many.scores("user 1")).toEqual(all.scores("user 1"));
  expect(few.scores("user 1")).not.toEqual(all.scores("user 1"));
  for (const model of [all, many, few]) model.dispose();
});

test.each<LightGCNOptions>([
  { epochs: 3, batchSize: 7 },
  { epochs: 3, batchSize: 7, loss: "softmax", negatives: 3 },
])("interrupted and resumed it ends as if uninterrupted: %j", async (options) => {
  const data = smallData();
  const validation = { data, metrics: ["ndcg@5"], metric: "ndcg@5" };
  const whole = await new LightGCN({ dim: 4, ...options }).fit(data, { validation });
  for (const polls of [0, 1, 4, 6, 11, 13]) {
    // Aborts when the training asks for the n-th time whether it should stop.
    let asked = 0;
    const reason = new Error("stop");
    const signal = {
      get aborted() {
        return asked++ >= polls;
      },
      throwIfAborted() {
        throw reason;
      },
    } as unknown as AbortSignal;
    const handed: Checkpoint[] = [];
    const training = new LightGCN({ dim: 4, ...options }).fit(data, {
      validation,
      signal,
      checkpoint: (checkpoint) => void handed.push(checkpoint),
    });
    await expect(training).rejects.toBe(reason);
    const resumed = await new LightGCN({ dim: 4, ...options }).fit(data, {
      validation,
      resumeFrom: handed[0].file,
    });
    expect(Buffer.from(resumed.save()).equals(whole.save())).toBe(true);
    resumed.dispose();
  }
  whole.dispose();
});

describe("memory", () => {
  const data = checkerboard(60);

  test.each(["bpr", "softmax"] as const)("is the same after epoch 2 and 5 (%s)", async (loss) => {
    const model = new LightGCN({ epochs: 5, dim: 16, loss, batchSize: 256 });
    const used: number[] = [];
    for await (const _ of model.train(data)) used.push(heap().allocated);
    expect(used[4]).toBe(used[1]);
    model.dispose();
  });

  test("is the same after one model and after a hundred", async () => {
    const one = async (seed: number) => {
      const loss = seed % 2 ? "bpr" : "softmax";
      const model = new LightGCN({ epochs: 2, dim: 8, loss, seed, batchSize: 512 });
      await model.fit(data);
      model.recommend("u1", { excludeSeen: true });
      model.dispose();
    };
    await one(0);
    await one(1);
    const before = heapInUse();
    for (let seed = 2; seed < 100; seed++) await one(seed);
    expect(heapInUse()).toBe(before);
  });

  test("that there is not is refused beforehand, and an earlier model's users are not mixed with new ones", async () => {
    const model = await new LightGCN({ dim: 4096, epochs: 1 }).fit(checkerboard(4));
    model.dispose();
    const before = heapInUse();
    await model.fit(checkerboard(4));
    const ids = Vocabulary.from(Array.from({ length: 40_000 }, (_, n) => n));
    const [user, item] = [Uint32Array.of(0, 1), Uint32Array.of(0, 1)];
    const huge = Interactions.fromColumns({ users: ids, items: ids, user, item });
    const training = model.fit(huge);
    await expect(training).rejects.toThrow(MemoryError);
    await expect(training).rejects.toThrow(
      /^LightGCN: embeddings of 80,000 users and items × 4096, .* needs about [\d,]+ MiB/,
    );
    expect(() => model.recommend(0)).toThrow(NotFittedError);
    expect(heapInUse()).toBe(before);
  });

  test("is given back when data are refused", async () => {
    const before = heapInUse();
    const oneItem = Interactions.from([
      ["u", "i"],
      ["v", "i"],
    ]);
    await expect(new LightGCN().fit(oneItem)).rejects.toThrow("no triple can be drawn");
    expect(heapInUse()).toBe(before);
  });
});

test.each([
  [1e9, "bpr"],
  [1e30, "bpr"],
  [1e300, "bpr"],
  [1e30, "softmax"],
  [1e300, "softmax"],
] as const)(
  "a learning rate of %d (%s) diverges into an error or stays finite",
  async (learningRate, loss) => {
    const before = heapInUse();
    const model = new LightGCN({ dim: 4, epochs: 30, learningRate, loss, batchSize: 32 });
    const error: unknown = await model.fit(checkerboard(12)).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (learningRate === 1e300 || (loss === "bpr" && learningRate > 1e9)) {
      expect(error).toBeInstanceOf(TrainingError);
      expect((error as Error).message).toMatch(
        /LightGCN: .*training diverged; lower the learning rate/,
      );
    }
    if (error) expect(error).toBeInstanceOf(TrainingError);
    else expect(model.scores("u1").every(Number.isFinite)).toBe(true);
    model.dispose();
    expect(heapInUse()).toBe(before);
  },
);

test.each<[LightGCNOptions, string]>([
  [{ dim: 0 }, 'option "dim" must be a whole number from 1 to 4096, got 0'],
  [{ dim: 1e9 }, 'option "dim" must be a whole number from 1 to 4096, got 1000000000'],
  [{ dim: 2.5 }, 'option "dim"'],
  [{ layers: -1 }, 'option "layers" must be a whole number from 0 to 16'],
  [{ layers: 17 }, 'option "layers"'],
  [{ loss: "bce" as "bpr" }, 'option "loss" must be one of "bpr", "softmax", got "bce"'],
  [{ epochs: 0 }, 'option "epochs"'],
  [{ batchSize: 0 }, 'option "batchSize"'],
  [{ learningRate: 0 }, 'option "learningRate" must be a finite number above 0'],
  [{ learningRate: Number.NaN }, 'option "learningRate"'],
  [{ regularization: -1 }, 'option "regularization"'],
  [{ temperature: 0 }, 'option "temperature"'],
  [{ negatives: -1 }, 'option "negatives"'],
  [{ lengthNormalization: -1 }, 'option "lengthNormalization"'],
  [{ seed: 0.5 }, 'option "seed"'],
  [
    { embeddingDim: 64 } as LightGCNOptions,
    'option "embeddingDim" is unknown; it takes layers, dim, loss',
  ],
])("refuses %j by name", (options, message) => {
  expect(() => new LightGCN(options)).toThrow(OptionError);
  expect(() => new LightGCN(options)).toThrow(`LightGCN: ${message}`);
});

test("learns groups of users that share items, and ranks what is held out of them first", async () => {
  const rng = new Rng(2);
  const pairs: [number, number][] = [];
  for (let user = 0; user < 200; user++)
    for (let n = 0; n < 12; n++) pairs.push([user, (user % 5) * 20 + rng.below(20)]);
  const all = Interactions.from(pairs).deduplicate({ keep: "first" }).data;
  const data = all.select((row) => row % 5 > 0);
  const held = all.select((row) => row % 5 === 0);
  for (const options of [
    { loss: "bpr", learningRate: 0.01, epochs: 20, batchSize: 256 },
    { loss: "softmax", learningRate: 0.01, epochs: 5, batchSize: 256 },
  ] as const) {
    const model = await new LightGCN({ dim: 16, ...options }).fit(data);
    const { metrics } = await evaluate(model, held, { metrics: ["recall@20"] });
    expect(metrics["recall@20"]).toBeGreaterThan(0.95); // of 20 items of the group, those seen left out
    model.dispose();
  }
});
