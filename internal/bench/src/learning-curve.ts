import { heap } from "@kith/core-tensors";
import type { Interactions } from "@kith/data";
import { evaluate, type UserItemRecommender } from "@kith/recommender";

/** One epoch of a training, and how good the model was after it. */
export interface EpochPoint {
  readonly epoch: number;
  readonly loss: number;
  readonly "recall@20": number;
  readonly "ndcg@20": number;
  readonly seconds: number;
  /** Of training, since its start. */
  readonly trainedSeconds: number;
}

export interface CurvePoint extends EpochPoint {
  /** Most of the kernels' memory that was in use, seen several times a second. */
  readonly peakHeapMiB: number;
}

/** Trains a model and measures it on the test data after each epoch, until its epochs are over or it has trained for so many seconds. */
export async function learningCurve(
  model: UserItemRecommender,
  { train, test }: { readonly train: Interactions; readonly test: Interactions },
  log: (line: string) => void,
  { seconds: limit = Number.POSITIVE_INFINITY }: { readonly seconds?: number } = {},
): Promise<CurvePoint[]> {
  const points: CurvePoint[] = [];
  let [trainedSeconds, peakHeap] = [0, 0];
  const onProgress = () => {
    peakHeap = Math.max(peakHeap, heap().allocated);
  };
  for await (const { epoch, loss, seconds } of model.train(train, { onProgress })) {
    trainedSeconds += seconds;
    const { metrics } = await evaluate(model, test, { metrics: ["recall@20", "ndcg@20"] });
    const point = {
      epoch,
      loss,
      "recall@20": metrics["recall@20"],
      "ndcg@20": metrics["ndcg@20"],
      seconds,
      trainedSeconds,
      peakHeapMiB: Math.round(peakHeap / 2 ** 20),
    };
    points.push(point);
    log(
      `${model.name}, epoch ${epoch}: loss ${loss.toFixed(4)}, Recall@20 ${point["recall@20"].toFixed(4)}, NDCG@20 ${point["ndcg@20"].toFixed(4)}, ${seconds.toFixed(1)} s`,
    );
    if (trainedSeconds >= limit) break;
  }
  return points;
}

/** A model's row in a table for people: its best epoch, and what epochs took. */
export function curveRow(
  model: string,
  points: readonly CurvePoint[],
): Readonly<Record<string, string | number>> {
  const [best, last] = [bestOf(points), points[points.length - 1]];
  return {
    model,
    "Recall@20": best["recall@20"].toFixed(4),
    "NDCG@20": best["ndcg@20"].toFixed(4),
    "epochs to it": best.epoch,
    epochs: last.epoch,
    "minutes to it": (best.trainedSeconds / 60).toFixed(1),
    "seconds an epoch": (last.trainedSeconds / last.epoch).toFixed(2),
    "peak heap MiB": best.peakHeapMiB,
  };
}

/** The point with the highest recall. */
export function bestOf(points: readonly CurvePoint[]): CurvePoint {
  return points.reduce((best, point) => (point["recall@20"] > best["recall@20"] ? point : best));
}
