import { useBackend } from "@kith/core-tensors";
import type { Bench } from "../bench.ts";
import { readySessions } from "../data-sets.ts";
import { type SessionPoint, sessionCurve, sessionRow } from "../session-curve.ts";
import { sessionRecipes } from "../session-recipes.ts";

/** What the authors' PyTorch code reaches after three epochs with the options that are our defaults, and what is published of NARM. */
const PUBLISHED = {
  "GRU4Rec, authors' PyTorch, 3 epochs": { "recall@20": 0.6906, "mrr@20": 0.3004 },
  "NARM, published": { "recall@20": 0.6832, "mrr@20": 0.2863 },
};

/** All models of sessions side by side. */
export const sessionModelsBench: Bench = {
  name: "session-models",
  about:
    "all session recommenders on yoochoose 1/64, epoch by epoch; --models narm,gru4rec for some of them",
  async run({ data, flags, log }) {
    const split = await readySessions(data);
    if (!split)
      return { metrics: {}, skipped: "KITH_DATA names no folder that holds yoochoose1_64" };
    await useBackend({ threads: 2 });
    const seed = Number(flags.seed ?? 42);
    const wanted = flags.models?.split(",");
    const models: Record<string, readonly SessionPoint[]> = {};
    for (const { name, make } of sessionRecipes) {
      if (wanted && !wanted.includes(name.toLowerCase())) continue;
      const model = make(seed);
      models[name] = await sessionCurve(model, split, (line) => log(`${name} – ${line}`));
      model.dispose();
    }
    const { train, test } = split;
    return {
      metrics: {
        seed,
        trainSessions: train.sequences,
        testSessions: test.sequences,
        items: train.items.size,
        published: PUBLISHED,
        models,
      },
      rows: Object.entries(models).map(([name, points]) => sessionRow(name, points)),
      ...(wanted && { variant: wanted.join("-").replace(/[^a-z0-9]+/g, "-") }),
    };
  },
};
