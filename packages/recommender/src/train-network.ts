import { kernels, type ParameterSet, requireMemory, TrainingError } from "@kith/core-tensors";
import type { Epoch } from "./epoch.ts";
import type { TrainOptions } from "./fit.ts";
import type { Measurable } from "./measurable.ts";
import { type Training, trainingLoop } from "./training-loop.ts";

/** A training of a network, with memory to be given back. */
export interface NetworkTraining<N extends ParameterSet, Batch> extends Training<Batch> {
  readonly network: N;
  dispose(): void;
}

/** What a model that answers from a network does by itself. */
export interface NetworkSteps<N extends ParameterSet, Batch> {
  /** What training takes, about, in bytes and in words that complete "… needs so much". */
  readonly memory: { readonly what: string; readonly bytes: number };
  /** Makes the training, whose `finish` hands over the network. */
  open(finish: (trained: N) => void): NetworkTraining<N, Batch>;
  /** Makes the model answer from the network as it is now. */
  answer(trained: N): void;
}

/**
 * Trains a network: memory first, then `trainingLoop`, and what training took is given back.
 * @throws MemoryError when it would not fit
 * @throws TrainingError, and disposes of the model, when its weights are no longer finite numbers
 */
export async function* trainNetwork<N extends ParameterSet, Batch, Test>(
  model: Measurable<Test> & { dispose(): void },
  options: TrainOptions<Test>,
  { memory, open, answer }: NetworkSteps<N, Batch>,
): AsyncGenerator<Epoch, void, void> {
  kernels(); // chooses what computes, which allocates, before there are views
  requireMemory(`${model.name}: ${memory.what}`, memory.bytes);
  const training = open((trained) => {
    if (!trained.isFinite()) {
      model.dispose();
      throw new TrainingError(
        `${model.name}: weights are no longer finite numbers: training diverged; lower the learning rate`,
      );
    }
    answer(trained);
  });
  try {
    yield* trainingLoop(model, training, options);
  } finally {
    training.dispose();
  }
}
