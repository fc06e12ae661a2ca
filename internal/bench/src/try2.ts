import { useBackend } from "@kith/core-tensors";
import { NGCF, LightGCN } from "@kith/models-gnn";
import { evaluate } from "@kith/recommender";
import { readySplit } from "./data-sets.ts";
const split = (await readySplit(process.env.KITH_DATA, "gowalla"))!;
await useBackend();
const [,, which, epochs, batchSize, learningRate, extra] = process.argv;
const o = { epochs: +epochs, batchSize: +batchSize, learningRate: +learningRate, ...JSON.parse(extra ?? "{}") };
const model = which === "ngcf" ? new NGCF(o) : which === "mf" ? new LightGCN({ ...o, layers: 0 }) : new LightGCN(o);
for await (const { epoch, loss, seconds } of model.train(split.train)) {
  const { metrics } = await evaluate(model, split.test, { metrics: ["recall@20", "ndcg@20"] });
  console.log(which, epoch, loss.toFixed(4), seconds.toFixed(1), metrics["recall@20"].toFixed(4), metrics["ndcg@20"].toFixed(4));
}
