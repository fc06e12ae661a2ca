import { existsSync } from "node:fs";
import { join } from "node:path";
import { useBackend } from "@kith/core-tensors";
import type { ItemPairs } from "@kith/data";
import { DeepWalk, Eges, type EgesOptions } from "@kith/embeddings-w2v";
import { evaluatePairs, type PairScorer } from "@kith/recommender";
import { type PairSplit, splitPairs } from "@kith/sampling";
import type { Bench } from "../bench.ts";
import { popularityScorer } from "../pair-scorers.ts";
import { jdData } from "../seed-article/article-data.ts";

const SETTING = { dim: 128, window: 5, epochs: 5, walksPerNode: 10, walkLength: 10 } as const;
const SCORINGS = ["dot", "cosine"] as const;

/** EGES beside its variants without side information and with equal weights, and for items that training never saw. */
export const egesBench: Bench = {
  name: "eges",
  about:
    "EGES on eges-jdata: link prediction with and without side information over 3 seeds; cold items against chance and popularity",
  async run({ data, flags, log }) {
    if (!data || !existsSync(join(data, "eges-jdata")))
      return { metrics: {}, skipped: "KITH_DATA has no eges-jdata" };
    await useBackend({ threads: 2 });
    const seeds = Array.from({ length: Number(flags.seeds ?? 3) }, (_, n) => n + 1);
    const { pairs, features } = await jdData(data);
    const sums = new Map<string, Record<string, number[]>>();
    const note = (model: string, figures: Readonly<Record<string, number>>) => {
      const row = sums.get(model) ?? {};
      for (const [name, value] of Object.entries(figures))
        row[name] = [...(row[name] ?? []), value];
      sums.set(model, row);
    };
    for (const seed of seeds) {
      const warm = splitPairs(pairs, { by: "pairs", test: 0.2, validation: 0.05, seed });
      const cold = splitPairs(pairs, { by: "items", test: 0.2, seed });
      const train = warm.train.compact();
      const without = await new DeepWalk({ ...SETTING, mode: "plain", seed }).fit(train);
      note("without side information", await warmFigures(without, train, warm));
      without.dispose();
      for (const [name, options] of Object.entries(VARIANTS)) {
        const model = await new Eges({ ...SETTING, ...options, seed }).fit({
          graph: train,
          features,
        });
        note(name, await warmFigures(model, train, warm));
        model.dispose();
      }
      const coldTrain = cold.train.compact();
      const model = await new Eges({ ...SETTING, seed }).fit({ graph: coldTrain, features });
      const strangers = cold.test.select((row) =>
        [cold.test.source, cold.test.target].some(
          (end) => !coldTrain.items.has(cold.test.items.id(end[row])),
        ),
      );
      const auc = async (scorer: PairScorer) =>
        (await evaluatePairs(scorer, strangers, { metrics: ["auc"] })).metrics.auc;
      note("EGES", {
        coldAuc: await auc({
          items: model.items,
          pairScores: (asked) => model.pairScores(asked, "cosine"),
        }),
        coldPopularity: await auc(popularityScorer(coldTrain, strangers.items)),
        coldPairs: strangers.length,
      });
      model.dispose();
      log(
        `seed ${seed}: ${Array.from(sums, ([name, row]) => `${name} ${row.auc?.at(-1)?.toFixed(4)}`).join(", ")}, cold ${sums.get("EGES")?.coldAuc.at(-1)?.toFixed(4)}`,
      );
    }
    const metrics = Object.fromEntries(
      Array.from(sums, ([name, row]) => [
        name,
        Object.fromEntries(Object.entries(row).map(([key, values]) => [key, mean(values)])),
      ]),
    );
    return {
      metrics: {
        setting: SETTING,
        seeds,
        items: pairs.items.size,
        pairs: pairs.length,
        coverage: Object.fromEntries(features.coverage()),
        ...metrics,
      },
      rows: Object.entries(metrics).map(([model, row]) => ({
        model,
        AUC: row.auc.toFixed(4),
        "AUC, seen": row.seen.toFixed(4),
        "cold items":
          row.coldAuc === undefined
            ? ""
            : `${row.coldAuc.toFixed(4)} (popularity ${row.coldPopularity.toFixed(4)})`,
      })),
    };
  },
};

const VARIANTS: Readonly<Record<string, EgesOptions>> = {
  EGES: {},
  "EGES, equal weights": { attention: false },
};

/** AUC of all test pairs and of those whose items training has seen, by the score that tells the validation pairs better. */
async function warmFigures(
  model: DeepWalk | Eges,
  train: ItemPairs,
  { validation, test }: PairSplit,
): Promise<{ auc: number; seen: number; dot: number }> {
  const scorers = SCORINGS.map((scoring) => ({
    items: model.items,
    pairScores: (pairs: ItemPairs) => model.pairScores(pairs, scoring),
  }));
  const auc = async (scorer: PairScorer, pairs: ItemPairs) =>
    (await evaluatePairs(scorer, pairs, { metrics: ["auc"] })).metrics.auc;
  const [dot, cosine] = await Promise.all(
    scorers.map((scorer) => auc(scorer, validation as ItemPairs)),
  );
  const best = scorers[dot >= cosine ? 0 : 1];
  const isSeen = (end: number) => train.items.has(test.items.id(end));
  const seen = test.select((row) => isSeen(test.source[row]) && isSeen(test.target[row]));
  return { auc: await auc(best, test), seen: await auc(best, seen), dot: Number(dot >= cosine) };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
