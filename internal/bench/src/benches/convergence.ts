import { useBackend } from "@kith/core-tensors";
import { LightGCN, NGCF } from "@kith/models-gnn";
import type { Bench } from "../bench.ts";
import { readySplit } from "../data-sets.ts";
import { bestOf, learningCurve } from "../learning-curve.ts";

/** What NGCF's paper says of Gowalla, and what an epoch of a PyTorch port takes on a machine of 2 cores (batch 1024). */
const REFERENCE = { recall: 0.157, ndcg: 0.1327, secondsPerEpoch: 736 };

/** The article's claim that NGCF converges faster than matrix factorisation: the same epochs, batches and step size for each. */
export const convergenceBench: Bench = {
  name: "convergence",
  about:
    "MF-BPR, NGCF and LightGCN on Gowalla, epoch by epoch (--epochs 20); and what an epoch of NGCF takes with its own batch of 1024",
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
    const paper = new NGCF({ seed: settings.seed });
    let ngcfSecondsPerEpoch = Number.NaN;
    for await (const { seconds } of paper.train(split.train)) {
      ngcfSecondsPerEpoch = seconds;
      break;
    }
    paper.dispose();
    log(`NGCF, batch 1024: ${ngcfSecondsPerEpoch.toFixed(0)} s an epoch`);
    return {
      metrics: {
        settings,
        reference: REFERENCE,
        ngcfSecondsPerEpoch,
        timesFasterThanReference: REFERENCE.secondsPerEpoch / ngcfSecondsPerEpoch,
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
