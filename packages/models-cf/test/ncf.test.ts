import { NotSupportedError, OptionError } from "@kith/core-tensors";
import { Interactions } from "@kith/data";
import { GMF, MLP, NeuMF } from "@kith/models-cf";
import { decodeModelFile, type StoredTensor } from "@kith/recommender";
import { randomInteractions } from "./support.ts";

const data = randomInteractions(4, 400, 20, 30);
const quick = { epochs: 3, learningRate: 0.01, batchSize: 32 };
const layers = [10, 7, 3];

type Tensors = Readonly<Record<string, StoredTensor>>;
const tensorsOf = (model: GMF | MLP | NeuMF): Tensors => decodeModelFile(model.save()).tensors;

/** The logit of a pair from what a file holds, by the formulas of the paper. */
function logit(tensors: Tensors, dim: number, u: number, i: number): number {
  const width = tensors["users.embedding"].shape[1];
  const row = (name: string, n: number) =>
    Array.from(tensors[name].data.subarray(n * width, (n + 1) * width) as Float32Array);
  const [p, q] = [row("users.embedding", u), row("items.embedding", i)];
  let z = [...p.slice(dim), ...q.slice(dim)];
  for (let n = 1; `layers.${n}.weight` in tensors; n++) {
    const { shape, data: w } = tensors[`layers.${n}.weight`];
    const input = z;
    z = Array.from({ length: shape[1] }, (_, j) =>
      Math.max(
        0,
        input.reduce((sum, x, k) => sum + x * Number(w[k * shape[1] + j]), 0) +
          Number(tensors[`layers.${n}.bias`].data[j]),
      ),
    );
  }
  const phi = [...p.slice(0, dim).map((x, d) => x * q[d]), ...z];
  const h = tensors["output.weight"].data;
  return phi.reduce((sum, x, n) => sum + x * Number(h[n]), Number(tensors["output.bias"].data[0]));
}

test.each([
  ["GMF", () => new GMF({ dim: 5, ...quick }), 5],
  ["MLP", () => new MLP({ layers, ...quick }), 0],
  ["NeuMF", () => new NeuMF({ dim: 5, layers, ...quick }), 5],
  [
    "NeuMF while it learns its parts",
    () => new NeuMF({ dim: 5, layers, ...quick, pretrainEpochs: 9 }),
    5,
  ],
] as const)("scores of %s are the logits of the paper", async (name, make, dim) => {
  const model = make();
  for await (const _ of model.train(data)) if (name.includes("while")) break;
  const tensors = tensorsOf(model);
  const shift = name === "GMF" ? Number(tensors["output.bias"].data[0]) : 0; // the same for all items
  for (const u of [0, 7, 19]) {
    const scores = model.scores(data.users.id(u));
    scores.forEach((score, i) => {
      expect(score + shift).toBeCloseTo(logit(tensors, dim, u, i), 4);
    });
  }
  model.dispose();
});

test("NeuMF begins with α times GMF's output and 1 − α times MLP's, biases as well", async () => {
  const gmf = await new GMF({ dim: 5, ...quick }).fit(data);
  const mlp = await new MLP({ layers, ...quick, seed: 3 }).fit(data);
  const still = { epochs: 1, learningRate: 1e-12, optimizer: "sgd", alpha: 0.3 } as const;
  // the same people and things in another order
  const turned = Interactions.from(Array.from(data.rows()).reverse());
  const model = await NeuMF.fromPretrained(gmf, mlp, still).fit(turned);
  expect(model.options).toMatchObject({ dim: 5, layers, pretrainEpochs: 0 });
  const [one, other] = [tensorsOf(gmf), tensorsOf(mlp)];
  for (const u of [0, 5, 11]) {
    const scores = model.scores(data.users.id(u));
    for (let i = 0; i < data.items.size; i++)
      expect(scores[model.items.indexOf(data.items.id(i))]).toBeCloseTo(
        0.3 * logit(one, 5, u, i) + 0.7 * logit(other, 0, u, i),
        4,
      );
  }
  expect(() => NeuMF.fromPretrained(gmf, mlp, { dim: 3 } as object)).toThrow(OptionError);
  expect(() => NeuMF.fromPretrained(new GMF(), mlp)).toThrow(/GMF.*fit/);
  for (const each of [gmf, mlp, model]) each.dispose();
});

