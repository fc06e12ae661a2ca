import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Rng, useBackend } from "@kith/core-tensors";
import type { ItemPairs, Sequences, Vocabulary } from "@kith/data";
import { Item2Vec, type Item2VecOptions, readWord2Vec } from "@kith/embeddings-w2v";
import { evaluatePairs } from "@kith/recommender";
import { splitPairs } from "@kith/sampling";
import type { Bench } from "../bench.ts";
import { readyPairs } from "../data-sets.ts";
import { median } from "../measure.ts";
import { vectorScorer } from "../pair-scorers.ts";
import { pythonWith, runPeer, withFolder } from "../peers.ts";
import { syntheticPairs } from "../synthetic-graph.ts";
import { walksOver } from "../walks-over.ts";

const SETTING = { dim: 128, window: 5, negatives: 5, epochs: 5 } as const;
/** What peers reached on 2M tokens on 2 cores, words/s. */
const PUBLISHED = { gensim: 278e3, "word2vec.c": 394e3 };

interface Outcome {
  readonly wordsPerSecond: number;
  readonly auc: { readonly dot: number; readonly cosine: number };
}

/** Skip-gram with negative sampling beside gensim and word2vec.c on the same walks: speed, and what the vectors know. */
export const word2vecBench: Bench = {
  name: "word2vec",
  about:
    "skip-gram on 2M tokens of walks (dim 128, window 5, 5 negatives, 5 epochs, 2 threads) beside gensim and word2vec.c: words/s and AUC",
  async run({ data, flags, log }) {
    const seeds = Array.from({ length: Number(flags.seeds ?? 3) }, (_, n) => n + 1);
    const { name, train, test } = (await amazon(data)) ?? synthetic();
    const corpus = walksOver(train, { walksPerNode: 20, walkLength: 10 }, 1);
    const python = pythonWith("gensim", flags.python);
    const word2vec = flags["word2vec-c"];
    if (!python) log("gensim is not installed: its published figure stands beside ours");
    if (!word2vec)
      log("--word2vec-c was not given: word2vec.c's published figure stands beside ours");
    await useBackend({ threads: 2 });

    const outcomes = new Map<string, Outcome[]>();
    await withFolder(async (folder) => {
      const walks = join(folder, "walks.txt");
      const pairs = join(folder, "pairs.txt");
      writeFileSync(walks, Array.from(corpus.lists(), (ids) => `${ids.join(" ")}\n`).join(""));
      writeFileSync(
        pairs,
        Array.from(test.rows(), (row) => `${row.source} ${row.target} ${row.label}\n`).join(""),
      );
      const { dim, window, negatives, epochs } = SETTING;
      const setting = [dim, window, negatives, epochs].map(String);
      for (const seed of seeds) {
        const contenders: Record<string, () => Promise<Outcome> | Outcome> = {
          "shared negatives": () => ours(corpus, test, { mode: "shared", seed }),
          "plain negatives": () => ours(corpus, test, { mode: "plain", seed }),
          CBOW: () => ours(corpus, test, { mode: "cbow", seed, learningRate: 0.05 }),
          ...(python && {
            gensim: () =>
              runPeer<Outcome>(python, "gensim_word2vec.py", [
                walks,
                pairs,
                ...setting,
                "2",
                String(seed),
              ]),
          }),
          ...(word2vec && { "word2vec.c": () => original(word2vec, walks, test, corpus.tokens) }),
        };
        for (const [contender, run] of Object.entries(contenders)) {
          const outcome = await run();
          log(
            `seed ${seed}, ${contender}: ${Math.round(outcome.wordsPerSecond).toLocaleString("en-US")} words/s, AUC ${outcome.auc.dot.toFixed(4)} (dot), ${outcome.auc.cosine.toFixed(4)} (cosine)`,
          );
          outcomes.set(contender, [...(outcomes.get(contender) ?? []), outcome]);
        }
      }
    });
    const summary = Object.fromEntries(
      Array.from(outcomes, ([contender, all]) => [
        contender,
        {
          wordsPerSecond: median(all.map((each) => each.wordsPerSecond)),
          aucDot: mean(all.map((each) => each.auc.dot)),
          aucCosine: mean(all.map((each) => each.auc.cosine)),
        },
      ]),
    );
    const speed = (contender: string) => summary[contender]?.wordsPerSecond;
    return {
      metrics: {
        data: name,
        tokens: corpus.tokens,
        items: corpus.items.size,
        ...SETTING,
        seeds,
        threads: 2,
        ...summary,
        published: PUBLISHED,
        ratios: {
          gensim: speed("shared negatives") / (speed("gensim") ?? PUBLISHED.gensim),
          "word2vec.c":
            speed("shared negatives") / (speed("word2vec.c") ?? PUBLISHED["word2vec.c"]),
        },
      },
      rows: Object.entries(summary).map(([contender, figures]) => ({
        with: contender,
        "words/s": Math.round(figures.wordsPerSecond).toLocaleString("en-US"),
        "AUC, dot": figures.aucDot.toFixed(4),
        "AUC, cosine": figures.aucCosine.toFixed(4),
      })),
    };
  },
};

