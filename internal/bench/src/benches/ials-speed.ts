import { join } from "node:path";
import { useBackend } from "@kith/core-tensors";
import { IALS } from "@kith/models-cf";
import type { Bench } from "../bench.ts";
import { readySplit } from "../data-sets.ts";
import { median } from "../measure.ts";
import { pythonWith, runPeer } from "../peers.ts";

const ROUNDS = 5;
const EPOCHS = 5;

/** An iteration of least squares on Gowalla, beside implicit's. */
export const ialsSpeedBench: Bench = {
  name: "ials-speed",
  about:
    "seconds of an iteration of iALS on Gowalla, 64 factors, 2 threads, and of implicit's in turn (--python)",
  async run({ data: folder, flags, log }) {
    const set = await readySplit(folder, "gowalla");
    if (!folder || !set) return { metrics: {}, skipped: "KITH_DATA has no gowalla" };
    await useBackend({ threads: 2 });
    const python = pythonWith("implicit", flags.python);
    const peerArgs = [join(folder, "gowalla", "train.tsv.gz"), "64", String(EPOCHS), "2"];
    const seconds: Record<string, number[]> = { kith: [], "kith, cholesky": [] };
    if (python) seconds.implicit = [];
    for (let round = 0; round < ROUNDS; round++) {
      for (const solver of ["cg", "cholesky"] as const) {
        const model = new IALS({ solver, epochs: solver === "cg" ? EPOCHS : 1 });
        const name = solver === "cg" ? "kith" : "kith, cholesky";
        for await (const epoch of model.train(set.train)) seconds[name].push(epoch.seconds);
        model.dispose();
      }
      if (python)
        seconds.implicit.push(
          ...runPeer<{ seconds: number[] }>(python, "implicit_als.py", peerArgs).seconds,
        );
      log(`round ${round + 1}: ${JSON.stringify(seconds)}`);
    }
    return {
      metrics: { epochs: EPOCHS, rounds: ROUNDS, python: python !== undefined, seconds },
      rows: Object.entries(seconds).map(([name, all]) => ({
        "one iteration": name,
        "seconds, median": median(all).toFixed(3),
        least: Math.min(...all).toFixed(3),
        most: Math.max(...all).toFixed(3),
      })),
    };
  },
};