test.each([
  ["in pre-training", 2],
  ["after the fusion", 5],
] as const)("training interrupted %s goes on to the same bits", async (_, epochs) => {
  const make = () => new NeuMF({ dim: 5, layers, ...quick, pretrainEpochs: 4 });
  const whole = await make().fit(data);
  const controller = new AbortController();
  let file: Uint8Array | undefined;
  const first = make();
  await first
    .fit(data, {
      signal: controller.signal,
      onEpoch: ({ epoch }) => (epoch === epochs ? controller.abort() : undefined),
      checkpoint: (checkpoint) => {
        file = checkpoint.file;
      },
    })
    .catch(() => undefined);
  const resumed = await make().fit(data, { resumeFrom: file });
  expect(Buffer.from(resumed.save()).equals(Buffer.from(whole.save()))).toBe(true);
  for (const model of [whole, first, resumed]) model.dispose();
});

test("the best epoch may be one of pre-training, and answers as it did then", async () => {
  const made = () => new NeuMF({ dim: 5, layers, ...quick, pretrainEpochs: 2, epochs: 2 });
  const model = made();
  const after: Record<number, Float32Array> = {};
  const found: number[] = [];
  for await (const { epoch, validation } of model.train(data, {
    validation: { data, metrics: ["ndcg@10"], metric: "ndcg@10" },
  })) {
    after[epoch] = model.scores(data.users.id(0));
    found.push(validation?.["ndcg@10"] ?? 0);
  }
  const best = 1 + found.indexOf(Math.max(...found));
  expect(model.scores(data.users.id(0))).toEqual(after[best]);
  model.dispose();
});

test.each([
  ["GMF", (options: object) => new GMF({ dim: 16, ...options })],
  ["MLP", (options: object) => new MLP({ layers: [32, 16, 8], ...options })],
  ["NeuMF", (options: object) => new NeuMF({ dim: 8, layers: [32, 16, 8], ...options })],
] as const)("%s learns a small world by heart", async (_, make) => {
  // every user lacks one item, so that negatives are no noise
  const rows = [0, 1, 2, 3, 4, 5].flatMap((u) =>
    [0, 1, 2, 3, 4, 5].filter((i) => i !== u).map((i): [string, string] => [`u${u}`, `i${i}`]),
  );
  const losses: number[] = [];
  const model = make({ epochs: 300, learningRate: 0.01, batchSize: 1000 });
  for await (const { loss } of model.train(Interactions.from(rows))) losses.push(loss);
  expect(losses[0]).toBeCloseTo(Math.LN2, 1); // logits begin near 0
  expect(losses[losses.length - 1]).toBeLessThan(0.1);
  model.dispose();
});

test("a newcomer with a user's history is recommended much what the user is", async () => {
  const rows: [string, string][] = [];
  for (let u = 0; u < 60; u++)
    for (let n = 0; n < 12; n++) rows.push([`u${u}`, `i${(u % 3) * 20 + ((u * 7 + n * n) % 20)}`]);
  const world = Interactions.from(rows);
  for (const model of [
    new GMF({ epochs: 40, learningRate: 0.005 }),
    new MLP({ layers: [16, 8], epochs: 40, learningRate: 0.005 }),
    new NeuMF({ layers: [16, 8], epochs: 20, learningRate: 0.005 }),
  ]) {
    await model.fit(world);
    let same = 0;
    for (let u = 0; u < 12; u++) {
      const own = model.recommend(`u${u}`, { k: 10 }).items;
      const profile = model.foldIn(Array.from(world.itemsOf(u), (i) => world.items.id(i)));
      const newcomer = model.recommend(profile, { k: 10 }).items;
      same += newcomer.filter((item) => own.includes(item)).length;
      expect(model.recommend(profile, { k: 10 }).items).toEqual(newcomer);
    }
    expect(same / 120).toBeGreaterThan(0.7);
    model.dispose();
  }
});

test("users who have everything teach nothing, and are answered all the same", async () => {
  const rows = [...data.rows()].map(({ user, item }): [string, string] => [
    String(user),
    String(item),
  ]);
  const full = data.items.ids().map((item): [string, string] => ["glutton", String(item)]);
  const model = await new GMF(quick).fit(Interactions.from([...rows, ...full]));
  expect(model.recommend("glutton", { k: 3 }).items).toHaveLength(3);
  model.dispose();
  await expect(new GMF(quick).fit(Interactions.from(full))).rejects.toThrow(
    /GMF: no negatives can be drawn.*at least two items/,
  );
});

test("it says what it cannot do, and which layers it takes", async () => {
  const model = await new MLP({ layers, ...quick }).fit(data);
  expect(() => model.explain(data.users.id(0), data.items.id(0))).toThrow(NotSupportedError);
  model.dispose();
  for (const wrong of [[], [8], [7, 4], [8, 0], [8, 2.5], 8, ["8", "4"]])
    expect(() => new MLP({ layers: wrong as number[] })).toThrow(/option "layers".*even/);
});
