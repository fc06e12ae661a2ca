import type { Rng } from "@kith/core-tensors";
import { Features, type ItemPairs, type Sequences, type TokenSource } from "@kith/data";
import type { ItemRecommender } from "@kith/recommender";
import { DeepWalk, Eges, Item2Vec, Node2Vec } from "../src/index.ts";
import type { OpenedData } from "../src/skip-gram-recommender.ts";
import { plantedPairs, plantedSequences } from "./planted.ts";

/** Sequences of three chunks, which are told of before they are read. */
class ToldItem2Vec extends Item2Vec {
  onChunk: () => void = () => undefined;

  protected override open(data: Sequences): OpenedData {
    const opened = super.open(data);
    const told = (): void => this.onChunk();
    const source: TokenSource = {
      sequences: data.sequences,
      tokens: data.tokens,
      *chunks(size) {
        for (const chunk of data.chunks(size)) {
          told();
          yield chunk;
        }
      },
    };
    return { ...opened, source };
  }
}

const SHORT = { dim: 6, epochs: 3, window: 3, deterministic: true };
const pairs = plantedPairs();
const features = Features.from(pairs.items.ids().map((item) => ({ item, group: String(item)[0] })));

// biome-ignore lint/suspicious/noExplicitAny: each model with its data
const models: Record<string, [() => ItemRecommender<any>, unknown]> = {
  DeepWalk: [() => new DeepWalk({ ...SHORT, walkLength: 8 }), pairs],
  Node2Vec: [() => new Node2Vec({ ...SHORT, walkLength: 8, p: 0.5 }), pairs],
  Item2Vec: [() => new Item2Vec({ ...SHORT, subsample: 0.01 }), plantedSequences(100)],
  "Item2Vec with cbow": [() => new Item2Vec({ ...SHORT, mode: "cbow" }), plantedSequences(100)],
  Eges: [() => new Eges(SHORT), { graph: pairs, features }],
};

test.each(Object.entries(models))(
  "%s resumed after an epoch is to the bit the one that was not interrupted",
  async (_, [make, data]) => {
    const whole = await make().fit(data);
    const files: Uint8Array[] = [];
    const controller = new AbortController();
    const interrupted = make();
    await expect(
      interrupted.fit(data, {
        signal: controller.signal,
        checkpoint: ({ file }) => void files.push(file),
        onEpoch: ({ epoch }) => epoch === 2 && controller.abort(new Error("enough")),
      }),
    ).rejects.toThrow("enough");
    expect(files).toHaveLength(1);
    const epochs: number[] = [];
    const resumed = await make().fit(data, {
      resumeFrom: files[0],
      onEpoch: ({ epoch }) => void epochs.push(epoch),
    });
    expect(epochs).toEqual([3]);
    expect(Buffer.from(resumed.save()).equals(whole.save())).toBe(true);
    for (const one of [whole, interrupted, resumed]) one.dispose();
  },
);

test("training resumed within an epoch is to the bit the one that was not interrupted", async () => {
  const data = plantedSequences(2000, { length: 40 });
  const options = { dim: 4, window: 2, negatives: 2, epochs: 2, deterministic: true };
  const losses: number[] = [];
  const whole = await new ToldItem2Vec(options).fit(data, {
    onEpoch: ({ loss }) => void losses.push(loss),
  });
  let chunks = 0;
  const controller = new AbortController();
  const interrupted = new ToldItem2Vec(options);
  interrupted.onChunk = () => {
    if (++chunks === 3 + 2) controller.abort(new Error("enough")); // three were read to count, and one trained
  };
  const files: Uint8Array[] = [];
  await expect(
    interrupted.fit(data, {
      signal: controller.signal,
      checkpoint: ({ file, epoch }) => {
        expect(epoch).toBe(0);
        files.push(file);
      },
    }),
  ).rejects.toThrow("enough");
  const again: number[] = [];
  const resumed = await new ToldItem2Vec(options).fit(data, {
    resumeFrom: files[0],
    onEpoch: ({ loss }) => void again.push(loss),
  });
  expect(again).toEqual(losses);
  expect(Buffer.from(resumed.save()).equals(whole.save())).toBe(true);
  for (const one of [whole, interrupted, resumed]) one.dispose();
});

test("a checkpoint of other data, options or another model is refused", async () => {
  const files: Uint8Array[] = [];
  const model = await new DeepWalk({ ...SHORT, walkLength: 8 }).fit(pairs, {
    checkpointEvery: 1,
    checkpoint: ({ file }) => void files.push(file),
  });
  expect(files).toHaveLength(3);
  const [resumeFrom] = files;
  const others = pairs.select((row) => row > 0);
  await expect(
    new DeepWalk({ ...SHORT, walkLength: 8 }).fit(others, { resumeFrom }),
  ).rejects.toThrow(/same training data/);
  await expect(
    new DeepWalk({ ...SHORT, walkLength: 9 }).fit(pairs, { resumeFrom }),
  ).rejects.toThrow(/same option walkLength/);
  await expect(
    new Node2Vec({ ...SHORT, walkLength: 8 }).fit(pairs, { resumeFrom }),
  ).rejects.toThrow(/same model/);
  model.dispose();
});

test("an Eges checkpoint of other features is refused", async () => {
  const files: Uint8Array[] = [];
  const model = await new Eges(SHORT).fit(
    { graph: pairs, features },
    { checkpointEvery: 3, checkpoint: ({ file }) => void files.push(file) },
  );
  const other = Features.from(
    pairs.items.ids().map((item, n) => ({ item, group: n === 0 ? "9" : String(item)[0] })),
  );
  await expect(
    new Eges(SHORT).fit({ graph: pairs, features: other }, { resumeFrom: files[0] }),
  ).rejects.toThrow(/same training data/);
  model.dispose();
});

test("walks that are drawn again in each epoch train as those that are kept", async () => {
  let reads = 0;
  class Streaming extends DeepWalk {
    protected override open(data: ItemPairs, rng: Rng): OpenedData {
      const opened = super.open(data, rng);
      const { source } = opened;
      return {
        ...opened,
        keep: false,
        source: {
          sequences: source.sequences,
          tokens: source.tokens,
          chunks(size) {
            reads++;
            return source.chunks(size);
          },
        },
      };
    }
  }
  const options = { ...SHORT, walksPerNode: 50, walkLength: 30 }; // two chunks
  const [kept, streamed] = await Promise.all([
    new DeepWalk(options).fit(pairs),
    new Streaming(options).fit(pairs),
  ]);
  expect(reads).toBe(1 + 3);
  expect(Buffer.from(streamed.save()).equals(kept.save())).toBe(true);
  for (const one of [kept, streamed]) one.dispose();
});
