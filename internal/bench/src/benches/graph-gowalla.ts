import { useBackend } from "@kith/core-tensors";
import type { Bench } from "../bench.ts";
import { readySplit } from "../data-sets.ts";
import { largeRecipes } from "../graph-recipes.ts";
import { type CurvePoint, curveRow, learningCurve } from "../learning-curve.ts";

/** All graph models on Gowalla, each with the loss that needs few epochs, and XSimGCL with its own. */
export const graphGowallaBench: Bench = {
  name: "graph-gowalla",
  about:
    "all graph recommenders on Gowalla, each for so many epochs or --minutes 6; --models xsimgcl,ngcf for some of them",
  async run({ data, flags, log }) {
    const split = await readySplit(data, "gowalla");
    if (!split) return { metrics: {}, skipped: "KITH_DATA names no folder that holds gowalla" };
    await useBackend({ threads: 2 });
    const seed = Number(flags.seed ?? 42);
    const minutes = Number(flags.minutes ?? 6);
    const wanted = flags.models?.split(",");
    const models: Record<string, readonly CurvePoint[]> = {};
    for (const { name, make, unlimited } of largeRecipes) {
      if (wanted && !wanted.includes(name.toLowerCase())) continue;
      const model = make(seed);
      const limits = { seconds: unlimited ? Number.POSITIVE_INFINITY : 60 * minutes };
      models[name] = await learningCurve(model, split, (line) => log(`${name} – ${line}`), limits);
      model.dispose();
    }
    return {
      metrics: { seed, minutes, models },
      rows: Object.entries(models).map(([name, points]) => curveRow(name, points)),
      ...(wanted && { variant: wanted.join("-") }),
    };
  },
};