async function ours(
  corpus: Sequences,
  test: ItemPairs,
  options: Item2VecOptions,
): Promise<Outcome> {
  const model = new Item2Vec({ ...SETTING, ...options });
  let [tokens, seconds] = [0, 0];
  await model.fit(corpus, {
    onEpoch(epoch) {
      tokens += epoch.tokens ?? 0;
      seconds += epoch.seconds;
    },
  });
  const auc = await bothScores(model, test, model.vectors().data, SETTING.dim);
  model.dispose();
  return { wordsPerSecond: tokens / seconds, auc };
}

/** word2vec.c, compiled by whoever runs this; it counts its words in centiseconds of all threads, so the clock is ours. */
async function original(
  binary: string,
  walks: string,
  test: ItemPairs,
  tokens: number,
): Promise<Outcome> {
  const { dim, window, negatives, epochs } = SETTING;
  const out = `${walks}.bin`;
  const args = [
    "-train",
    walks,
    "-output",
    out,
    "-cbow",
    "0",
    "-hs",
    "0",
    "-sample",
    "0",
    "-min-count",
    "1",
    "-threads",
    "2",
    "-binary",
    "1",
  ];
  const started = performance.now();
  execFileSync(
    binary,
    [
      ...args,
      "-size",
      `${dim}`,
      "-window",
      `${window}`,
      "-negative",
      `${negatives}`,
      "-iter",
      `${epochs}`,
    ],
    { stdio: "ignore" },
  );
  const seconds = (performance.now() - started) / 1000;
  const vectors = await readWord2Vec(new Uint8Array(readFileSync(out)));
  const auc = await bothScores({ items: vectors.items }, test, vectors.vectors, dim);
  return { wordsPerSecond: (tokens * epochs) / seconds, auc };
}

/** The AUC of labelled pairs by dot product and by cosine. */
async function bothScores(
  { items }: { readonly items: Vocabulary },
  test: ItemPairs,
  data: Float32Array,
  dim: number,
): Promise<Outcome["auc"]> {
  const rows = { data, width: dim };
  const auc = async (cosine: boolean) => {
    const scorer = vectorScorer(items, dim, { left: rows, right: rows, cosine });
    return (await evaluatePairs(scorer, test, { metrics: ["auc"] })).metrics.auc;
  };
  return { dot: await auc(false), cosine: await auc(true) };
}

async function amazon(folder: string | undefined) {
  const pairs = await readyPairs(folder, "gatne-amazon");
  return pairs && { name: "gatne-amazon", train: pairs.train, test: pairs.test };
}

function synthetic() {
  const pairs = syntheticPairs({ nodes: 10_000, pairs: 130_000, community: 50 }, new Rng(7));
  return {
    name: "synthetic communities",
    ...splitPairs(pairs, { by: "pairs", test: 0.2, seed: 1 }),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
