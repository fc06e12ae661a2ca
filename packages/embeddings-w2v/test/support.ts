import { Rng } from "@kith/core-tensors";
import { type Id, Vocabulary } from "@kith/data";
import { KeyedVectors } from "@kith/embeddings-w2v";

/** Vectors as they are written down. */
export function keyed(rows: Readonly<Record<string, readonly number[]>>): KeyedVectors {
  return new KeyedVectors(
    Vocabulary.from(Object.keys(rows)),
    Float32Array.from(Object.values(rows).flat()),
  );
}

/** Vectors of items 0 … items − 1, or of those that are named, of random numbers in −2 … 2. Few are drawn and many combined: drawing takes long. */
export function randomVectors(
  items: number,
  dim: number,
  seed: number,
  ids?: readonly Id[],
): KeyedVectors {
  const rng = new Rng(seed);
  const drawn = Float64Array.from({ length: 9973 }, () => 2 * rng.next() - 1);
  const numbers = new Float32Array(items * dim);
  for (let i = 0; i < numbers.length; i++)
    numbers[i] = drawn[i % 9973] + drawn[((i / 9973) | 0) % 9967];
  return new KeyedVectors(
    Vocabulary.from(ids ?? Array.from({ length: items }, (_, i) => i)),
    numbers,
  );
}

/** All bytes that a writer yields. */
export function bytesOf(chunks: Iterable<Uint8Array>): Uint8Array {
  return new Uint8Array(Buffer.concat([...chunks]));
}

/** A source that gives `size` bytes at a time. */
export async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
