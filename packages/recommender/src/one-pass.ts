import { OptionError } from "@kith/core-tensors";
import type { Interactions } from "@kith/data";
import { breathe } from "./breathe.ts";
import type { Epoch } from "./epoch.ts";
import type { TrainOptions } from "./fit.ts";
import type { Measurable } from "./measurable.ts";

/** Longest time between two turns of the event loop. */
const TURN = 50;

/**
 * Training that counts instead of descending: one epoch, whose loss is 0 because there is none. Timers and signals are heard every 50 ms.
 * @param learn yields the share that is done now and then; the model answers from what it learned once this returns
 */
export async function* onePass<Test = Interactions>(
  model: Measurable<Test>,
  { signal, validation, resumeFrom, onProgress }: TrainOptions<Test>,
  learn: () => Iterable<number>,
): AsyncGenerator<Epoch, void, void> {
  if (resumeFrom)
    throw new OptionError(
      model.name,
      "resumeFrom",
      "is not for a model that learns in one pass: it makes no checkpoints; train it again",
    );
  signal?.throwIfAborted();
  const started = performance.now();
  let paused = 0;
  let turn = started;
  for (const done of learn()) {
    const now = performance.now();
    if (now - turn <= TURN) continue;
    onProgress?.({ epoch: 1, epochs: 1, done, loss: 0 });
    await breathe();
    signal?.throwIfAborted();
    turn = performance.now();
    paused += turn - now;
  }
  const seconds = (performance.now() - started - paused) / 1000;
  model.metrics = {};
  if (validation) {
    const { data, metrics } = validation;
    model.metrics = (await model.measure(data, { signal, ...(metrics && { metrics }) })).metrics;
  }
  yield { epoch: 1, epochs: 1, loss: 0, seconds, ...(validation && { validation: model.metrics }) };
}
