import type { Epoch } from "@kith/recommender";
import { explain } from "../explain.ts";
import type { Family, Measured, Prepared } from "../families/family.ts";
import { Interrupted } from "../interrupt.ts";
import { type ProgressLine, TrainingProgress, took } from "../progress.ts";
import { type Trained, train } from "../training.ts";
import { type Contender, withoutDashes } from "./contenders.ts";

/** An epoch, and when it was over. */
export interface CurvePoint {
  readonly epoch: number;
  /** Since training began, with validation. */
  readonly seconds: number;
  readonly loss: number;
  readonly validation?: Readonly<Record<string, number>>;
}

/** What became of a model: measured, failed, or not got to before an interruption. */
export interface Outcome {
  readonly contender: Contender;
  readonly curve: readonly CurvePoint[];
  /** Of a model that was trained and measured. */
  readonly finished?: Finished;
  /** Why there is none. */
  readonly failure?: string;
}

export interface Finished {
  readonly trained: Trained;
  readonly measured: Measured;
  /** Time of measuring on the test data. */
  readonly evaluationSeconds: number;
  /** Of the saved model. */
  readonly bytes: number;
  /** The epoch that was kept, where validation decided. */
  readonly bestEpoch?: number;
}

/** How all are trained and measured. */
export interface Budget {
  readonly seconds?: number | undefined;
  readonly metrics: readonly string[];
  /** What validation decides by. */
  readonly metric: string;
  readonly evaluateEvery?: number | undefined;
  readonly patience?: number | undefined;
}

/**
 * Trains and measures one model after the other on the same data. A model that fails leaves the reason, and the others go on.
 * @throws Interrupted with the outcomes so far handed to `onOutcome`
 */
export async function run(
  contenders: readonly Contender[],
  family: Family,
  data: Prepared<unknown, unknown>,
  budget: Budget,
  { line, signal }: { readonly line: ProgressLine; readonly signal: AbortSignal },
  onOutcome: (outcome: Outcome) => void,
): Promise<void> {
  for (const contender of contenders) {
    const curve: CurvePoint[] = [];
    try {
      const finished = await outcomeOf(contender, family, data, budget, curve, line, signal);
      onOutcome({ contender, curve, finished });
    } catch (error) {
      if (error instanceof Interrupted)
        throw new Interrupted(
          `${(signal.reason as Error).message} while ${contender.label} was at work`,
        );
      const failure = withoutDashes(explain(error).sentence);
      line.note(`${contender.label} failed: ${failure}`);
      onOutcome({ contender, curve, failure });
    } finally {
      contender.model.dispose();
    }
  }
}

async function outcomeOf(
  { label, chosen, model }: Contender,
  family: Family,
  data: Prepared<unknown, unknown>,
  { seconds, metrics, metric, ...budget }: Budget,
  curve: CurvePoint[],
  line: ProgressLine,
  signal: AbortSignal,
): Promise<Finished> {
  const progress = new TrainingProgress(line, { metric, label });
  const started = performance.now();
  const elapsed = () => (performance.now() - started) / 1000;
  line.update(`${label}  preparing`);
  const trained = await train(
    model,
    data,
    { metrics: [...new Set([metric, ...metrics])], metric, ...budget },
    undefined,
    {
      signal,
      onProgress: (state) => progress.progress(state),
      isLast: () => seconds !== undefined && elapsed() > seconds,
      onEpoch(epoch) {
        curve.push(pointOf(epoch, elapsed()));
        if (chosen.hasEpochs) progress.epoch(epoch);
      },
    },
  );
  line.clear();
  const begun = performance.now();
  const measured = await family.measure(
    model,
    { test: data.test, exclude: data.validation },
    { metrics, line, signal },
  );
  const evaluationSeconds = (performance.now() - begun) / 1000;
  line.note(
    `${label}: ${metrics[0]} ${measured.metrics[metrics[0]]?.toFixed(4) ?? "–"} after ${took(trained.seconds)}`,
  );
  const best = bestEpoch(curve, metric);
  return {
    trained,
    measured,
    evaluationSeconds,
    bytes: model.save().byteLength,
    ...(best !== undefined && { bestEpoch: best }),
  };
}

function pointOf({ epoch, loss, validation }: Epoch, seconds: number): CurvePoint {
  return { epoch, seconds, loss, ...(validation && { validation }) };
}

/** The first epoch with the greatest value, which is the one that training keeps. */
function bestEpoch(curve: readonly CurvePoint[], metric: string): number | undefined {
  let best: CurvePoint | undefined;
  for (const point of curve) {
    const value = point.validation?.[metric];
    if (value !== undefined && !(value <= (best?.validation?.[metric] ?? Number.NEGATIVE_INFINITY)))
      best = point;
  }
  return best?.epoch;
}
