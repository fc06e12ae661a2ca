import { FormatError, OptionError } from "@kith/core-tensors";
import { decodeModelFile } from "@kith/recommender";
import { CliError, UsageError } from "./errors.ts";
import type { AnyModel } from "./families/family.ts";
import { readBytes } from "./files.ts";
import { MODELS } from "./models.ts";
import { peekMetadata } from "./peek.ts";

/** Reads a model file, whatever model it holds. */
export async function loadModel(path: string | undefined): Promise<AnyModel> {
  if (path === undefined)
    throw new UsageError("--model-file is missing: what `kith train --out` has written");
  return modelIn(await readBytes(path), path);
}

function modelIn(bytes: Uint8Array, path: string): AnyModel {
  if (bytes.length === 0) throw new CliError(`${path} is empty; expected a model file`);
  const metadata = peekMetadata(bytes);
  if (metadata?.format?.startsWith("kith-checkpoint/"))
    throw new CliError(
      `${path} is a checkpoint, not a model: finish its training with \`kith train … --resume\``,
    );
  const name = metadata?.model;
  const model = MODELS.find(({ title }) => title === name);
  try {
    if (model === undefined) {
      decodeModelFile(bytes, path); // says what is wrong with it
      throw new CliError(
        `${path} holds a model named ${JSON.stringify(name ?? "")}, which this version of kith does not have`,
      );
    }
    return model.type.load(bytes);
  } catch (error) {
    if (error instanceof FormatError || error instanceof OptionError)
      throw new CliError(
        error.message
          .replace(/^(\w+\.load|model file|\w+)(?=: )/, path)
          .replace(": not a safetensors file:", metadata ? ":" : " is not a model file:"),
      );
    throw error;
  }
}
