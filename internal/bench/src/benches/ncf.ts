import { useBackend } from "@kith/core-tensors";
import { type Interactions, split } from "@kith/data";
import { GMF, MLP, NeuMF } from "@kith/models-cf";
import {
  type CandidateRow,
  drawCandidates,
  evaluate,
  evaluateCandidates,
  type UserItemRecommender,
} from "@kith/recommender";
import type { Bench } from "../bench.ts";
import { leaveOneOut } from "../data-sets.ts";
import { ncfRecipes } from "../ncf-recipes.ts";

const CANDIDATES = ["hit-rate@10", "ndcg@10", "mrr@10"];
const FULL = ["hit-rate@10", "ndcg@10"];
const MAKE = { GMF, MLP, NeuMF };

/** What He et al. report for the largest networks, and what a PyTorch port trains. */
const PUBLISHED = {
  "NeuMF with pre-training, 64 factors": { "hit-rate@10": 0.726, "ndcg@10": 0.445 },
  samplesPerSecondOfPyTorch: 40_000,
};

interface Point {
  readonly epoch: number;
  readonly loss: number;
  readonly seconds: number;
  readonly samplesPerSecond: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** Neural collaborative filtering by its authors' protocol. */
export const ncfBench: Bench = {
  name: "ncf",
  about:
    "GMF, MLP and NeuMF on NCF's leave-one-out split of MovieLens-1M; --models gmf-8,neumf-64; --on validation chooses options on one more held-out item",
  async run({ data, flags, log }) {
    const found = await leaveOneOut(data);
    if (!found) return { metrics: {}, skipped: "KITH_DATA names no folder that holds ncf-ml-1m" };
    const threads = Number(flags.threads ?? 2);
    await useBackend({ threads });
    const seed = Number(flags.seed ?? 42);
    const wanted = flags.models?.split(",");
    const onValidation = flags.on === "validation";
    const { train, test, rows } = onValidation ? withoutOneMore(found.train) : found;
    const models: Record<string, object> = {};
    const table: Record<string, string | number>[] = [];
    for (const { name, model: kind, options } of ncfRecipes) {
      if (wanted && !wanted.includes(name)) continue;
      const model = new MAKE[kind]({ ...options, seed });
      const points = await curve(model, train, rows, (line) => log(`${name} – ${line}`));
      const among = await evaluateCandidates(model, rows, { metrics: CANDIDATES });
      const full = await evaluate(model, test, { metrics: FULL });
      const { perUser: _, users: __, formulas: ___, ...candidates } = among;
      models[name] = { options: model.options, points, candidates, fullRanking: full.metrics };
      const { samplesPerSecond } = points[points.length - 1];
      table.push({
        model: name,
        epochs: points.length,
        "HR@10": among.metrics["hit-rate@10"].toFixed(4),
        "NDCG@10": among.metrics["ndcg@10"].toFixed(4),
        "HR@10, full": full.metrics["hit-rate@10"].toFixed(4),
        "NDCG@10, full": full.metrics["ndcg@10"].toFixed(4),
        "samples/s": Math.round(samplesPerSecond),
      });
      model.dispose();
    }
    const { users, items, length } = train;
    const sizes = { users: users.size, items: items.size, pairs: length, rows: rows.length };
    return {
      metrics: {
        seed,
        threads,
        measuredOn: onValidation ? "validation" : "test",
        ...sizes,
        published: PUBLISHED,
        models,
      },
      rows: table,
      ...((wanted || onValidation) && {
        variant: [...(onValidation ? ["validation"] : []), ...(wanted ?? [])].join("-"),
      }),
    };
  },
};

/** One more item of each user held out of the training data, among 99 drawn ones: to choose options without looking at the test items. */
function withoutOneMore(data: Interactions): {
  train: Interactions;
  test: Interactions;
  rows: CandidateRow[];
} {
  const { train, test } = split(data, { by: "leave-one-out" });
  return { train, test, rows: drawCandidates(train, test) };
}

async function curve(
  model: UserItemRecommender & { readonly options: { readonly negatives: number } },
  train: Interactions,
  rows: readonly CandidateRow[],
  log: (line: string) => void,
): Promise<Point[]> {
  const points: Point[] = [];
  const samples = train.length * (1 + model.options.negatives);
  for await (const { epoch, epochs, loss, seconds } of model.train(train)) {
    const measured = epoch % 5 === 0 || epoch === epochs;
    const metrics = measured
      ? (await evaluateCandidates(model, rows, { metrics: CANDIDATES })).metrics
      : {};
    points.push({ epoch, loss, seconds, samplesPerSecond: samples / seconds, metrics });
    log(JSON.stringify(points[points.length - 1]));
  }
  return points;
}
