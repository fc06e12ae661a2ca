import { KithError, NotFittedError, OptionError, Rng, TrainingError } from "@kith/core-tensors";
import { type Id, ItemPairs, Sequences } from "@kith/data";
import { decodeModelFile } from "@kith/recommender";
import { DeepWalk, Item2Vec } from "../src/index.ts";
import { plantedAuc, plantedPairs, plantedSequences } from "./planted.ts";

const OPTIONS = { dim: 6, epochs: 5, learningRate: 0.1, deterministic: true };
const OLD = plantedSequences(200, { of: { groups: 2, size: 8 } });
/** New items n0 … n7 among those of group 0, and three that come once. */
const rng = new Rng(5);
const NEW = Sequences.from([
  ...Array.from({ length: 150 }, () =>
    Array.from({ length: 8 }, (_, t) => `${t % 2 ? "n" : "0-"}${rng.below(8)}`),
  ),
  ["rare1", "0-1", "rare2", "0-2", "rare3"],
]);

function trained(options: object = {}): Promise<Item2Vec> {
  return new Item2Vec({ ...OPTIONS, ...options }).fit(OLD);
}

function counts(model: Item2Vec): Record<Id, number> {
  const { data } = decodeModelFile(model.save()).tensors["items.count"];
  return Object.fromEntries(Array.from(data, (count, n) => [model.items.id(n), count]));
}

test("new items get vectors near those they occur with, and the report says what came", async () => {
  const model = await trained({ minCount: 2 });
  const known = model.items.ids();
  const before = counts(model);
  const losses: number[] = [];
  const report = await model.partialFit(NEW, { onEpoch: ({ loss }) => void losses.push(loss) });
  const occurrences = Array.from(NEW.lists()).flat();
  expect(report).toEqual({ items: 24, added: 8, rare: 3, tokens: occurrences.length - 3 });
  expect(losses).toHaveLength(5);
  expect(model.items.ids().slice(0, 16)).toEqual(known); // the known ones keep their numbers
  expect(model.items.has("rare1")).toBe(false);
  const after = counts(model);
  for (const id of model.items.ids())
    expect(after[id]).toBe((before[id] ?? 0) + occurrences.filter((other) => other === id).length);
  for (const n of [0, 3, 7])
    expect(
      model.similarItems(`n${n}`, 5).items.filter((id) => String(id).startsWith("1-")),
    ).toEqual([]);
  model.dispose();
});

test("what the data have moves on from where it was, and the rest stays to the bit", async () => {
  const model = await trained();
  const vectors = () => new Map(model.items.ids().map((id) => [id, [...model.vector(id)]]));
  const before = vectors();
  await model.partialFit(NEW, { epochs: 1, learningRate: 1e-4 });
  const after = vectors();
  const moved = (id: Id) => {
    const [a, b] = [before.get(id) ?? [], after.get(id) ?? []];
    return Math.hypot(...a.map((value, d) => value - b[d])) / Math.hypot(...a);
  };
  for (let n = 0; n < 8; n++) {
    expect(moved(`1-${n}`)).toBe(0);
    expect(moved(`0-${n}`)).toBeGreaterThan(0);
    expect(moved(`0-${n}`)).toBeLessThan(0.05); // from where it was, not from a new start
  }
  model.dispose();
});

test("an item of before counts among the negatives as often as it has ever occurred", async () => {
  // Of group 1 nothing occurs any more: its targets are drawn as negatives all the same, and so change.
  const model = await trained();
  const targets = () => decodeModelFile(model.save()).tensors["items.target"].data.slice(0, 16 * 8);
  const before = targets();
  await model.partialFit(NEW, { epochs: 1 });
  const after = targets();
  const row = model.items.indexOf("1-3");
  expect(after.slice(row * 8, row * 8 + 8)).not.toEqual(before.slice(row * 8, row * 8 + 8));
  model.dispose();
});

test("a model that was loaded goes on as the one that was saved", async () => {
  const model = await trained();
  const loaded = Item2Vec.load(model.save());
  const [report, same] = [await model.partialFit(NEW), await loaded.partialFit(NEW)];
  expect(same).toEqual(report);
  expect(Buffer.from(loaded.save()).equals(model.save())).toBe(true);
  for (const one of [model, loaded]) one.dispose();
});

test("each time draws other numbers than the last", async () => {
  const model = await trained();
  await model.partialFit(OLD, { epochs: 1 });
  const once = model.vectors().data;
  const again = await trained();
  await again.partialFit(OLD, { epochs: 1 });
  expect(again.vectors().data).toEqual(once);
  await again.partialFit(OLD, { epochs: 1 });
  const other = await trained({ epochs: 1 });
  await other.partialFit(OLD, { epochs: 1 });
  expect(other.vectors().data).not.toEqual(once);
  for (const one of [model, again, other]) one.dispose();
});

