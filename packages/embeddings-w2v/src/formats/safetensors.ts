import { FormatError, resolveOptions } from "@kith/core-tensors";
import type { ByteSource } from "@kith/data";
import { decodeModelFile, encodeModelFile } from "@kith/recommender";
import { firstNotFinite } from "../finite.ts";
import { KeyedVectors } from "../keyed-vectors.ts";
import { allBytes } from "./byte-reader.ts";
import { READ_VECTORS_RULES, type ReadVectorsOptions } from "./read-options.ts";

const MODEL = "KeyedVectors";

/**
 * One safetensors file: the tensor `vectors` [items, dim], and the ids as tensors, as in the files of models. Ids that are numbers stay
 * numbers, and may hold any character. It is one chunk, and takes as much memory again.
 */
export function* writeSafeTensors({
  items,
  dim,
  vectors,
}: KeyedVectors): Generator<Uint8Array<ArrayBuffer>, void, void> {
  yield encodeModelFile({
    model: MODEL,
    options: {},
    metrics: {},
    tensors: { vectors: { shape: [items.size, dim], data: vectors } },
    vocabularies: { items },
  });
}

/**
 * Reads what `writeSafeTensors` wrote.
 * @throws FormatError when it is something else, or damaged; OptionError; the signal's reason when aborted
 */
export async function readSafeTensors(
  source: ByteSource,
  options: ReadVectorsOptions = {},
): Promise<KeyedVectors> {
  const { name, signal } = resolveOptions("readSafeTensors", options, READ_VECTORS_RULES);
  const file = decodeModelFile(await allBytes(source, name, signal), name);
  if (file.model !== MODEL)
    throw new FormatError(
      `${name}: expected vectors, got a saved ${file.model || "model without a name"}; load it with ${file.model || "its class"}.load(file)`,
    );
  const { items } = file.vocabularies;
  const { vectors } = file.tensors;
  if (!items || vectors?.shape.length !== 2 || vectors.shape[0] !== items.size)
    throw new FormatError(
      `${name}: expected ids of items and a tensor "vectors" with a row for each, got ${items ? `${items.size} ids` : "no ids"} and ${vectors ? `shape [${vectors.shape.join(", ")}]` : "no vectors"}`,
    );
  const [rows, dim] = vectors.shape;
  const wrong = firstNotFinite(vectors.data, 0, rows * dim);
  if (wrong < rows * dim)
    throw new FormatError(
      `${name}: number ${(wrong % dim) + 1} of the vector of ${JSON.stringify(items.id(Math.floor(wrong / dim)))} must be finite, got ${vectors.data[wrong]}`,
    );
  return new KeyedVectors(items, vectors.data as Float32Array);
}
