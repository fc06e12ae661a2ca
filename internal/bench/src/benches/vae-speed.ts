import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Rng, useBackend } from "@kith/core-tensors";
import { Interactions } from "@kith/data";
import { MultVAE } from "@kith/models-ae";
import type { Bench } from "../bench.ts";
import { median } from "../measure.ts";
import { pythonWith, runPeer, withFolder } from "../peers.ts";

const ROUNDS = 3;
const EPOCHS = 2;
const [USERS, ITEMS, LENGTH, BATCH] = [10_000, 20_108, 100, 500];

/** An epoch of Mult-VAE at the size of a tenth of MovieLens-20M's users, beside PyTorch's. */
export const vaeSpeedBench: Bench = {
  name: "vae-speed",
  about:
    "seconds of an epoch of Mult-VAE, 10,000 users × 20,108 items, batch 500, 2 threads, and of PyTorch's in turn (--python)",
  async run({ flags, log }) {
    await useBackend({ threads: 2 });
    const histories = drawHistories(new Rng(42));
    const rows = histories.flatMap((items, u) =>
      items.map((i): [string, string] => [`${u}`, `${i}`]),
    );
    const data = Interactions.from(rows);
    return withFolder(async (folder) => {
      const file = join(folder, "users.txt");
      writeFileSync(file, `${histories.map((items) => items.join(" ")).join("\n")}\n`);
      const python = pythonWith("torch", flags.python);
      const seconds: Record<string, number[]> = { kith: [] };
      if (python) seconds.pytorch = [];
      const losses: Record<string, number[]> = {};
      for (let round = 0; round < ROUNDS; round++) {
        const model = new MultVAE({ batchSize: BATCH, epochs: EPOCHS, annealSteps: 0 });
        losses.kith = [];
        for await (const { seconds: taken, loss } of model.train(data)) {
          seconds.kith.push(taken);
          losses.kith.push(loss);
        }
        model.dispose();
        if (python) {
          const args = [file, ITEMS, BATCH, EPOCHS, 2].map(String);
          const peer = runPeer<{ seconds: number[]; losses: number[] }>(
            python,
            "mult_vae.py",
            args,
          );
          seconds.pytorch.push(...peer.seconds);
          losses.pytorch = peer.losses;
        }
        log(`round ${round + 1}: ${JSON.stringify(seconds)}`);
      }
      const ratio = python && median(seconds.kith) / median(seconds.pytorch);
      return {
        metrics: {
          users: USERS,
          items: data.items.size,
          pairs: rows.length,
          seconds,
          losses,
          ratio: ratio ?? null,
        },
        rows: Object.entries(seconds).map(([name, all]) => ({
          "an epoch": name,
          "seconds, median": median(all).toFixed(2),
          least: Math.min(...all).toFixed(2),
          most: Math.max(...all).toFixed(2),
          "loss of the last": losses[name][EPOCHS - 1].toFixed(2),
        })),
      };
    });
  },
};

/** Different items of each user, popular ones more often; every item is somebody's. */
function drawHistories(rng: Rng): number[][] {
  return Array.from({ length: USERS }, (_, user) => {
    const own = new Set([user, user + USERS, user + 2 * USERS].filter((item) => item < ITEMS));
    while (own.size < LENGTH) own.add(Math.floor((rng.uint32() / 2 ** 32) ** 2 * ITEMS));
    return [...own];
  });
}