test("numbers of an epoch's tokens and validation are reported as in fit", async () => {
  const model = await trained();
  const test = ItemPairs.from([
    { source: "0-1", target: "0-2", label: 1 },
    { source: "0-1", target: "1-2", label: 0 },
  ]);
  const seen: (number | undefined)[] = [];
  const { tokens } = await model.partialFit(NEW, {
    epochs: 2,
    validation: { data: test, metrics: ["auc"] },
    onEpoch: (epoch) => void seen.push(epoch.tokens, epoch.validation?.auc),
  });
  expect(seen).toEqual([tokens, expect.any(Number), tokens, expect.any(Number)]);
  model.dispose();
});

test.each([
  ["before it begins", 0],
  ["after its first epoch", 1],
])("one that is interrupted %s leaves a model to use, save and train on", async (_, epochs) => {
  const model = await trained();
  const controller = new AbortController();
  if (epochs === 0) controller.abort(new Error("enough"));
  await expect(
    model.partialFit(NEW, {
      signal: controller.signal,
      onEpoch: () => controller.abort(new Error("enough")),
    }),
  ).rejects.toThrow("enough");
  expect(model.items.has("n3")).toBe(epochs > 0);
  expect(model.items.size).toBe(epochs > 0 ? 27 : 16);
  const loaded = Item2Vec.load(model.save());
  expect(loaded.similarItems("0-1", 3)).toEqual(model.similarItems("0-1", 3));
  await model.partialFit(NEW);
  expect(model.items.size).toBe(27);
  for (const one of [model, loaded]) one.dispose();
});

test("one that is interrupted while many new items get their first vectors leaves the model that was there", async () => {
  const model = await new DeepWalk({ ...OPTIONS, walksPerNode: 1, walkLength: 4 }).fit(
    plantedPairs(),
  );
  const file = model.save();
  const many = ItemPairs.from(Array.from({ length: 20_000 }, (_, n) => [`x${n}`, `x${n + 1}`]));
  // Aborted at each turn that it gives others, until it is through.
  let turns = 0;
  for (; ; turns++) {
    let left = turns;
    const signal = {
      get aborted() {
        return left <= 0;
      },
      throwIfAborted() {
        if (left-- <= 0) throw new Error("enough");
      },
    } as AbortSignal;
    const error: unknown = await model.partialFit(many, { signal, epochs: 1 }).catch((e) => e);
    expect(error).toEqual(new Error("enough"));
    if (model.items.size > 32) break; // all have theirs, and training had begun
    expect(Buffer.from(model.save()).equals(file)).toBe(true);
  }
  expect(turns).toBeGreaterThan(4); // 4096 vectors a turn
  expect(model.items.size).toBe(20_033);
  model.dispose();
});

test("data that cannot be learned leave the model as it was", async () => {
  const model = await trained({ minCount: 5 });
  const file = model.save();
  await expect(model.partialFit(Sequences.from([["q", "r"]]))).rejects.toThrow(
    /no item is left to train/,
  );
  await expect(model.partialFit(Sequences.from([]))).rejects.toThrow(KithError);
  await expect(model.partialFit(Sequences.from([[1, 2, 1, 2, 1, 2, 1, 2, 1, 2]]))).rejects.toThrow(
    /all numbers or all strings/,
  );
  expect(Buffer.from(model.save()).equals(file)).toBe(true);
  await expect(model.partialFit(Sequences.from([["0-1"], ["0-2"]]))).rejects.toThrow(TrainingError);
  expect(model.vectors().data).toEqual(decodeModelFile(file).tensors["items.embedding"].data);
  model.dispose();
});

test("options are checked before anything changes", async () => {
  const model = await trained();
  const file = model.save();
  for (const options of [
    { epochs: 0 },
    { epochs: 1.5 },
    { epochs: Number.NaN },
    { learningRate: 0 },
    { learningRate: Number.NaN },
    { resumeFrom: file },
    { checkpoint: () => undefined },
    { epoch: 3 },
  ] as object[])
    await expect(model.partialFit(NEW, options)).rejects.toThrow(OptionError);
  expect(Buffer.from(model.save()).equals(file)).toBe(true);
  model.dispose();
  await expect(new Item2Vec().partialFit(NEW)).rejects.toThrow(NotFittedError);
});

test("walks over new pairs reach the known items that are in them", async () => {
  const model = await new DeepWalk({
    dim: 8,
    walksPerNode: 20,
    walkLength: 10,
    window: 3,
    learningRate: 0.1,
  }).fit(plantedPairs({ groups: 2, size: 8 }));
  const pairs = Array.from({ length: 8 }, (_, n): [string, string] => ["new", `1-${n}`]);
  const report = await model.partialFit(
    ItemPairs.from([...pairs, ["new", "new"], ["lonely", "lonely"]]),
  );
  expect(report).toMatchObject({ items: 17, added: 1, rare: 1 });
  expect(model.items.has("lonely")).toBe(false);
  const { items } = model.recommend("new", { k: 8, excludeSeen: true });
  expect(items.filter((id) => String(id).startsWith("1-")).length).toBeGreaterThanOrEqual(7);
  expect(await plantedAuc(model, { groups: 2, size: 8 })).toBeGreaterThan(0.8); // what was learned is not gone
  model.dispose();
});
