import {
  type Optimizer,
  OptionError,
  type Tensor,
  TrainingError,
  trimArena,
} from "@kith/core-tensors";
import type { Interactions } from "@kith/data";
import { breathe } from "./breathe.ts";
import type { Epoch } from "./epoch.ts";
import type { TrainOptions } from "./fit.ts";
import type { Measurable } from "./measurable.ts";
import { TrainingState } from "./training-state.ts";

/**
 * The loss of one step: its mean, so that an epoch's loss is the mean of its steps; or its sum in float64 over so many examples, so that an
 * epoch's is exactly the mean of its examples. A step may have none. `tokens` are the items of sequences that it went through.
 */
export type StepLoss =
  | number
  | { readonly sum: number; readonly count: number; readonly tokens?: number };

/** What a model trained in steps has to say. */
export interface Training<Batch> {
  readonly epochs: number;
  readonly parameters: Readonly<Record<string, Tensor>>;
  /** None where a kernel updates the parameters itself: then their change must be a function of the epoch and the batch alone. */
  readonly optimizer?: Optimizer | undefined;
  /** Steps in an epoch. */
  readonly steps: number;
  /** The batches of an epoch: a function of its number alone, so that training can be resumed within it. */
  batches(epoch: number): Iterable<Batch>;
  /** One step of training; returns its loss before the update. */
  step(batch: Batch): StepLoss;
  /** Makes the model answer from the parameters as they are. */
  finish(): void;
  /** A hash of the training data, asked for by checkpoints only. */
  dataHash(): string;
}

/** Longest time between two turns of the event loop, apart from single steps that take longer. */
const TURN = 50;
/** A mean loss so many times the first step's is no longer learning, even if it is finite. */
const DIVERGED = 1000;

/**
 * Runs a training: epochs, validation and early stopping, checkpoints, abort, progress. The event loop gets a turn
 * every 50 ms, so that signals and timers are heard.
 */
export async function* trainingLoop<Batch, Test = Interactions>(
  model: Measurable<Test>,
  training: Training<Batch>,
  options: TrainOptions<Test>,
): AsyncGenerator<Epoch, void, void> {
  try {
    yield* loop(model, training, options);
  } finally {
    trimArena(); // what the steps needed is not held until the next training
  }
}

async function* loop<Batch, Test>(
  model: Measurable<Test>,
  training: Training<Batch>,
  options: TrainOptions<Test>,
): AsyncGenerator<Epoch, void, void> {
  const { signal, validation, onProgress, isLast } = options;
  const { epochs, parameters, optimizer } = training;
  const {
    metrics = model.defaultMetrics,
    every = 1,
    patience = Number.POSITIVE_INFINITY,
  } = validation ?? {};
  if (validation) model.checkMeasurable(validation.data, validation.metrics);
  for (const [name, value] of Object.entries({ every, patience }))
    if (!(value >= 1 && (Number.isInteger(value) || value === Number.POSITIVE_INFINITY)))
      throw new OptionError(model.name, name, `must be a whole number of at least 1, got ${value}`);
  const decisive = validation?.metric ?? metrics[0];
  if (!metrics.includes(decisive))
    throw new OptionError(
      model.name,
      "metric",
      `must be one of the validation metrics ${metrics.join(", ")}, got ${decisive}`,
    );
  if (validation?.metric !== undefined) model.checkMeasurable(validation.data, [decisive]);
  const keepsBest = validation?.patience !== undefined || validation?.metric !== undefined;
  const state = new TrainingState(parameters, optimizer);
  const { standing } = state;
  let hash: string | undefined; // computed once, and only if there is a checkpoint
  const subject = {
    model: model.name,
    options: model.options,
    get dataHash() {
      hash ??= training.dataHash();
      return hash;
    },
  };
  const checkpoint = async (): Promise<void> =>
    options.checkpoint?.({ file: state.save(subject), epoch: standing.epoch });

  if (options.resumeFrom) state.restore(subject, options.resumeFrom);
  if (standing.epoch > epochs)
    throw new OptionError(
      model.name,
      "epochs",
      `must be at least ${standing.epoch}, where the checkpoint stands, got ${epochs}`,
    );
  model.metrics = standing.metrics;
  if (standing.epoch > 0) training.finish();

  let turn = performance.now();
  let isEnough = false;
  while (standing.epoch < epochs && standing.waited < patience && !isEnough) {
    const epoch = standing.epoch + 1;
    let paused = 0;
    const started = performance.now();
    let index = 0;
    for (const batch of training.batches(epoch)) {
      if (index++ < standing.step) continue;
      if (signal?.aborted) {
        await checkpoint();
        signal.throwIfAborted();
      }
      const loss = training.step(batch);
      const { sum, count, tokens } = typeof loss === "number" ? { sum: loss, count: 1 } : loss;
      if (!Number.isFinite(sum))
        throw diverged(
          model.name,
          sum / count,
          `epoch ${epoch}, step ${index} of ${training.steps}`,
        );
      standing.step++;
      standing.lossSum += sum;
      standing.lossCount += count;
      if (tokens !== undefined) standing.tokens = (standing.tokens ?? 0) + tokens;
      if (count > 0) standing.firstLoss ??= sum / count;
      const now = performance.now();
      if (now - turn > TURN) {
        onProgress?.({
          epoch,
          epochs,
          done: standing.step / training.steps,
          loss: standing.lossSum / Math.max(1, standing.lossCount),
        });
        await breathe();
        turn = performance.now();
        paused += turn - now;
      }
    }
    if (standing.lossCount === 0)
      throw new TrainingError(
        `${model.name}: epoch ${epoch} had no examples to learn from: the data have too few that are left, such as after subsampling`,
      );
    training.finish();
    const loss = standing.lossSum / standing.lossCount;
    if (loss > DIVERGED * Math.max(1, standing.firstLoss ?? 1))
      throw diverged(model.name, loss, `epoch ${epoch}`);
    const seconds = (performance.now() - started - paused) / 1000;
    const { tokens } = standing;
    Object.assign(standing, { epoch, step: 0, lossSum: 0, lossCount: 0, tokens: null });

    isEnough = isLast?.(epoch) ?? false;
    let measured: Readonly<Record<string, number>> | undefined;
    if (validation && (epoch % every === 0 || epoch === epochs || isEnough)) {
      const chosen = validation.metrics && { metrics: validation.metrics };
      measured = (await model.measure(validation.data, { ...chosen })).metrics;
      model.metrics = standing.metrics = measured;
      if (keepsBest) state.compare(measured, decisive);
    }
    yield {
      epoch,
      epochs,
      loss,
      seconds,
      ...(tokens !== null && { tokens }),
      ...(measured && { validation: measured }),
    };
    if (options.checkpointEvery && epoch % options.checkpointEvery === 0) await checkpoint();
  }
  if (state.returnToBest()) {
    training.finish();
    model.metrics = standing.metrics;
  }
}

function diverged(model: string, loss: number, where: string): TrainingError {
  return new TrainingError(
    `${model}: the loss became ${loss} in ${where}: training diverged; lower the learning rate`,
  );
}
