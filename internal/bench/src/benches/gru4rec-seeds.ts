import { useBackend } from "@kith/core-tensors";
import { GRU4Rec, type Gru4RecOptions } from "@kith/models-rnn";
import type { Bench } from "../bench.ts";
import { readySessions } from "../data-sets.ts";
import { type SessionPoint, sessionCurve } from "../session-curve.ts";
import { BPR_MAX } from "../session-recipes.ts";

const LOSSES: Readonly<Record<string, Gru4RecOptions>> = {
  "cross-entropy": {},
  "bpr-max": BPR_MAX,
};
/** The authors' PyTorch code after so many epochs on the same sessions with the same options, measured once each. */
export const AUTHORS: Readonly<
  Record<
    string,
    { readonly epochs: number; readonly "recall@20": number; readonly "mrr@20": number }
  >
> = {
  "cross-entropy": { epochs: 3, "recall@20": 0.6906, "mrr@20": 0.3004 },
  "bpr-max": { epochs: 1, "recall@20": 0.6901, "mrr@20": 0.2949 },
};

/** Cross-entropy and BPR-max over several seeds. */
export const gru4recSeedsBench: Bench = {
  name: "gru4rec-seeds",
  about: "GRU4Rec with cross-entropy and BPR-max on yoochoose 1/64 over three seeds, --epochs 3",
  async run({ data, flags, log }) {
    const split = await readySessions(data);
    if (!split)
      return { metrics: {}, skipped: "KITH_DATA names no folder that holds yoochoose1_64" };
    await useBackend({ threads: 2 });
    const epochs = Number(flags.epochs ?? 3);
    const seeds = (flags.seeds ?? "1,2,3").split(",").map(Number);
    const losses: Record<string, { seed: number; points: readonly SessionPoint[] }[]> = {};
    for (const [name, options] of Object.entries(LOSSES)) {
      losses[name] = [];
      for (const seed of seeds) {
        const model = new GRU4Rec({ ...options, epochs, seed });
        const points = await sessionCurve(model, split, (line) =>
          log(`${name}, ${seed} – ${line}`),
        );
        losses[name].push({ seed, points });
        model.dispose();
      }
    }
    return {
      metrics: { epochs, options: LOSSES, losses },
      rows: Object.entries(losses).map(([name, runs]) => ({
        loss: name,
        seeds: runs.map(({ seed }) => seed).join(", "),
        "Recall@20": spread(runs.map(({ points }) => points[points.length - 1]["recall@20"])),
        "MRR@20": spread(runs.map(({ points }) => points[points.length - 1]["mrr@20"])),
      })),
    };
  },
};

/** Mean ± standard deviation of a sample. */
function spread(values: readonly number[]): string {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return `${mean.toFixed(4)} ± ${Math.sqrt(squares / Math.max(1, values.length - 1)).toFixed(4)}`;
}
