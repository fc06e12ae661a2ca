import { heap } from "@kith/core-tensors";
import type { Sequences } from "@kith/data";
import { evaluateNextItem, type SessionRecommender } from "@kith/recommender";

/** A model of sessions after an epoch, measured on the test sessions. */
export interface SessionPoint {
  readonly epoch: number;
  readonly loss: number;
  readonly "recall@20": number;
  readonly "mrr@20": number;
  readonly tieRate: number;
  /** Of training alone. */
  readonly seconds: number;
  /** 0 for models that only count. */
  readonly eventsPerSecond: number;
  readonly evaluationSeconds: number;
  /** Events of the test sessions. */
  readonly events: number;
  readonly heapMiB: number;
  readonly rssMiB: number;
}

/** Trains to the end, measuring after every epoch. */
export async function sessionCurve(
  model: SessionRecommender,
  { train, test }: { readonly train: Sequences; readonly test: Sequences },
  log: (line: string) => void,
): Promise<SessionPoint[]> {
  const points: SessionPoint[] = [];
  for await (const { epoch, loss, seconds, tokens = 0 } of model.train(train)) {
    const found = await evaluateNextItem(model, test);
    points.push({
      epoch,
      loss,
      "recall@20": found.metrics["recall@20"],
      "mrr@20": found.metrics["mrr@20"],
      tieRate: found.tieRate,
      seconds,
      eventsPerSecond: tokens / seconds,
      evaluationSeconds: found.seconds,
      events: found.events,
      heapMiB: Math.round(heap().allocated / 2 ** 20),
      rssMiB: Math.round(process.memoryUsage().rss / 2 ** 20),
    });
    log(JSON.stringify(points[points.length - 1]));
  }
  return points;
}

/** The last point of a curve as a row for people. */
export function sessionRow(
  name: string,
  points: readonly SessionPoint[],
): Record<string, string | number> {
  const last = points[points.length - 1];
  return {
    model: name,
    epochs: points.length,
    "Recall@20": last["recall@20"].toFixed(4),
    "MRR@20": last["mrr@20"].toFixed(4),
    "s / epoch": (points.reduce((sum, point) => sum + point.seconds, 0) / points.length).toFixed(1),
    "events/s": last.eventsPerSecond > 0 ? Math.round(last.eventsPerSecond) : "",
    "evaluation s": last.evaluationSeconds.toFixed(1),
  };
}
