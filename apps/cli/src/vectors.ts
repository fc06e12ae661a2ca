import { FormatError } from "@kith/core-tensors";
import type { ItemPairs } from "@kith/data";
import { KeyedVectors, readSafeTensors, readWord2Vec } from "@kith/embeddings-w2v";
import { decodeModelFile, ItemRecommender, type PairScorer } from "@kith/recommender";
import { CliError } from "./errors.ts";
import { openBytes, readBytes } from "./files.ts";
import { loadModel } from "./load-model.ts";
import { modelOf } from "./models.ts";

/**
 * Reads a file of vectors: word2vec's text or binary format, or what export writes as safetensors.
 * @throws CliError naming the file and what is wrong with it
 */
export async function loadVectors(path: string, signal?: AbortSignal): Promise<KeyedVectors> {
  const bytes = await openBytes(path);
  const options = { name: path, ...(signal && { signal }) };
  try {
    if (path.endsWith(".safetensors")) return await readSafeTensors(bytes, options);
    return await readWord2Vec(bytes, options);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new CliError(error.message.replace(", or text (then pass binary: false)", ""));
  }
}

/**
 * The vectors of items that a model file holds.
 * @throws CliError for a model without any
 */
export async function vectorsOfModel(path: string | undefined): Promise<KeyedVectors> {
  const model = await loadModel(path);
  const { name } = modelOf(model);
  if (model instanceof ItemRecommender) {
    const vectors = new KeyedVectors(model.items, model.vectors().data);
    model.dispose();
    return vectors;
  }
  const { items } = model;
  model.dispose();
  const { tensors } = decodeModelFile(await readBytes(path as string), path);
  const table = tensors["items.embedding"];
  if (!(table?.data instanceof Float32Array))
    throw new CliError(`${path} holds a model of ${name}, which has no vectors of items`);
  return new KeyedVectors(items, table.data);
}

/** Scores pairs by their vectors, wherever these come from. */
export function vectorScorer(vectors: KeyedVectors, scoring: "cosine" | "dot"): PairScorer {
  const { items, dim, vectors: data } = vectors;
  const dot = (a: number, b: number) => {
    let sum = 0;
    for (let d = 0; d < dim; d++) sum += data[a * dim + d] * data[b * dim + d];
    return sum;
  };
  const lengths =
    scoring === "dot"
      ? undefined
      : Float64Array.from({ length: items.size }, (_, item) => Math.sqrt(dot(item, item)) || 1);
  return {
    items,
    pairScores({ source, target, length, items: own }: ItemPairs) {
      const to = own === items ? undefined : own.indicesIn(items);
      const scores = new Float32Array(length);
      const known = new Uint8Array(length);
      for (let row = 0; row < length; row++) {
        const a = to ? to[source[row]] : source[row];
        const b = to ? to[target[row]] : target[row];
        if (a < 0 || b < 0) continue;
        known[row] = 1;
        scores[row] = lengths ? dot(a, b) / (lengths[a] * lengths[b]) : dot(a, b);
      }
      return { scores, known };
    },
  };
}
