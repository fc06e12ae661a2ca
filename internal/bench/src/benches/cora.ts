import { useBackend } from "@kith/core-tensors";
import { NodeClassifier, type NodeClassifierOptions } from "@kith/models-gnn";
import type { Bench } from "../bench.ts";
import { readCora } from "../cora.ts";

/** What the papers say of Cora with this split, and what is asked of ours. */
const MODELS = {
  gcn: { paper: 0.815, asked: 0.81 },
  gat: { paper: 0.83, asked: 0.825 },
  graphsage: { paper: undefined, asked: 0.79 },
} as const;

/** The layers of the graph recommenders, held against published accuracies of node classification. */
export const coraBench: Bench = {
  name: "cora",
  about: "GCN, GAT and GraphSAGE classify Cora's papers (standard split, mean of --seeds 10)",
  async run({ data, flags, log }) {
    const cora = data && readCora(data);
    if (!cora) return { metrics: {}, skipped: "KITH_DATA names no folder that holds cora" };
    await useBackend({ threads: 2 });
    const seeds = Number(flags.seeds ?? 10);
    const metrics: Record<string, unknown> = { seeds };
    const rows = [];
    for (const [model, { paper, asked }] of Object.entries(MODELS)) {
      const accuracies: number[] = [];
      const started = performance.now();
      for (let seed = 1; seed <= seeds; seed++) {
        const options = { model, seed } as NodeClassifierOptions;
        const classifier = await new NodeClassifier(options).fit(cora.data);
        accuracies.push(classifier.accuracy(cora.test, cora.data.labels));
        log(`${model}, seed ${seed}: ${accuracies[accuracies.length - 1].toFixed(4)}`);
      }
      const seconds = (performance.now() - started) / 1000 / seeds;
      const mean = accuracies.reduce((sum, value) => sum + value, 0) / seeds;
      const spread = Math.sqrt(
        accuracies.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, seeds - 1),
      );
      metrics[model] = mean;
      metrics[`${model}-spread`] = spread;
      metrics[`${model}-accuracies`] = accuracies;
      metrics[`${model}-seconds`] = seconds;
      rows.push({
        model,
        accuracy: `${mean.toFixed(4)} ± ${spread.toFixed(4)}`,
        "least … most": `${Math.min(...accuracies)} … ${Math.max(...accuracies)}`,
        paper: paper ?? "",
        asked,
        "seconds a training": seconds.toFixed(1),
      });
    }
    return { metrics, rows };
  },
};
