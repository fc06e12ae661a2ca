import { rm, stat } from "node:fs/promises";
import { CliError, UsageError } from "./errors.ts";
import { readBytes } from "./files.ts";
import type { Model } from "./models.ts";
import { isCheckpoint } from "./peek.ts";
import type { CheckpointFiles } from "./training.ts";
import type { Tell } from "./words.ts";

/** The flags that say where checkpoints are. */
export interface CheckpointFlags {
  readonly out?: string;
  readonly checkpoint?: string;
  readonly resume?: boolean | string;
}

/** Where checkpoints go. */
export function checkpointPath({ out, checkpoint, resume }: CheckpointFlags): string {
  return checkpoint ?? (typeof resume === "string" ? resume : `${out ?? "model.kith"}.checkpoint`);
}

/**
 * Where checkpoints go, and the one to go on from; tells of one that would be overwritten.
 * @throws UsageError for a model that has none
 * @throws CliError when there is none to go on from, or one would be written over a file that is none
 */
export async function checkpointFiles(
  flags: CheckpointFlags,
  { name, hasEpochs }: Model,
  tell: Tell,
): Promise<CheckpointFiles & { readonly isResumed?: boolean }> {
  const { resume } = flags;
  const path = checkpointPath(flags);
  const from = typeof resume === "string" ? resume : path;
  const isThere = await stat(from).then(
    () => true,
    () => false,
  );
  const isResumed = Boolean(resume) && from === path;
  if (hasEpochs && !isResumed) await checkReplaceable(path);
  if (!resume) {
    if (isThere && hasEpochs)
      tell(
        `${path} is there from an earlier training: --resume would go on from it, Ctrl-C would overwrite it`,
      );
    return { path };
  }
  if (!hasEpochs)
    throw new UsageError(`--resume is not for ${name}: it learns in one pass; train it again`);
  if (!isThere) throw new CliError(`cannot resume: there is no checkpoint ${from}`);
  return { path, isResumed, resumeFrom: await readBytes(from) };
}

/** Takes away a checkpoint that training needs no more, and nothing that is none. */
export async function removeCheckpoint(path: string): Promise<void> {
  if (await isCheckpoint(path).catch(() => false)) await rm(path, { force: true });
}

/** @throws CliError when a checkpoint would be written over a file that is none */
async function checkReplaceable(path: string): Promise<void> {
  const there = await stat(path).catch(() => undefined);
  if (!there?.isFile() || there.size === 0) return;
  if (await isCheckpoint(path).catch(() => true)) return; // what cannot be read is for others to say
  throw new CliError(
    `${path} is there and is not a checkpoint: name another file with --checkpoint, or move it away`,
  );
}
