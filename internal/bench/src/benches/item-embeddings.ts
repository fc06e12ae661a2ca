import { heap, Rng, useBackend } from "@kith/core-tensors";
import { DeepWalk } from "@kith/embeddings-w2v";
import type { Bench } from "../bench.ts";
import { syntheticPairs } from "../synthetic-graph.ts";

/** The sizes of the seed article's graphs. */
const SIZES = {
  electronics: { nodes: 420_000, pairs: 4_000_000, community: 200 },
  books: { nodes: 2_000_000, pairs: 26_500_000, community: 200 },
} as const;

/** The whole job, from pairs to vectors, with what it takes. */
export const itemEmbeddingsBench: Bench = {
  name: "item-embeddings",
  about:
    "pairs → graph → 10 walks of 10 nodes a node → vectors of 128, 5 epochs: minutes and memory (--size electronics|books, --epochs n)",
  async run({ flags, log }) {
    const size = flags.size === "books" ? "books" : "electronics";
    const epochs = Number(flags.epochs ?? 5);
    const { nodes, pairs } = SIZES[size];
    await useBackend({ threads: 2 });
    const data = syntheticPairs(SIZES[size], new Rng(1));
    log(
      `${nodes.toLocaleString("en-US")} nodes, ${pairs.toLocaleString("en-US")} pairs, ${mebibytes()} MiB`,
    );
    const model = new DeepWalk({ dim: 128, window: 5, walksPerNode: 10, walkLength: 10, epochs });
    const started = performance.now();
    let [trained, tokens] = [0, 0];
    await model.fit(data, {
      onEpoch({ epoch, loss, seconds, tokens: read = 0 }) {
        trained += seconds;
        tokens += read;
        log(
          `epoch ${epoch}: loss ${loss.toFixed(4)}, ${seconds.toFixed(1)} s, ${Math.round(read / seconds).toLocaleString("en-US")} words/s, ${mebibytes()} MiB`,
        );
      },
    });
    const seconds = (performance.now() - started) / 1000;
    const figures = {
      size,
      nodes,
      pairs,
      epochs,
      tokens,
      minutes: seconds / 60,
      minutesBeforeTraining: (seconds - trained) / 60,
      wordsPerSecond: tokens / trained,
      peakRssMiB: process.resourceUsage().maxRSS / 1024,
      peakHeapMiB: heap().peak / 2 ** 20,
    };
    model.dispose();
    return {
      variant: size,
      metrics: figures,
      rows: [
        {
          graph: `${nodes.toLocaleString("en-US")} nodes, ${pairs.toLocaleString("en-US")} pairs`,
          epochs,
          minutes: figures.minutes.toFixed(1),
          "words/s": Math.round(figures.wordsPerSecond).toLocaleString("en-US"),
          "peak memory MiB": Math.round(figures.peakRssMiB).toLocaleString("en-US"),
          "of it heap MiB": Math.round(figures.peakHeapMiB).toLocaleString("en-US"),
        },
      ],
    };
  },
};

function mebibytes(): string {
  return Math.round(process.memoryUsage.rss() / 2 ** 20).toLocaleString("en-US");
}
