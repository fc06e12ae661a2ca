import { decodeModelFile, decodeSafeTensors } from "@kith/recommender";
import { CliError } from "../errors.ts";
import { readBytes } from "../files.ts";
import { peekMetadata } from "../peek.ts";
import type { Facts } from "./facts.ts";

/** What a model file or a checkpoint holds. */
export async function tensorFacts(path: string): Promise<Facts> {
  const bytes = await readBytes(path);
  if (bytes.length === 0) throw new CliError(`${path} is empty; expected a model file`);
  const metadata = peekMetadata(bytes) ?? {};
  if (metadata.format?.startsWith("kith-checkpoint/")) {
    const { tensors } = decodeSafeTensors(bytes, path);
    return {
      kind: "checkpoint",
      file: path,
      model: metadata.model,
      standing: record(metadata.standing, ["epoch", "step"]),
      options: record(metadata.options),
      dataHash: metadata.data,
      bytes: bytes.length,
      tensors: shapes(tensors),
    };
  }
  const { model, options, metrics, tensors, vocabularies } = decodeModelFile(bytes, path);
  return {
    kind: model === "KeyedVectors" ? "vectors" : "model",
    file: path,
    model,
    ...Object.fromEntries(Object.entries(vocabularies).map(([name, { size }]) => [name, size])),
    options,
    validation: metrics,
    bytes: bytes.length,
    tensors: shapes(tensors),
  };
}

function record(text: string | undefined, keys?: readonly string[]): Facts {
  try {
    const value = JSON.parse(text ?? "{}") as Facts;
    return keys ? Object.fromEntries(keys.map((key) => [key, value[key]])) : value;
  } catch {
    return {};
  }
}

function shapes(
  tensors: Readonly<Record<string, { shape: readonly number[]; data: object }>>,
): Facts {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, data }]) => [
      name,
      `${Object.prototype.toString.call(data).slice(8, -6).toLowerCase()} ${shape.join(" × ")}`,
    ]),
  );
}
