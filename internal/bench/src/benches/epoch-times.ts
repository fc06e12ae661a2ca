import { useBackend } from "@kith/core-tensors";
import { GAT, GCN, LightGCN, NGCF } from "@kith/models-gnn";
import type { Bench } from "../bench.ts";
import { readySplit } from "../data-sets.ts";

/** Seconds that an epoch of NGCF with batches of 1024 takes a PyTorch port on a machine of 2 cores. */
const REFERENCE = 736;

/** What an epoch takes when the machine does nothing else: to be run alone. */
export const epochTimesBench: Bench = {
  name: "epoch-times",
  about:
    "seconds of an epoch on Gowalla: MF-BPR, LightGCN, NGCF, GCN, and NGCF with batches of 1024 beside a PyTorch port's",
  async run({ data, flags, log }) {
    const split = await readySplit(data, "gowalla");
    if (!split) return { metrics: {}, skipped: "KITH_DATA names no folder that holds gowalla" };
    await useBackend({ threads: 2 });
    const seed = Number(flags.seed ?? 42);
    const settings = { seed, loss: "bpr", batchSize: 2048 } as const;
    const seconds: Record<string, number> = {};
    for (const [name, model] of Object.entries({
      "MF-BPR": new LightGCN({ ...settings, layers: 0 }),
      LightGCN: new LightGCN(settings),
      NGCF: new NGCF(settings),
      GCN: new GCN(settings),
      GAT: new GAT(settings),
      "NGCF, batches of 1024": new NGCF({ seed }),
    })) {
      for await (const epoch of model.train(split.train)) {
        seconds[name] = epoch.seconds;
        break;
      }
      model.dispose();
      log(`${name}: ${seconds[name].toFixed(1)} s`);
    }
    const times = REFERENCE / seconds["NGCF, batches of 1024"];
    return {
      metrics: { seconds, reference: REFERENCE, timesAsFast: times },
      rows: Object.entries(seconds).map(([model, taken]) => ({
        model,
        "seconds an epoch": taken.toFixed(1),
        "of a PyTorch port": model.endsWith("1024") ? REFERENCE : "",
      })),
    };
  },
};
