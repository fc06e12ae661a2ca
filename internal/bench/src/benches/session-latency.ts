import { Rng, useBackend } from "@kith/core-tensors";
import { Sequences } from "@kith/data";
import { GRU4Rec, NARM } from "@kith/models-rnn";
import type { SessionRecommender } from "@kith/recommender";
import type { Bench } from "../bench.ts";

/** One click of a served session and its answer, over a large catalogue. */
export const sessionLatencyBench: Bench = {
  name: "session-latency",
  about: "milliseconds from a click to the next items of a served session at --items 40000",
  async run({ flags }) {
    await useBackend({ threads: 2 });
    const items = Number(flags.items ?? 40_000);
    const clicks = Number(flags.clicks ?? 3000);
    const rng = new Rng(1);
    // Every item once and some again: latency does not depend on what was learned.
    const data = Sequences.from(
      Array.from({ length: items / 4 }, (_, s) => [0, 1, 2, 3].map((n) => `i${4 * s + n}`)),
    );
    const models: readonly SessionRecommender[] = [
      new GRU4Rec({ epochs: 1, batchSize: 512, negatives: 64 }),
      new NARM({ epochs: 1, maxLength: 19 }),
    ];
    const latencies: Record<string, Record<string, number>> = {};
    for (const model of models) {
      if (model instanceof NARM) await model.fit(data.select((s) => s < 512));
      else await model.fit(data);
      const size = model.items.size;
      const sessions = Array.from({ length: 1000 }, () => model.session()); // as a server holds them
      const times: number[] = [];
      for (let n = 0; n < clicks + 300; n++) {
        const session = sessions[rng.below(sessions.length)];
        const item = model.items.id(rng.below(size));
        const started = performance.now();
        session.next(item);
        session.recommend({ k: 20 });
        if (n >= 300) times.push(performance.now() - started);
      }
      times.sort((a, b) => a - b);
      const at = (share: number) =>
        times[Math.min(times.length - 1, Math.floor(share * times.length))];
      latencies[model.name] = {
        items: size,
        p50: at(0.5),
        p95: at(0.95),
        p99: at(0.99),
        max: at(1),
      };
      model.dispose();
    }
    return {
      metrics: { clicks, sessions: 1000, k: 20, latencies },
      rows: Object.entries(latencies).map(([model, { items, p50, p95, p99, max }]) => ({
        model,
        items,
        "p50 ms": p50.toFixed(2),
        "p95 ms": p95.toFixed(2),
        "p99 ms": p99.toFixed(2),
        "max ms": max.toFixed(2),
      })),
    };
  },
};
