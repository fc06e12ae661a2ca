import { heap, MemoryError, Rng, useBackend } from "@kith/core-tensors";
import { Interactions, Vocabulary } from "@kith/data";
import { Popularity } from "@kith/models-cf";
import { GraphSAGE, LightGCN } from "@kith/models-gnn";
import { evaluate } from "@kith/recommender";
import type { Bench } from "../bench.ts";

const GIB = 2 ** 30;
/** Users of a community, who mostly see items of the same community. */
const COMMUNITY = 3000;
/** Share of the interactions that stay within a community. */
const WITHIN = 0.8;
/** Share of the interactions that are purchases, which are learned to rank; the others are views, in the graph alone. */
const PURCHASES = 0.05;
/** Users whose last purchase is asked for. */
const ASKED = 2000;

/** Mini-batches of sampled neighbourhoods on a graph that no full-graph model takes. */
export const largeGraphBench: Bench = {
  name: "large-graph",
  about:
    "GraphSAGE on a synthetic graph of --users 600000, --items 400000 and --interactions 20000000: memory and time, against 8 GB",
  async run({ flags, log }) {
    await useBackend({ threads: 2 });
    const users = Number(flags.users ?? 600_000);
    const items = Number(flags.items ?? 400_000);
    const interactions = Number(flags.interactions ?? 20_000_000);
    const seed = Number(flags.seed ?? 42);
    const settings = {
      targetTypes: ["purchase"],
      fanOut: [10, 5],
      dim: Number(flags.dim ?? 64),
      batchSize: Number(flags["batch-size"] ?? 4096),
      epochs: Number(flags.epochs ?? 1),
      negatives: 2048,
      learningRate: 0.01,
      seed,
    };
    const rssGiB = () => (process.resourceUsage().maxRSS * 1024) / GIB;

    const started = performance.now();
    const { train, test } = shop(users, items, interactions, new Rng(seed));
    const generated = (performance.now() - started) / 1000;
    log(
      `${train.length.toLocaleString("en-US")} interactions, made in ${generated.toFixed(0)} s, ${rssGiB().toFixed(1)} GiB at most so far`,
    );

    let refusal = "";
    const tooLarge = new LightGCN({ dim: 1024 });
    try {
      for await (const _ of tooLarge.train(train)) break;
    } catch (error) {
      if (!(error instanceof MemoryError)) throw error;
      refusal = error.message;
    } finally {
      tooLarge.dispose();
    }
    log(`refused, as it must be: ${refusal}`);

    const popularity = await new Popularity().fit(train.ofTypes(["purchase"]));
    const baseline = (await evaluate(popularity, test, { metrics: ["recall@20"] })).metrics;
    popularity.dispose();
    log(`popularity: Recall@20 ${baseline["recall@20"].toFixed(4)}`);

    const model = new GraphSAGE(settings);
    const begun = performance.now();
    let [peakHeap, losses, epochSeconds]: [number, number[], number] = [0, [], 0];
    const onProgress = () => {
      peakHeap = Math.max(peakHeap, heap().allocated);
    };
    for await (const { epoch, loss, seconds } of model.train(train, { onProgress })) {
      losses = [...losses, loss];
      epochSeconds = seconds;
      log(`epoch ${epoch}: loss ${loss.toFixed(4)}, ${seconds.toFixed(0)} s`);
    }
    const seconds = (performance.now() - begun) / 1000;
    const { metrics } = await evaluate(model, test, { metrics: ["recall@20"] });
    model.dispose();
    const purchases = train.ofTypes(["purchase"]).length;
    return {
      metrics: {
        settings,
        nodes: users + items,
        interactions: train.length,
        pairs: train.byUser().items.length,
        purchases,
        generatedSeconds: generated,
        losses,
        epochSeconds,
        seconds,
        peakHeapGiB: peakHeap / GIB,
        peakRssGiB: rssGiB(),
        refusal,
        "popularity.recall@20": baseline["recall@20"],
        "recall@20": metrics["recall@20"],
      },
      rows: [
        {
          nodes: users + items,
          edges: train.byUser().items.length,
          "pairs an epoch": purchases,
          "seconds an epoch": epochSeconds.toFixed(0),
          "seconds in all": seconds.toFixed(0),
          "peak heap GiB": (peakHeap / GIB).toFixed(2),
          "peak memory GiB": rssGiB().toFixed(2),
          "Recall@20": metrics["recall@20"].toFixed(4),
          "of popularity": baseline["recall@20"].toFixed(4),
        },
      ],
    };
  },
};

/** Views and purchases of users in communities with popular items; the last purchase of some users is held out. */
function shop(
  users: number,
  items: number,
  rows: number,
  rng: Rng,
): { readonly train: Interactions; readonly test: Interactions } {
  const communities = Math.max(1, Math.floor(users / COMMUNITY));
  const itemsEach = Math.floor(items / communities);
  const skewed = (n: number) => Math.floor(n * rng.next() ** 2);
  const draw = (user: number) =>
    rng.next() < WITHIN
      ? (user % communities) * itemsEach + skewed(itemsEach)
      : Math.min(items - 1, skewed(items));
  const [user, item, type] = [new Uint32Array(rows), new Uint32Array(rows), new Uint32Array(rows)];
  for (let row = 0; row < rows; row++) {
    user[row] = row < users ? row : rng.below(users);
    item[row] = row < items ? row : draw(user[row]);
    type[row] = Number(rng.next() < PURCHASES);
  }
  const ids = (size: number) =>
    Vocabulary.from({
      *[Symbol.iterator]() {
        for (let n = 0; n < size; n++) yield n;
      },
    });
  const columns = {
    users: ids(users),
    items: ids(items),
    types: Vocabulary.from(["view", "purchase"]),
  };
  const asked = Uint32Array.from({ length: Math.min(ASKED, users) }, (_, n) => n);
  const test = Interactions.fromColumns({
    users: columns.users,
    items: columns.items,
    user: asked,
    item: asked.map(draw),
  });
  return { train: Interactions.fromColumns({ ...columns, user, item, type }), test };
}
