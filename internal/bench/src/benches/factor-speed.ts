import { join } from "node:path";
import { useBackend } from "@kith/core-tensors";
import type { Interactions } from "@kith/data";
import { IALS, MatrixFactorization } from "@kith/models-cf";
import type { Bench } from "../bench.ts";
import { readySplit } from "../data-sets.ts";
import { median } from "../measure.ts";
import { pythonWith, runPeer } from "../peers.ts";

const ROUNDS = 5;
const FACTORS = 64;

interface Contender {
  readonly epochs: number;
  /** The method of implicit that does the same. */
  readonly peer?: string;
  make(epochs: number): IALS | MatrixFactorization;
}

const contenders: Readonly<Record<string, Contender>> = {
  "iALS, conjugate gradient": {
    epochs: 5,
    peer: "als",
    make: (epochs) => new IALS({ dim: FACTORS, solver: "cg", epochs }),
  },
  "iALS, Cholesky": {
    epochs: 1,
    make: (epochs) => new IALS({ dim: FACTORS, solver: "cholesky", epochs }),
  },
  "MF, BPR": {
    epochs: 8,
    peer: "bpr",
    make: (epochs) => new MatrixFactorization({ dim: FACTORS, loss: "bpr", epochs }),
  },
};

/** Passes over Gowalla's training data by matrix factorisation, beside implicit's. */
export const factorSpeedBench: Bench = {
  name: "factor-speed",
  about:
    "seconds of a pass over Gowalla by iALS and by MF with BPR, 64 factors, 2 threads, and of implicit's in turn (--python)",
  async run({ data: folder, flags, log }) {
    const set = await readySplit(folder, "gowalla");
    if (!folder || !set) return { metrics: {}, skipped: "KITH_DATA has no gowalla" };
    await useBackend({ threads: 2 });
    const python = pythonWith("implicit", flags.python);
    const file = join(folder, "gowalla", "train.tsv.gz");
    const seconds: Record<string, number[]> = {};
    for (let round = 0; round < ROUNDS; round++) {
      for (const [name, { epochs, peer, make }] of Object.entries(contenders)) {
        note(seconds, name, await passes(make(epochs), set.train));
        if (!python || !peer) continue;
        const args = [file, peer, String(FACTORS), String(epochs), "2"];
        const times = runPeer<{ seconds: number[] }>(python, "implicit_factors.py", args).seconds;
        note(seconds, `implicit's ${peer.toUpperCase()}`, times);
      }
      log(`round ${round + 1}: ${JSON.stringify(seconds)}`);
    }
    const { length } = set.train;
    return {
      metrics: { rounds: ROUNDS, pairs: length, python: python !== undefined, seconds },
      rows: Object.entries(seconds).map(([name, all]) => ({
        "a pass": name,
        "seconds, median": median(all).toFixed(3),
        least: Math.min(...all).toFixed(3),
        most: Math.max(...all).toFixed(3),
        "million pairs/s": (length / median(all) / 1e6).toFixed(2),
      })),
    };
  },
};

function note(seconds: Record<string, number[]>, name: string, more: readonly number[]): void {
  seconds[name] = [...(seconds[name] ?? []), ...more];
}

/** Seconds of each epoch but the first, in which code is still being compiled, where there are more. */
async function passes(model: IALS | MatrixFactorization, train: Interactions): Promise<number[]> {
  const seconds: number[] = [];
  for await (const epoch of model.train(train)) seconds.push(epoch.seconds);
  model.dispose();
  return seconds.length > 1 ? seconds.slice(1) : seconds;
}
