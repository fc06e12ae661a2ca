import { heap, SparseMatrix, useBackend } from "@kith/core-tensors";
import { bipartite, normalize } from "@kith/graph";
import { LightGCN, type LightGCNOptions } from "@kith/models-gnn";
import { evaluate } from "@kith/recommender";
import type { Bench, Context, Result } from "../bench.ts";
import { readySplit } from "../data-sets.ts";
import type { EpochPoint } from "../learning-curve.ts";

/** What the authors' implementation reaches (K = 3, d 64, batch 2048, its published log; time on a machine of 2 cores). */
const AUTHORS = {
  epoch: 5,
  recall: 0.1071,
  ndcg: 0.0894,
  secondsPerEpoch: 171,
  evaluationSeconds: 75,
  adjacencySeconds: 65,
};
const PAPER_RECALL = 0.1824;

/** The paper's recipe, epoch by epoch. */
export const lightgcnBench: Bench = {
  name: "lightgcn",
  about:
    "LightGCN with the paper's recipe on Gowalla: quality and seconds per epoch, evaluation, adjacency, memory",
  async run(context) {
    const epochs = Number(context.flags.epochs ?? 5);
    const seed = Number(context.flags.seed ?? 42);
    const trained = await train(context, { epochs, seed });
    if (!trained) return missing("gowalla");
    const { rows, adjacencySeconds } = trained;
    const at = rows.find(({ epoch }) => epoch === AUTHORS.epoch);
    return {
      metrics: {
        ...summary(rows),
        seed,
        adjacencySeconds,
        authors: AUTHORS,
        ...(at && {
          recallOverAuthors: at["recall@20"] / AUTHORS.recall,
          ndcgOverAuthors: at["ndcg@20"] / AUTHORS.ndcg,
        }),
      },
      rows: rows.map(shown),
    };
  },
};

/** Our recipe for the same model, until the paper's recall is reached. */
export const lightgcnFastBench: Bench = {
  name: "lightgcn-fast",
  about: `LightGCN with our softmax recipe on Gowalla: minutes until the paper's Recall@20 of ${PAPER_RECALL}`,
  async run(context) {
    const epochs = Number(context.flags.epochs ?? 20);
    const seed = Number(context.flags.seed ?? 42);
    const trained = await train(context, { ...FAST, epochs, seed }, PAPER_RECALL);
    if (!trained) return missing("gowalla");
    const { rows } = trained;
    const reached = rows.find((row) => row["recall@20"] >= PAPER_RECALL);
    return {
      metrics: {
        ...summary(rows),
        seed,
        options: FAST,
        target: PAPER_RECALL,
        ...(reached && {
          reachedEpoch: reached.epoch,
          minutesToTarget: reached.trainedSeconds / 60,
        }),
      },
      rows: rows.map(shown),
    };
  },
};

/** Our recipe for large catalogues. */
const FAST: LightGCNOptions = {
  loss: "softmax",
  layers: 3,
  temperature: 0.08,
  learningRate: 0.01,
  regularization: 0,
  batchSize: 2048,
  negatives: 2048,
  lengthNormalization: 0.3,
};

interface Row extends EpochPoint {
  readonly evaluationSeconds: number;
  readonly rssMiB: number;
  readonly heapMiB: number;
}

async function train(
  { log, data }: Context,
  options: LightGCNOptions,
  until = Number.POSITIVE_INFINITY,
): Promise<{ rows: Row[]; adjacencySeconds: number } | undefined> {
  const split = await readySplit(data, "gowalla");
  if (!split) return undefined;
  await useBackend();
  const started = performance.now();
  new SparseMatrix(normalize(bipartite(split.train), "symmetric"), { symmetric: true }).dispose();
  const adjacencySeconds = (performance.now() - started) / 1000;
  log(`adjacency: ${adjacencySeconds.toFixed(2)} s`);

  const rows: Row[] = [];
  const model = new LightGCN(options);
  let trainedSeconds = 0;
  for await (const { epoch, loss, seconds } of model.train(split.train)) {
    trainedSeconds += seconds;
    const { metrics, seconds: evaluationSeconds } = await evaluate(model, split.test, {
      metrics: ["recall@20", "ndcg@20"],
    });
    rows.push({
      epoch,
      loss,
      "recall@20": metrics["recall@20"],
      "ndcg@20": metrics["ndcg@20"],
      seconds,
      trainedSeconds,
      evaluationSeconds,
      rssMiB: Math.round(process.memoryUsage().rss / 2 ** 20),
      heapMiB: Math.round(heap().allocated / 2 ** 20),
    });
    log(JSON.stringify(shown(rows[rows.length - 1])));
    if (metrics["recall@20"] >= until) break;
  }
  model.dispose();
  return { rows, adjacencySeconds };
}

function summary(rows: readonly Row[]): Record<string, unknown> {
  const last = rows[rows.length - 1];
  const mean = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    "recall@20": last["recall@20"],
    "ndcg@20": last["ndcg@20"],
    secondsPerEpoch: mean(rows.map(({ seconds }) => seconds)),
    evaluationSeconds: mean(rows.map(({ evaluationSeconds }) => evaluationSeconds)),
    rssMiBPerEpoch: rows.map(({ rssMiB }) => rssMiB),
    heapMiBPerEpoch: rows.map(({ heapMiB }) => heapMiB),
    epochs: rows,
  };
}

function shown({
  epoch,
  loss,
  seconds,
  evaluationSeconds,
  rssMiB,
  ...row
}: Row): Record<string, string | number> {
  return {
    epoch,
    loss: loss.toFixed(4),
    "Recall@20": row["recall@20"].toFixed(4),
    "NDCG@20": row["ndcg@20"].toFixed(4),
    "training s": seconds.toFixed(1),
    "evaluation s": evaluationSeconds.toFixed(2),
    "RSS MiB": rssMiB,
  };
}

function missing(name: string): Result {
  return { metrics: {}, skipped: `KITH_DATA names no folder that holds ${name}` };
}
