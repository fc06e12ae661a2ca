import { FormatError } from "@kith/core-tensors";
import { type EncodedVocabulary, Vocabulary } from "@kith/data";
import { decodeSafeTensors, encodeSafeTensors, type StoredTensor } from "./safetensors.ts";

const FORMAT = "kith-model/1";

/** A trained model at rest. */
export interface ModelFile {
  /** The model's name, such as "LightGCN". */
  readonly model: string;
  readonly options: Readonly<Record<string, unknown>>;
  /** Validation metrics of the epoch that was kept, where there are any. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Everything learned, by name. */
  readonly tensors: Readonly<Record<string, StoredTensor>>;
  /** The ids behind the dense indices, by what they name ("users", "items"). */
  readonly vocabularies: Readonly<Record<string, Vocabulary>>;
}

/** One safetensors file that needs no data set to be used: options and metrics in its metadata, vocabularies as tensors. */
export function encodeModelFile({
  model,
  options,
  metrics,
  tensors,
  vocabularies,
}: ModelFile): Uint8Array<ArrayBuffer> {
  const stored: Record<string, StoredTensor> = { ...tensors };
  for (const [name, vocabulary] of Object.entries(vocabularies)) {
    const { bytes, offsets, numeric } = vocabulary.encode();
    stored[`vocabulary.${name}.offsets`] = { shape: [offsets.length], data: offsets };
    stored[`vocabulary.${name}.${numeric ? "numbers" : "strings"}`] = {
      shape: [bytes.length],
      data: bytes,
    };
  }
  const metadata = {
    format: FORMAT,
    model,
    options: JSON.stringify(options),
    metrics: JSON.stringify(metrics),
  };
  return encodeSafeTensors({ metadata, tensors: widestFirst(stored) });
}

/**
 * Reads what `encodeModelFile` wrote.
 * @param name what to call the file in messages
 * @throws FormatError when it is something else, or damaged
 */
export function decodeModelFile(file: Uint8Array, name = "model file"): ModelFile {
  const { metadata, tensors } = decodeSafeTensors(file, name);
  if (metadata.format !== FORMAT)
    throw new FormatError(
      `${name}: expected a model of format ${FORMAT}, got ${metadata.format ? `format ${metadata.format}` : "a safetensors file that Kith did not write"}`,
    );
  const rest: Record<string, StoredTensor> = Object.create(null); // a name may be __proto__
  const vocabularies: Record<string, Vocabulary> = Object.create(null);
  for (const [key, tensor] of Object.entries(tensors)) {
    const [, vocabulary, part] = /^vocabulary\.(.+)\.(offsets|numbers|strings)$/s.exec(key) ?? [];
    if (vocabulary === undefined) rest[key] = tensor;
    else if (part !== "offsets") {
      const encoded = {
        bytes: tensor.data,
        offsets: tensors[`vocabulary.${vocabulary}.offsets`]?.data,
        numeric: part === "numbers",
      };
      vocabularies[vocabulary] = Vocabulary.decode(encoded as EncodedVocabulary);
    }
  }
  return {
    model: metadata.model ?? "",
    options: parse(metadata.options, "options", name),
    metrics: parse(metadata.metrics, "metrics", name) as Record<string, number>,
    tensors: rest,
    vocabularies,
  };
}

/** Wide elements before bytes, so that each array begins at a multiple of its element's size. */
function widestFirst(tensors: Record<string, StoredTensor>): Record<string, StoredTensor> {
  return Object.fromEntries(
    Object.entries(tensors).sort(
      ([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT,
    ),
  );
}

function parse(text: string | undefined, field: string, name: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? "");
    if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  } catch {
    // told below
  }
  throw new FormatError(`${name}: its ${field} are not a JSON object`);
}
