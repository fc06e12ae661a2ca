import { useBackend } from "@kith/core-tensors";
import { type Interactions, readInteractions, split } from "@kith/data";
import { debianDependencies } from "@kith/demo-data";
import { ItemKNN, Popularity } from "@kith/models-cf";
import { GraphSAGE, LightGCN, NGCF } from "@kith/models-gnn";
import { evaluate, type UserItemRecommender } from "@kith/recommender";
import type { Bench } from "../bench.ts";
import { SOFTMAX, smallRecipes } from "../graph-recipes.ts";
import { type CurvePoint, curveRow, learningCurve } from "../learning-curve.ts";
import { type Separation, separationOf } from "../separation.ts";

const METRICS = ["recall@20", "ndcg@20"];

/** All graph models on the embedded data, what layers do, and what users get that training has not seen. */
export const graphModelsBench: Bench = {
  name: "graph-models",
  about:
    "all graph recommenders on the embedded data: quality by epoch, time, memory; K = 1 … 4 layers; users held out of training",
  async run({ flags, log }) {
    await useBackend({ threads: 2 });
    const seed = Number(flags.seed ?? 42);
    const epochs = Number(flags.epochs ?? 15);
    const { interactions } = await debianDependencies();
    const { data } = await readInteractions(interactions, { name: "interactions.tsv" });
    const parts = split(data, { by: "random", test: 0.2, seed });

    const baselines: Record<string, Readonly<Record<string, number>>> = {};
    for (const model of [new Popularity(), new ItemKNN()]) {
      await model.fit(parts.train);
      baselines[model.name] = (await evaluate(model, parts.test, { metrics: METRICS })).metrics;
      log(`${model.name}: ${JSON.stringify(baselines[model.name])}`);
      model.dispose();
    }
    const curveOf = (name: string, model: UserItemRecommender) =>
      learningCurve(model, parts, (line) => log(`${name} – ${line}`));
    const models: Record<string, readonly CurvePoint[]> = {};
    for (const { name, make } of smallRecipes(epochs)) {
      const model = make(seed);
      models[name] = await curveOf(name, model);
      model.dispose();
    }

    const layers: Record<string, readonly CurvePoint[]> = {};
    const separation: Record<string, Separation> = {};
    for (const K of [0, 1, 2, 3, 4]) {
      const lightgcn = new LightGCN({ ...SOFTMAX, layers: K, epochs, seed });
      layers[`LightGCN, K = ${K}`] = await curveOf(`LightGCN, K = ${K}`, lightgcn);
      lightgcn.dispose();
      const ngcf = new NGCF({ ...SOFTMAX, layers: K, epochs, seed });
      layers[`NGCF, K = ${K}`] = await curveOf(`NGCF, K = ${K}`, ngcf);
      separation[`K = ${K}`] = separationOf(ngcf, parts.train);
      ngcf.dispose();
    }

    const newcomers = await heldOutUsers(data, epochs, seed);
    for (const [name, { recall }] of Object.entries(newcomers))
      log(`users held out, ${name}: Recall@20 ${recall.toFixed(4)}`);
    return {
      metrics: { seed, epochs, baselines, models, layers, separation, newcomers },
      rows: Object.entries(models).map(([name, points]) => curveRow(name, points)),
    };
  },
};

/** Recall of users whom training has not seen, asked for by four fifths of their items. */
async function heldOutUsers(
  data: Interactions,
  epochs: number,
  seed: number,
): Promise<Record<string, { readonly recall: number; readonly ndcg: number }>> {
  const { train, test, foldIn } = split(data, { by: "held-out-users", test: 0.1, seed });
  const found: Record<string, { recall: number; ndcg: number }> = {};
  for (const [name, model] of Object.entries({
    popularity: new Popularity(),
    "item-KNN": new ItemKNN(),
    LightGCN: new LightGCN({ ...SOFTMAX, layers: 2, epochs, seed }),
    GraphSAGE: new GraphSAGE({ ...SOFTMAX, negatives: 0, epochs, seed }),
  })) {
    await model.fit(train);
    const { metrics } = await evaluate(model, test, { metrics: METRICS, foldIn: foldIn?.test });
    found[name] = { recall: metrics["recall@20"], ndcg: metrics["ndcg@20"] };
    model.dispose();
  }
  return found;
}
