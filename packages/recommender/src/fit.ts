import type { Interactions } from "@kith/data";
import type { Epoch } from "./epoch.ts";

/** What to measure between epochs: `Test` is what the model's family is measured on. */
export interface Validation<Test = Interactions> {
  /** Held-out interactions, where what the model was trained on is not recommended; labelled pairs for models of items. */
  readonly data: Test;
  /** Metric keys. Default recall@20 and ndcg@20; auc, auc-seen and average-precision for models of items. */
  readonly metrics?: readonly string[];
  /** Measure after every so many epochs, and after the last. Default 1. */
  readonly every?: number;
  /** Stop when `metric` has not improved for `patience` measurements, and keep the best epoch. */
  readonly patience?: number;
  /** The metric that decides which epoch is best. Default: the first. Given or with `patience`, the best epoch is kept. */
  readonly metric?: string;
}

/** How far training is, several times a second. */
export interface Progress {
  readonly epoch: number;
  readonly epochs: number;
  /** Share of the epoch's steps that are done, 0 … 1. */
  readonly done: number;
  /** Mean loss so far, as `Epoch` has it. */
  readonly loss: number;
}

/** A checkpoint: everything needed to go on as if nothing had happened. */
export interface Checkpoint {
  /** To be given as `resumeFrom`. */
  readonly file: Uint8Array<ArrayBuffer>;
  /** Epochs finished. */
  readonly epoch: number;
}

export interface TrainOptions<Test = Interactions> {
  /** Stops training within a step, after handing over a checkpoint. */
  readonly signal?: AbortSignal | undefined;
  readonly validation?: Validation<Test> | undefined;
  /** Takes checkpoints: when the signal aborts, and every `checkpointEvery` epochs. */
  readonly checkpoint?: ((checkpoint: Checkpoint) => void | Promise<void>) | undefined;
  /** Default 0: only when aborted. */
  readonly checkpointEvery?: number | undefined;
  /** A checkpoint's file: training goes on from there, with the same result bit for bit as if it had not been interrupted. */
  readonly resumeFrom?: Uint8Array | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /**
   * Asked once after the steps of each epoch: true makes it the last one, which is measured and after which the best epoch is kept, as at the end. For
   * budgets of time, where leaving the loop would keep the latest epoch.
   */
  readonly isLast?: ((epoch: number) => boolean) | undefined;
}

export interface FitOptions<Test = Interactions> extends TrainOptions<Test> {
  readonly onEpoch?: ((epoch: Epoch) => void) | undefined;
}

/** The names of all options of `fit`. */
export const FIT_OPTIONS: readonly string[] = [
  "signal",
  "validation",
  "checkpoint",
  "checkpointEvery",
  "resumeFrom",
  "onProgress",
  "isLast",
  "onEpoch",
];

/** Drains a training. */
export async function fit(
  training: AsyncGenerator<Epoch, void, void>,
  { onEpoch }: Pick<FitOptions, "onEpoch">,
): Promise<void> {
  for await (const epoch of training) onEpoch?.(epoch);
}
