import { OptionError } from "@kith/core-tensors";
import type { Epoch, FitOptions } from "@kith/recommender";
import { CliError } from "./errors.ts";
import type { AnyModel, Prepared } from "./families/family.ts";
import { writeAtomically } from "./files.ts";
import { Interrupted } from "./interrupt.ts";
import { count } from "./words.ts";

/** How to train, beside the model's own options. */
export interface TrainingFlags {
  /** Metrics to validate with, the one that decides first. */
  readonly metrics: readonly string[];
  /** Given: the best epoch by this metric is kept. */
  readonly metric?: string | undefined;
  readonly evaluateEvery?: number | undefined;
  readonly patience?: number | undefined;
  readonly checkpointEvery?: number | undefined;
}

/** Where checkpoints go, and the one to go on from. */
export interface CheckpointFiles {
  readonly path: string;
  readonly resumeFrom?: Uint8Array | undefined;
}

/** What training took. */
export interface Trained {
  /** Epochs of this run, without those before a resumption. */
  readonly epochs: number;
  /** Wall-clock time of this run, with validation. */
  readonly seconds: number;
  /** Mean time of an epoch's training alone. */
  readonly secondsPerEpoch: number;
  /** Items of sequences trained on in a second of training alone, where the model learns from sequences. */
  readonly tokensPerSecond?: number;
  readonly wroteCheckpoint: boolean;
}

/**
 * Trains a model. When it is interrupted a checkpoint is on disk, and the error says how to go on.
 * @param files left out, an interruption saves nothing
 * @param hooks told about progress
 */
export async function train(
  model: AnyModel,
  { train: data, validation }: Pick<Prepared<unknown, unknown>, "train" | "validation">,
  flags: TrainingFlags,
  files: CheckpointFiles | undefined,
  hooks: Pick<FitOptions, "signal" | "onProgress" | "isLast"> & {
    readonly onEpoch: (epoch: Epoch) => void | Promise<void>;
  },
): Promise<Trained> {
  const { path = "", resumeFrom } = files ?? {};
  const started = performance.now();
  const done: Epoch[] = [];
  let saved: number | undefined;
  const { metrics, metric, evaluateEvery, patience, checkpointEvery } = flags;
  const training = model.train(data, {
    signal: hooks.signal,
    onProgress: hooks.onProgress,
    isLast: hooks.isLast,
    resumeFrom,
    checkpointEvery,
    ...(files && {
      checkpoint: async ({ file, epoch }) => {
        await writeAtomically(path, file);
        saved = epoch;
      },
    }),
    ...(validation !== undefined && {
      validation: {
        data: validation,
        metrics,
        ...(metric !== undefined && { metric }),
        ...(evaluateEvery !== undefined && { every: evaluateEvery }),
        ...(patience !== undefined && { patience }),
      },
    }),
  });
  try {
    for await (const epoch of training) {
      done.push(epoch);
      await hooks.onEpoch(epoch);
    }
  } catch (error) {
    if (error instanceof OptionError && error.option === "resumeFrom")
      throw new CliError(
        error.message.replace(/^.*?option "resumeFrom"/, `cannot resume: ${path}`),
      );
    if (error instanceof Error && error.message.startsWith("checkpoint: "))
      throw new CliError(error.message.replace("checkpoint", `cannot resume: ${path}`));
    if (!(error instanceof Interrupted)) throw error;
    throw new Interrupted(
      saved === undefined
        ? `${error.message}; nothing was saved`
        : `${error.message} after ${count(saved, "whole epoch")}; the checkpoint is in ${path}; the same command with --resume goes on from there`,
    );
  }
  const seconds = done.reduce((sum, epoch) => sum + epoch.seconds, 0);
  const tokens = done.reduce((sum, epoch) => sum + (epoch.tokens ?? 0), 0);
  return {
    epochs: done.length,
    seconds: (performance.now() - started) / 1000,
    secondsPerEpoch: done.length === 0 ? 0 : seconds / done.length,
    ...(tokens > 0 && { tokensPerSecond: tokens / seconds }),
    wroteCheckpoint: saved !== undefined,
  };
}
