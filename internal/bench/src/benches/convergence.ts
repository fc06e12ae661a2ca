import { useBackend } from "@kith/core-tensors";
import { LightGCN, NGCF } from "@kith/models-gnn";
import type { Bench } from "../bench.ts";
import { readySplit } from "../data-sets.ts";
import { bestOf, learningCurve } from "../learning-curve.ts";

/** The article's claim that NGCF converges faster than matrix factorisation: the same epochs, batches and step size for each. */
export const convergenceBench: Bench = {
  name: "convergence",
  about: "MF-BPR, LightGCN and NGCF on Gowalla, epoch by epoch (--epochs 20)",
  async run({ data, flags, log }) {
    const split = await readySplit(data, "gowalla");
    if (!split) return { metrics: {}, skipped: "KITH_DATA names no folder that holds gowalla" };
    await useBackend({ threads: 2 });
    const settings = {
      epochs: Number(flags.epochs ?? 20),
      batchSize: Number(flags["batch-size"] ?? 2048),
      learningRate: Number(flags["learning-rate"] ?? 1e-3),
      seed: Number(flags.seed ?? 42),
    };
    const curves: Record<string, Awaited<ReturnType<typeof learningCurve>>> = {};
    const models = {
      "MF-BPR": () => new LightGCN({ ...settings, layers: 0 }),
      LightGCN: () => new LightGCN(settings),
      NGCF: () => new NGCF(settings),
    };
    for (const [name, make] of Object.entries(models)) {
      const model = make();
      curves[name] = await learningCurve(model, split, (line) => log(`${name} – ${line}`));
      model.dispose();
    }
    return {
      metrics: {
        settings,
        curves,
      },
      rows: Object.entries(curves).map(([name, points]) => {
        const [last, best] = [points[points.length - 1], bestOf(points)];
        return {
          model: name,
          [`Recall@20 after ${last.epoch}`]: last["recall@20"].toFixed(4),
          [`NDCG@20 after ${last.epoch}`]: last["ndcg@20"].toFixed(4),
          "best epoch": best.epoch,
          "seconds an epoch": (last.trainedSeconds / last.epoch).toFixed(1),
        };
      }),
    };
  },
};
