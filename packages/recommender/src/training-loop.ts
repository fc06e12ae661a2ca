import {
  FormatError,
  type Optimizer,
  OptionError,
  type Tensor,
  TrainingError,
} from "@kith/core-tensors";
import { breathe } from "./breathe.ts";
import { decodeCheckpoint, encodeCheckpoint, type Standing } from "./checkpoint.ts";
import type { Epoch } from "./epoch.ts";
import { DEFAULT_METRICS, evaluate, parseMetrics } from "./evaluate.ts";
import type { TrainOptions } from "./fit.ts";
import type { StoredTensor } from "./safetensors.ts";
import type { UserItemRecommender } from "./user-item-recommender.ts";

/** What a model trained in steps has to say. */
export interface Training<Batch> {
  readonly epochs: number;
  readonly parameters: Readonly<Record<string, Tensor>>;
  readonly optimizer: Optimizer;
  /** Steps in an epoch. */
  readonly steps: number;
  /** The batches of an epoch: a function of its number alone, so that training can be resumed within it. */
  batches(epoch: number): Iterable<Batch>;
  /** One step of training; returns its loss. */
  step(batch: Batch): number;
  /** Makes the model answer from the parameters as they are. */
  finish(): void;
  /** A hash of the training data, for checkpoints. */
  dataHash(): string;
}

/** Longest time between two turns of the event loop, apart from single steps that take longer. */
const TURN = 50;

/**
 * Runs a training: epochs, validation and early stopping, checkpoints, abort, progress. The event loop gets a turn
 * every 50 ms, so that signals and timers are heard.
 */
export async function* trainingLoop<Batch>(
  model: UserItemRecommender,
  training: Training<Batch>,
  options: TrainOptions,
): AsyncGenerator<Epoch, void, void> {
  const { signal, validation, onProgress } = options;
  const { epochs, parameters, optimizer } = training;
  const {
    metrics = DEFAULT_METRICS,
    every = 1,
    patience = Number.POSITIVE_INFINITY,
  } = validation ?? {};
  parseMetrics(metrics);
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
  const keepsBest = validation?.patience !== undefined || validation?.metric !== undefined;
  const best: Record<string, Float32Array> = {};
  const standing: Standing = {
    epoch: 0,
    step: 0,
    lossSum: 0,
    optimizerSteps: 0,
    waited: 0,
    metrics: {},
    best: null,
  };
  model.metrics = standing.metrics;
  const subject = () => ({
    model: model.name,
    options: model.options,
    dataHash: training.dataHash(),
  });

  const checkpoint = async (): Promise<void> => {
    if (!options.checkpoint) return;
    const tensors: Record<string, StoredTensor> = {};
    for (const [name, { shape, data }] of Object.entries(parameters))
      tensors[`parameter.${name}`] = { shape, data };
    for (const [name, { shape, data }] of Object.entries(optimizer.state()))
      tensors[`optimizer.${name}`] = { shape, data };
    for (const [name, data] of Object.entries(best))
      tensors[`best.${name}`] = { shape: parameters[name].shape, data };
    standing.optimizerSteps = optimizer.steps;
    await options.checkpoint({
      file: encodeCheckpoint(subject(), { standing, tensors }),
      epoch: standing.epoch,
    });
  };

  if (options.resumeFrom) {
    const { standing: from, tensors } = decodeCheckpoint(subject(), options.resumeFrom);
    Object.assign(standing, from);
    optimizer.steps = from.optimizerSteps;
    for (const [name, tensor] of Object.entries(parameters))
      tensor.data.set(storedFor(tensor, tensors, `parameter.${name}`));
    for (const [name, tensor] of Object.entries(optimizer.state()))
      tensor.data.set(storedFor(tensor, tensors, `optimizer.${name}`));
    if (standing.best)
      for (const [name, tensor] of Object.entries(parameters))
        best[name] = storedFor(tensor, tensors, `best.${name}`) as Float32Array;
    model.metrics = standing.metrics;
    if (standing.epoch > 0) training.finish();
  }

  let turn = performance.now();
  while (standing.epoch < epochs && standing.waited < patience) {
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
      if (!Number.isFinite(loss))
        throw new TrainingError(
          `${model.name}: the loss became ${loss} in epoch ${epoch}, step ${index} of ${training.steps}: training diverged; lower the learning rate`,
        );
      standing.step++;
      standing.lossSum += loss;
      const now = performance.now();
      if (now - turn > TURN) {
        onProgress?.({
          epoch,
          epochs,
          done: standing.step / training.steps,
          loss: standing.lossSum / standing.step,
        });
        await breathe();
        turn = performance.now();
        paused += turn - now;
      }
    }
    training.finish();
    const loss = standing.lossSum / standing.step;
    const seconds = (performance.now() - started - paused) / 1000;
    Object.assign(standing, { epoch, step: 0, lossSum: 0 });

    let measured: Readonly<Record<string, number>> | undefined;
    if (validation && (epoch % every === 0 || epoch === epochs)) {
      measured = (await evaluate(model, validation.data, { metrics, signal: undefined })).metrics;
      model.metrics = standing.metrics = measured;
      if (keepsBest) {
        if (!standing.best || measured[decisive] > standing.best.metrics[decisive]) {
          standing.best = { epoch, metrics: { ...measured } };
          standing.waited = 0;
          for (const [name, tensor] of Object.entries(parameters)) best[name] = tensor.data.slice();
        } else standing.waited++;
      }
    }
    yield { epoch, epochs, loss, seconds, ...(measured && { validation: measured }) };
    if (options.checkpointEvery && epoch % options.checkpointEvery === 0) await checkpoint();
  }
  if (standing.best && standing.best.epoch < standing.epoch) {
    for (const [name, tensor] of Object.entries(parameters)) tensor.data.set(best[name]);
    training.finish();
    model.metrics = standing.best.metrics;
  }
}

/** What a checkpoint holds for a tensor. */
function storedFor(
  tensor: Tensor,
  tensors: Readonly<Record<string, StoredTensor>>,
  name: string,
): StoredTensor["data"] {
  const stored = tensors[name];
  if (!stored || stored.data.length !== tensor.size)
    throw new FormatError(
      `checkpoint: tensor "${name}" of ${tensor.size} elements is missing or of another size`,
    );
  return stored.data;
}
