import { FormatError, OptionError } from "@kith/core-tensors";
import { decodeSafeTensors, encodeSafeTensors, type StoredTensor } from "./safetensors.ts";

const FORMAT = "kith-checkpoint/2";

/** Where training stands; plain numbers, which JSON keeps exactly. */
export interface Standing {
  /** Epochs finished. */
  epoch: number;
  /** Steps done of the next one. */
  step: number;
  /** Sum of the losses of those steps. */
  lossSum: number;
  /** What the sum is divided by: the examples of those steps, or the steps themselves. */
  lossCount: number;
  /** Items of sequences in those steps; null where the model does not count them. */
  tokens: number | null;
  /** Mean loss of the first step that had examples. */
  firstLoss: number | null;
  /** 0 where there is no optimiser. */
  optimizerSteps: number;
  /** Measurements since the best one. */
  waited: number;
  /** The model's metrics, from the latest measurement. */
  metrics: Readonly<Record<string, number>>;
  best: { epoch: number; metrics: Readonly<Record<string, number>> } | null;
}

/** What training is of: a checkpoint goes on with the same only. */
export interface Subject {
  readonly model: string;
  readonly options: object;
  readonly dataHash: string;
}

export interface CheckpointContent {
  readonly standing: Standing;
  readonly tensors: Readonly<Record<string, StoredTensor>>;
}

/** A safetensors file with parameters, optimiser state and the standing. Random numbers are functions of (seed, epoch, step), so there is nothing of theirs to keep. */
export function encodeCheckpoint(
  subject: Subject,
  { standing, tensors }: CheckpointContent,
): Uint8Array<ArrayBuffer> {
  const metadata = {
    format: FORMAT,
    model: subject.model,
    options: JSON.stringify(subject.options),
    data: subject.dataHash,
    standing: JSON.stringify(standing),
  };
  return encodeSafeTensors({ metadata, tensors });
}

/**
 * Reads a checkpoint of the same model, options (the number of epochs may differ) and data.
 * @throws FormatError when it is no checkpoint
 * @throws OptionError naming what differs
 */
export function decodeCheckpoint(subject: Subject, file: Uint8Array): CheckpointContent {
  const { metadata, tensors } = decodeSafeTensors(file, "checkpoint");
  if (metadata.format !== FORMAT)
    throw new FormatError(
      `checkpoint: expected format ${FORMAT}, got ${metadata.format ?? "none"}`,
    );
  const differs = (what: string, expected: unknown, got: unknown): never => {
    throw new OptionError(
      subject.model,
      "resumeFrom",
      `must be a checkpoint of the same ${what}: expected ${expected}, got ${got}`,
    );
  };
  if (metadata.model !== subject.model) differs("model", subject.model, metadata.model);
  const ours = asJson(JSON.stringify(subject.options));
  const theirs = asJson(metadata.options);
  for (const name of new Set([...Object.keys(ours), ...Object.keys(theirs)]))
    if (name !== "epochs" && ours[name] !== theirs[name])
      differs(`option ${name}`, ours[name], theirs[name]);
  if (metadata.data !== subject.dataHash) differs("training data", subject.dataHash, metadata.data);
  return { standing: parseObject(metadata.standing) as unknown as Standing, tensors };
}

/** Options as JSON by name, so that lists compare, too. */
function asJson(options: string | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parseObject(options)).map(([name, value]) => [name, JSON.stringify(value)]),
  );
}

function parseObject(text: string | undefined): Record<string, unknown> {
  try {
    return Object(JSON.parse(text ?? ""));
  } catch {
    throw new FormatError("checkpoint: its metadata are damaged");
  }
}
